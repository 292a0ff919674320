"""How commands end, for shells and supervisors: 0 is done, 1 failed."""

BAD_CONFIGURATION = 2
"""No restart can mend it. Wrong words on the command line end a command so, too."""
INTERRUPTED = 130
"""Ctrl-C, as shells have it."""
