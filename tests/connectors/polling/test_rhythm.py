"""How often a feed brings something, and when its silence is odd."""

import pytest

from connectors.polling.cadence import Rhythm, first_rhythm, learnt, silent_for

HOUR, DAY = 3600.0, 24 * 3600.0


def test_the_first_poll_learns_from_the_dates() -> None:
    days = [0.0, 3 * DAY, DAY, 9e9]
    assert first_rhythm(days, now=4 * DAY) == Rhythm(1.5 * DAY, 2 * DAY, 3 * DAY)


def test_the_dates_of_a_few_hours_show_no_lull() -> None:
    assert first_rhythm([0.0, 30.0, 10.0, 9e9], now=100.0) == Rhythm(15.0, None, 30.0)


@pytest.mark.parametrize(("dates", "last"), [([], 100.0), ([7.0], 7.0), ([7.0, 9.0], 9.0)])
def test_few_dates_show_no_rhythm(dates: list[float], last: float) -> None:
    assert first_rhythm(dates, now=100.0) == Rhythm(None, None, last)


def test_a_steady_feed_is_learnt() -> None:
    rhythm = Rhythm(None, None, 0.0)
    for hour in range(1, 101):
        rhythm = learnt(rhythm, 2, hour * HOUR)
    assert rhythm.usual == pytest.approx(HOUR / 2)
    assert rhythm.lull == HOUR
    assert rhythm.last == 100 * HOUR


def test_a_poll_without_news_teaches_nothing() -> None:
    before = Rhythm(10.0, 20.0, 30.0)
    assert learnt(before, 0, 1e6) == before


def test_a_feed_that_speeds_up_is_followed() -> None:
    rhythm = Rhythm(DAY, DAY, 0.0)
    for minute in range(1, 61):
        rhythm = learnt(rhythm, 1, minute * 60.0)
    assert rhythm.usual is not None
    assert rhythm.usual < HOUR


@pytest.mark.parametrize(
    ("rhythm", "silence", "odd"),
    [
        (Rhythm(HOUR, 2 * HOUR, 0.0), 11 * HOUR, False),
        (Rhythm(HOUR, 2 * HOUR, 0.0), 13 * HOUR, True),
        (Rhythm(HOUR, 14 * HOUR, 0.0), 40 * HOUR, False),
        (Rhythm(HOUR, 14 * HOUR, 0.0), 43 * HOUR, True),
        (Rhythm(7 * DAY, 8 * DAY, 0.0), 40 * DAY, False),
        (Rhythm(7 * DAY, 8 * DAY, 0.0), 43 * DAY, True),
        (Rhythm(None, None, 0.0), 1_000 * DAY, False),
        (Rhythm(None, None, None), 1_000 * DAY, False),
    ],
)
def test_silence_is_measured_by_what_is_usual(rhythm: Rhythm, silence: float, odd: bool) -> None:
    assert silent_for(rhythm, silence) == (silence if odd else None)
