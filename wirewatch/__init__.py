"""The command line and the one-machine run: the only code that knows both sides."""
