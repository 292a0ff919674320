"""What the transport hands over: chunks of all partitions, but of one for a table."""

from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from aiokafka.structs import ConsumerRecord
from faust.types import TP

from streams.worker.offsets import InFlight
from streams.worker.transport import BatchConsumer

STORIES = TP("stories", 0)
OTHERS = TP("stories", 5)
MATCHES = TP("matches", 3)
MORE_MATCHES = TP("matches", 4)


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


def handed_over(offsets: dict[TP, Sequence[int]]) -> list[Any]:
    """What a consumer hands over of the records with these offsets, with their last ones."""
    it: Any = BatchConsumer.__new__(BatchConsumer)
    it._in_flight = InFlight()
    it.app = SimpleNamespace(
        monitor=SimpleNamespace(track_tp_end_offset=lambda *_: None), consumer_generation_id=1
    )
    it.transport = SimpleNamespace(apart=frozenset({"matches"}))
    it.highwater = lambda _: 0
    it._is_changelog_tp = lambda _: False
    it._read_offset = defaultdict(lambda: None)
    records = {tp: [record(tp, offset) for offset in found] for tp, found in offsets.items()}
    return list(it._messages(records))


def test_a_chunk_holds_what_came_of_all_partitions_but_of_one_for_a_table() -> None:
    found = handed_over({STORIES: [7, 8], OTHERS: [3], MATCHES: [1, 2], MORE_MATCHES: [9]})
    chunks = [[(one.topic, one.partition, one.offset) for one in m.value] for m, _ in found]
    assert chunks == [
        [("stories", 0, 7), ("stories", 0, 8), ("stories", 5, 3)],
        [("matches", 3, 1), ("matches", 3, 2)],
        [("matches", 4, 9)],
    ]
    assert [lasts for _, lasts in found] == [
        {STORIES: 8, OTHERS: 3},
        {MATCHES: 2},
        {MORE_MATCHES: 9},
    ]
