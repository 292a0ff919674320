"""Whether a `wirewatch run` started this process."""

import os

LEASH = "WIREWATCH_LEASH"
"""Set in a child's environment: it ends when its standard input does, that is, with its parent."""


def has_parent_run() -> bool:
    """Say whether this process is a child of a run, and is to end with it."""
    return bool(os.environ.get(LEASH))
