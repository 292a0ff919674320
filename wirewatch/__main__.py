"""Where the program begins: before anything that takes time is loaded, Ctrl-C just ends it."""

import importlib
import signal


def main() -> None:
    """Run the command line."""
    # Loading takes a second on a busy machine. A KeyboardInterrupt there is a traceback, and may
    # be swallowed by whatever is being loaded.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    importlib.import_module("wirewatch.cli.main").main()


if __name__ == "__main__":
    main()
