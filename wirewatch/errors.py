"""The root of the errors that end a command with a plain message rather than a traceback."""


class ProgramError(Exception):
    """What was asked for can't be done. The message says what, why, and what to do."""
