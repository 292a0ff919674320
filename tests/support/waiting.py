"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 240.0
"""Seconds after which what is waited for never comes: far more than a busy machine needs."""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition holds; fail when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} s: {condition}")
        time.sleep(0.02)
