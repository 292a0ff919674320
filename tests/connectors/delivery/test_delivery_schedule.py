"""When a receiver is tried again."""

import pytest

from connectors.delivery.retry_schedule import (
    GIVE_UP_SECONDS,
    HOLDS,
    SCHEDULE,
    hold,
    pause,
    worn_out,
)


@pytest.mark.parametrize(
    ("attempts", "dice", "seconds"),
    [(1, 0.0, 5), (1, 1.0, 6), (2, 0.0, 30), (4, 0.0, 600), (11, 0.0, 86_400), (99, 0.0, 86_400)],
)
def test_the_pauses_of_an_event_grow(attempts: int, dice: float, seconds: float) -> None:
    assert pause(attempts, after=None, dice=dice) == seconds


@pytest.mark.parametrize("failures", [1, 2, 3, 4, 50])
def test_a_receiver_is_left_alone_for_longer_each_time(failures: int) -> None:
    seconds = hold(failures, after=None, dice=0.0)
    assert seconds == HOLDS[min(failures, len(HOLDS)) - 1]
    assert hold(failures + 1, after=None, dice=0.0) >= seconds


@pytest.mark.parametrize("failed", [1, 2, 5, 11])
@pytest.mark.parametrize("after", [20.0, 600.0, 86_400.0])
@pytest.mark.parametrize("dice", [0.0, 1.0])
def test_retry_after_is_obeyed_both_ways(failed: int, after: float, dice: float) -> None:
    for seconds in (pause(failed, after=after, dice=dice), hold(failed, after=after, dice=dice)):
        assert after <= seconds <= after + 5


def test_a_receiver_that_asks_for_no_pause_is_not_spun_on() -> None:
    """Nor is one whose Retry-After is past: each failure in a row waits longer, as without it."""
    assert [hold(failures, after=0.0, dice=0.0) for failures in (1, 2, 3, 4)] == list(HOLDS)
    assert pause(3, after=0.0, dice=0.0) == pause(3, after=None, dice=0.0)


def test_a_receiver_has_three_days_to_come_back() -> None:
    assert sum(SCHEDULE) > GIVE_UP_SECONDS == 3 * 24 * 3600
    assert not worn_out(len(SCHEDULE), first_try=0, now=GIVE_UP_SECONDS - 1)
    assert not worn_out(len(SCHEDULE) - 1, first_try=0, now=GIVE_UP_SECONDS)
    assert worn_out(len(SCHEDULE), first_try=0, now=GIVE_UP_SECONDS)
