"""Where the program begins: before anything that takes time is loaded, Ctrl-C just ends it."""

import gc
import importlib
import signal


def main() -> None:
    """Run the command line."""
    # Loading takes a second on a busy machine. A KeyboardInterrupt there is a traceback, and may
    # be swallowed by whatever is being loaded.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What is loaded stays: to look through it for garbage takes a seventh of that time.
    gc.disable()
    importlib.import_module("wirewatch.cli.main").main()


if __name__ == "__main__":
    main()
