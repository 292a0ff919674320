"""The watchdog on a clock made by hand."""

import pytest

from streams.app.watchdog import Position, Watchdog

TAG = ("stories", 0)


def at(
    *,
    end: int = 10,
    read: int = 10,
    working: tuple[int, int] | None = None,
    done: int = 10,
    committed: int = 10,
) -> Position:
    return Position(end=end, read=read, working=working, done=done, committed=committed)


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (at(), None),
        (at(read=5), "stories/0 is not read at offset 5 for 90 s"),
        (at(working=(9, 0)), "stories/0 is not processed at offset 9 for 90 s"),
        (at(committed=3), "stories/0 is not committed at offset 3 for 90 s"),
    ],
)
def test_a_wait_becomes_a_stall(position: Position, reason: str | None) -> None:
    watchdog = Watchdog(patience=90)
    assert watchdog.look({TAG: position}, now=0) is None
    assert watchdog.look({TAG: position}, now=89) is None
    assert watchdog.look({TAG: position}, now=90) == reason


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (at(read=5), at(read=6)),
        (at(working=(8, 0)), at(working=(9, 0))),
        (at(committed=3), at(committed=4)),
    ],
)
def test_an_advance_starts_the_wait_anew(first: Position, second: Position) -> None:
    watchdog = Watchdog(patience=90)
    watchdog.look({TAG: first}, now=0)
    assert watchdog.look({TAG: second}, now=89) is None
    assert watchdog.look({TAG: second}, now=178) is None
    assert watchdog.look({TAG: second}, now=179) is not None


def test_commits_that_stick_are_seen_though_results_go_on() -> None:
    watchdog = Watchdog(patience=90)
    for now in range(0, 90, 10):
        moving = at(end=100, read=now, done=now, committed=0)
        assert watchdog.look({TAG: moving}, now=now) is None
    stuck = at(end=100, read=99, done=99, committed=0)
    assert watchdog.look({TAG: stuck}, now=101) == "stories/0 is not committed at offset 0 for 91 s"


def test_a_broker_that_is_away_is_no_stall() -> None:
    watchdog = Watchdog(patience=90)
    watchdog.look({TAG: at(read=5)}, now=0)
    watchdog.forget()
    assert watchdog.look({TAG: at(read=5)}, now=100) is None


def test_a_partition_given_away_is_forgotten() -> None:
    watchdog = Watchdog(patience=90)
    watchdog.look({TAG: at(read=5)}, now=0)
    watchdog.look({}, now=50)
    assert watchdog.look({TAG: at(read=5)}, now=100) is None
