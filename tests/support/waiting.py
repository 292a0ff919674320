"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 240.0) -> None:
    """Return once the condition holds; fail when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"still not so after {seconds} s: {condition}")
        time.sleep(0.02)
