"""When a worker may tell the time: once all that is older has been matched."""

from datetime import timedelta

from streams.model.watch import Tick
from streams.worker.clock import ON_ITS_WAY, Clock
from streams.worker.lag import Partition, Position
from tests.support.samples import NOON

EVERY = timedelta(minutes=5)
LOOK = timedelta(seconds=10)


def at(*, end: int, done: int, read: int | None = None, working: bool = True) -> Position:
    return Position(
        end=end,
        read=end if read is None else read,
        working=(end, 0) if working else None,
        done=done,
        committed=done,
    )


def both(stories: Position, tagged: Position, partition: int = 0) -> dict[Partition, Position]:
    return {("stories", partition): stories, ("tagged", partition): tagged}


def looked(*looks: dict[Partition, Position], partitions: int = 1) -> list[list[Tick]]:
    clock = Clock("stories", "tagged", partitions, EVERY)
    return [clock.look(one, NOON + number * LOOK) for number, one in enumerate(looks)]


def test_a_quiet_partition_tells_the_time_of_its_first_look() -> None:
    quiet = both(at(end=7, done=7), at(end=7, done=7))
    *before, told = looked(*[quiet] * 4)
    assert before == [[], [], []]
    assert told == [Tick(at=NOON - ON_ITS_WAY, partitions=(0,), of=1)]


def test_a_backlog_holds_the_time_back() -> None:
    tagging = both(at(end=99, done=7), at(end=7, done=7))
    tagged = both(at(end=120, done=99), at(end=99, done=7))
    matching = both(at(end=130, done=120), at(end=120, done=50))
    matched = both(at(end=150, done=130), at(end=130, done=121))
    ticks = looked(tagging, tagging, tagged, matching, matching, matched)
    assert ticks[:-1] == [[]] * 5
    assert ticks[-1] == [Tick(at=NOON - ON_ITS_WAY, partitions=(0,), of=1)]


def test_a_partition_that_nobody_ever_read_is_done_if_nothing_is_left() -> None:
    """What it held is older than the log keeps."""
    cut = at(end=50, done=0, working=False)
    assert looked(*[both(cut, cut)] * 4)[-1]
    unread = at(end=50, done=0, read=40, working=False)
    assert not any(looked(*[both(unread, unread)] * 9))


def test_partitions_of_another_worker_are_left_to_it() -> None:
    quiet = at(end=7, done=7)
    mine = {**both(quiet, quiet, 1), ("stories", 0): quiet}
    (told,) = looked(*[mine] * 4, partitions=2)[-1]
    assert (told.partitions, told.of) == ((1,), 2)


def test_the_time_is_told_every_few_minutes() -> None:
    quiet = both(at(end=7, done=7), at(end=7, done=7))
    told = [number for number, ticks in enumerate(looked(*[quiet] * 70)) if ticks]
    assert told == [3, 33, 63]


def test_a_look_is_used_once() -> None:
    clock = Clock("stories", "tagged", 1, EVERY)
    quiet = both(at(end=7, done=7), at(end=7, done=7))
    assert not any(clock.look(quiet, NOON) for _ in range(9))
