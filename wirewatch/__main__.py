"""Let `python -m wirewatch` be the command."""

from wirewatch.cli import main

if __name__ == "__main__":
    main()
