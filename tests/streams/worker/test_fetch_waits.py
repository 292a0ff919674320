"""How long a fetch may wait at the broker."""

import pytest

from streams.worker.fetch_waits import LONG_MS, SHORT_MS, next_wait


@pytest.mark.parametrize(
    ("before", "leaves_out", "came", "wait"),
    [
        (SHORT_MS, False, False, 2 * SHORT_MS),
        (LONG_MS, False, False, LONG_MS),
        (LONG_MS, True, False, SHORT_MS),
        (LONG_MS, False, True, SHORT_MS),
    ],
)
def test_only_a_fetch_that_leaves_nothing_out_waits_long(
    before: int, *, leaves_out: bool, came: bool, wait: int
) -> None:
    assert next_wait(before, leaves_out=leaves_out, came=came) == wait
