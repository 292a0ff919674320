"""What a worker has yet to do, and when that counts as getting on."""

import pytest

from streams.worker.lag import Position, unfinished

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
    ("position", "work"),
    [
        (at(), []),
        (at(read=5), ["stories/0 is not read at offset 5"]),
        (at(working=(9, 3)), ["stories/0 is not processed at offset 9"]),
        (at(committed=3), ["stories/0 is not committed at offset 3"]),
        (
            at(end=100, read=99, done=99, committed=0),
            ["stories/0 is not read at offset 99", "stories/0 is not committed at offset 0"],
        ),
    ],
)
def test_what_there_is_to_do(position: Position, work: list[str]) -> None:
    assert list(unfinished({TAG: position})) == work


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (at(read=5), at(read=6)),
        (at(working=(8, 0)), at(working=(9, 0))),
        (at(working=(8, 0)), at(working=(8, 1))),
        (at(committed=3), at(committed=4)),
    ],
)
def test_an_advance_is_other_work_or_another_mark(first: Position, second: Position) -> None:
    assert unfinished({TAG: first}).items().isdisjoint(unfinished({TAG: second}).items())


def test_commits_that_stick_are_the_same_work_though_results_go_on() -> None:
    moving = [unfinished({TAG: at(end=9, read=n, done=n, committed=0)}) for n in (3, 6)]
    assert set.intersection(*({*one.items()} for one in moving)) == {
        ("stories/0 is not committed at offset 0", 0)
    }
