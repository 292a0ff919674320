"""The offset to commit is the one before the first chunk that isn't done."""

from collections.abc import Sequence

import pytest
from faust.types import TP

from streams.worker.offsets import InFlight

STORIES = TP("stories", 0)
OTHERS = TP("stories", 5)


@pytest.mark.parametrize(
    ("lasts", "done", "offset"),
    [
        ([], [], None),
        ([499], [], None),
        ([499], [0], 500),
        ([499, 999], [0], 500),
        ([499, 999], [0, 1], 1000),
        ([499, 999], [1], None),
        ([499, 999, 1200], [0, 2], 500),
    ],
)
def test_the_commit_never_jumps(
    lasts: Sequence[int], done: Sequence[int], offset: int | None
) -> None:
    it = InFlight()
    chunks = [it.add({STORIES: last}) for last in lasts]
    for number in done:
        chunks[number].done = True
    assert it.to_commit().get(STORIES) == offset


def test_a_chunk_done_later_lets_the_rest_go() -> None:
    it = InFlight()
    first, second, third = (it.add({STORIES: last}) for last in (9, 19, 29))
    second.done = third.done = True
    assert it.to_commit() == {}
    first.done = True
    assert it.to_commit() == {STORIES: 30}


def test_a_chunk_is_let_go_in_all_its_partitions() -> None:
    it = InFlight()
    it.add({STORIES: 8, OTHERS: 3}).done = True
    assert it.to_commit() == {STORIES: 9, OTHERS: 4}


def test_what_kafka_did_not_take_is_committed_again() -> None:
    it = InFlight()
    it.add({STORIES: 8, OTHERS: 3}).done = True
    assert it.to_commit() == it.to_commit() == {STORIES: 9, OTHERS: 4}
    it.committed({STORIES: 9})
    assert it.to_commit() == {OTHERS: 4}


def test_what_was_done_before_a_seek_lets_nothing_go() -> None:
    it = InFlight()
    before = it.add({STORIES: 9})
    it.restart({STORIES: 4})
    before.done = True
    after = it.add({STORIES: 6})
    assert it.to_commit() == {}
    after.done = True
    assert it.to_commit() == {STORIES: 7}


def test_a_commit_never_goes_back() -> None:
    """One that was under way when the seek asked what is committed."""
    it = InFlight()
    it.restart({STORIES: 4})
    it.committed({STORIES: 9})
    it.add({STORIES: 6}).done = True
    assert it.to_commit() == {}


def test_where_a_partition_stands() -> None:
    it = InFlight()
    it.restart({STORIES: 4})
    assert it.standing(STORIES) == (None, 4, 4)
    first, second = it.add({STORIES: 9}), it.add({STORIES: 12})
    first.steps = 3
    assert it.standing(STORIES) == ((9, 3), 4, 4)
    first.done = True
    second.steps = 1
    assert it.standing(STORIES) == ((12, 1), 10, 4)
    it.committed(it.to_commit())
    assert it.standing(STORIES) == ((12, 1), 10, 10)
