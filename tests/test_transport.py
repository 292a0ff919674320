"""The transport commits up to the first chunk that isn't done, and no further."""

from collections import defaultdict, deque
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message

from streams.app.transport import Consumer

STORIES = TP("stories", 0)
OTHERS = TP("stories", 5)
MATCHES = TP("matches", 3)
MORE_MATCHES = TP("matches", 4)


def consumer(*, read: list[int], done: set[int]) -> Consumer:
    """A consumer that has handed over chunks ending at `read`, of which `done` are done."""
    it = Consumer.__new__(Consumer)
    it._chunks = defaultdict(deque, {STORIES: deque(read)})
    it._acked = defaultdict(list, {STORIES: sorted(done)})
    it._acked_index = defaultdict(set, {STORIES: set(done)})
    it._done = {}
    it._along = {}
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


def record(tp: TP, offset: int) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord(
        topic=tp.topic,
        partition=tp.partition,
        offset=offset,
        timestamp=1,
        timestamp_type=0,
        key=b"key",
        value=b"value",
        checksum=None,
        serialized_key_size=3,
        serialized_value_size=5,
        headers=(),
    )


def handed_over(it: Consumer, offsets: dict[TP, Sequence[int]]) -> list[Any]:
    """What a consumer hands over of the records with these offsets."""
    any_it: Any = it
    any_it.app = SimpleNamespace(
        monitor=SimpleNamespace(track_tp_end_offset=lambda *_: None), consumer_generation_id=1
    )
    any_it.transport = SimpleNamespace(apart=frozenset({"matches"}))
    any_it.highwater = lambda _: 0
    any_it._is_changelog_tp = lambda _: False
    any_it._read_offset = defaultdict(lambda: None)
    records = {tp: [record(tp, offset) for offset in found] for tp, found in offsets.items()}
    return [message for message, _ in it._messages(records)]


def test_a_chunk_holds_what_came_of_all_partitions_but_of_one_for_a_table() -> None:
    it = consumer(read=[], done=set())
    messages = handed_over(it, {STORIES: [7, 8], OTHERS: [3], MATCHES: [1, 2], MORE_MATCHES: [9]})
    chunks = [[(one.topic, one.partition, one.offset) for one in m.value] for m in messages]
    assert chunks == [
        [("stories", 0, 7), ("stories", 0, 8), ("stories", 5, 3)],
        [("matches", 3, 1), ("matches", 3, 2)],
        [("matches", 4, 9)],
    ]
    assert [(m.tp, m.offset) for m in messages] == [(STORIES, 8), (MATCHES, 2), (MORE_MATCHES, 9)]
    assert {tp: list(read) for tp, read in it._chunks.items()} == {
        STORIES: [8], OTHERS: [3], MATCHES: [2], MORE_MATCHES: [9]
    }  # fmt: skip


def test_a_chunk_is_let_go_in_all_its_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go: list[tuple[TP, int]] = []

    def ack(_: Consumer, message: Message) -> bool:
        let_go.append((message.tp, message.offset))
        return True

    monkeypatch.setattr(driver.Consumer, "ack", ack)
    it = consumer(read=[], done=set())
    stories, matches = handed_over(it, {STORIES: [7, 8], OTHERS: [3], MATCHES: [1]})
    assert it.ack(stories)
    assert let_go == [(STORIES, 8), (OTHERS, 3)]
    assert it.ack(matches)
    assert let_go[2:] == [(MATCHES, 1)]
