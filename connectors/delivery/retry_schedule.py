"""When a receiver is tried again, and when it is given up on. Pure."""

SCHEDULE = (0, 5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each try of one event, after the one before: three days in all.
Standard Webhooks' own schedule with two quick tries more."""
HOLDS = (5.0, 15.0, 60.0, 300.0)
"""Seconds that a receiver is left alone after each failure in a row; then the last one."""
SPREAD = 0.2
"""A pause grows by up to this share, so that receivers aren't met by everyone at once."""
MOST_SPREAD = 5.0
"""But a pause that the receiver asked for grows by no more seconds than this."""
GIVE_UP_SECONDS = 3 * 24 * 3600.0
"""For so long a receiver may be away and get everything in the end."""


def pause(attempts: int, *, after: float | None, dice: float) -> float:
    """Return the seconds before the next try of an event.

    `attempts` have been made; `after` is what the receiver asked for, and then that is what
    counts: no sooner, and no later than it takes to spread the load. `dice` is 0..1.
    """
    if after:
        return _asked(after, dice)
    return SCHEDULE[min(attempts, len(SCHEDULE) - 1)] * (1 + SPREAD * dice)


def hold(failures: int, *, after: float | None, dice: float) -> float:
    """Return the seconds that a receiver is left alone after so many failures in a row."""
    if after:
        return _asked(after, dice)
    return HOLDS[min(failures, len(HOLDS)) - 1] * (1 + SPREAD * dice)


def worn_out(attempts: int, *, first_try: float, now: float) -> bool:
    """Say whether an event has been tried for long enough, and often enough."""
    return attempts >= len(SCHEDULE) and now - first_try >= GIVE_UP_SECONDS


# One that asks for no pause, or names a time that is past, gets ours: it failed all the same.
def _asked(after: float, dice: float) -> float:
    seconds = max(after, HOLDS[0])  # a receiver that says "at once" for ever is no reason to spin
    return seconds + min(seconds * SPREAD, MOST_SPREAD) * dice
