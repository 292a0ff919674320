"""Work counted rather than timed, so that a busy machine changes nothing."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps_of(work: Callable[[], object]) -> int:
    """Count the lines that a piece of work runs, each turn of a loop, and its calls into C."""
    count = 0

    def line(_frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401 - itself
        nonlocal count
        count += event == "line"
        return line

    def call(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "c_call"

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(line)
    sys.setprofile(call)
    try:
        work()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return count
