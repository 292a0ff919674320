"""The transport commits up to the first chunk that isn't done, and no further."""

from collections import defaultdict, deque

import pytest
from faust.types import TP

from streams.app.transport import Consumer

STORIES = TP("stories", 0)


def consumer(*, read: list[int], done: set[int]) -> Consumer:
    """A consumer that has handed over chunks ending at `read`, of which `done` are done."""
    it = Consumer.__new__(Consumer)
    it._chunks = defaultdict(deque, {STORIES: deque(read)})
    it._acked = defaultdict(list, {STORIES: sorted(done)})
    it._acked_index = defaultdict(set, {STORIES: set(done)})
    it._done = {}
    return it


@pytest.mark.parametrize(
    ("read", "done", "offset"),
    [
        ([], set(), None),
        ([499], set(), None),
        ([499], {499}, 500),
        ([499, 999], {499}, 500),
        ([499, 999], {499, 999}, 1000),
        ([499, 999], {999}, None),
        ([499, 999, 1200], {499, 1200}, 500),
    ],
)
def test_the_commit_never_jumps(read: list[int], done: set[int], offset: int | None) -> None:
    assert consumer(read=read, done=done)._new_offset(STORIES) == offset


def test_a_chunk_done_later_lets_the_rest_go() -> None:
    it = consumer(read=[9, 19, 29], done={19, 29})
    assert it._new_offset(STORIES) is None
    it._acked_index[STORIES].add(9)
    assert it._new_offset(STORIES) == 30
    assert it._new_offset(STORIES) is None
    assert not it._acked_index[STORIES]


def test_what_was_done_before_a_seek_lets_nothing_go() -> None:
    it = consumer(read=[], done={9})
    it._chunks[STORIES].extend([4, 14])
    assert it._new_offset(STORIES) is None
