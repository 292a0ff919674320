"""A clock to wait by: nobody sets it, and it goes on while the machine sleeps."""

import time

_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux alone has one that counts sleep; elsewhere the monotonic one mostly does."""


def steady() -> float:
    """Return seconds since some moment. Only differences mean anything."""
    return time.clock_gettime(_CLOCK)
