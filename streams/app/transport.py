"""A Faust transport that reads in chunks: one event holds up to 500 records of a topic.

Faust's own consumer spends four tasks on every record and waits up to 1.5 s for idle
partitions. This one hands over what a fetch brought, and waits 50 ms at most. An agent waits
for Kafka after each chunk, so a chunk holds what came of all partitions; only for an agent with
a table it is of one. What it guarantees:

- A chunk's offset is let go only when the agent is done with it and with every chunk
  read before it. Should Faust pass over a chunk, the commit stands still (and the
  watchdog ends the process); it never jumps.
- Tables' changelogs come record by record, as Faust's recovery expects.

It stands on internals of faust-streaming 0.15.3, which is pinned for it;
`tests/test_faust_canaries.py` fails when they change.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any, ClassVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from faust.exceptions import FaustError
from faust.transport.consumer import RecordMap, ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message
from faust.types.transports import ConsumerT
from faust.types.tuples import ConsumerMessage
from mode import ServiceT

from streams.app.record import Record
from streams.app.watchdog import Partition, Position

Lasts = list[ConsumerMessage]
"""The last records of a chunk, one of each partition."""

MAX_CHUNK = 500
FETCH_WAIT_MS = 50
"""How long the broker may hold a fetch back when there is nothing new."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Asks for short fetches, so that an idle topic doesn't hold up a busy one."""

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> AIOKafkaConsumer:
        consumer = super()._create_consumer(loop)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class Consumer(driver.Consumer):
    """Delivers chunks, and commits up to the first chunk that isn't done."""

    transport: "Transport"
    _chunks: defaultdict[TP, deque[int]]
    """The last offsets of the chunks handed over, oldest first."""
    _along: dict[tuple[TP, int], list[ConsumerMessage]]
    """By the last record of a chunk's first partition: the last records of its others."""
    _done: dict[TP, int]
    """The offset after the last chunk done, since the last seek."""
    _seeks: int

    def __post_init__(self) -> None:
        """Start with nothing read."""
        self._chunks = defaultdict(deque)
        self._along = {}
        self._done = {}
        self._seeks = 0

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Go back to what is committed: what was read beyond it will be read again."""
        self._seeks += 1
        self._chunks.clear()
        self._along.clear()
        self._done.clear()
        await super().perform_seek()

    def ack(self, message: Message) -> bool:
        """Let a chunk go, in all its partitions."""
        done: bool = super().ack(message)
        for last in self._along.pop((message.tp, message.offset), ()):
            super().ack(last)
        return done

    def _new_offset(self, tp: TP) -> int | None:
        """Give the offset after the last chunk that is done with all before it."""
        read, done = self._chunks[tp], self._acked_index[tp]
        offset = None
        while read and read[0] in done:
            last = read.popleft()
            done.discard(last)
            offset = self._done[tp] = last + 1
        self._acked[tp] = sorted(done)
        return offset

    async def positions(self) -> dict[Partition, Position]:
        """Ask Kafka where the agents' partitions stand."""
        positions: dict[Partition, Position] = await self._thread.call_thread(self._positions)
        return positions

    async def _positions(self) -> dict[Partition, Position]:
        kafka: Any = self._thread._ensure_consumer()
        tps = [tp for tp in kafka.assignment() if not self._is_changelog_tp(ensure_TP(tp))]
        ends = await kafka.end_offsets(tps)
        positions = {}
        for tp in tps:
            committed = await kafka.committed(tp) or 0
            chunks = self._chunks[ensure_TP(tp)]
            positions[tp.topic, tp.partition] = Position(
                end=ends[tp],
                read=await kafka.position(tp),
                working=chunks[0] if chunks else None,
                done=self._done.get(ensure_TP(tp), committed),
                committed=committed,
            )
        return positions

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        """Read from Kafka and hand over to the agents until either side stops."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self.sleep(0)
                records, active = await self._wait_next_records(timeout=1.0)
                if records and not self.flow_active:
                    await self._back_to_committed()
                elif records:
                    await self._hand_over(records, active)
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise

    async def _back_to_committed(self) -> None:
        # A rebalance began while the fetch was under way. Faust seeks again when it
        # ends, so a broker that doesn't answer here costs nothing.
        try:
            await self.perform_seek()
        except (KafkaError, FaustError, TimeoutError) as error:
            self.log.warning("no seek while the flow stands still: %r", error)

    async def _hand_over(self, records: RecordMap, active: set[TP] | None) -> None:
        seeks, generation = self._seeks, self.app.consumer_generation_id
        wanted = {
            tp: batch
            for tp, batch in records.items()
            if active is None or tp in active or tp in self._buffered_partitions
        }
        for message, read in self._messages(wanted):
            if not self.flow_active or seeks != self._seeks:
                return
            if generation != self.app.consumer_generation_id:
                return
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
            if seeks == self._seeks:
                for last in read:
                    self._read_offset[last.tp] = last.offset + 1
            await asyncio.sleep(0)

    def _messages(self, records: RecordMap) -> Iterator[tuple[ConsumerMessage, Lasts]]:
        """Give what is to be handed over, and what is read then.

        A changelog's records come one by one, others as chunks.
        """
        chunks: dict[object, list[tuple[TP, list[Any]]]] = {}
        for partition, batch in records.items():
            tp = ensure_TP(partition)
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            position = self._read_offset[tp] or 0
            fresh = [record for record in batch if record.offset >= position]
            if self._is_changelog_tp(tp):
                messages = (self._to_message(tp, record) for record in fresh)
                yield from ((message, [message]) for message in messages)
            elif fresh:
                key = tp if tp.topic in self.transport.apart else tp.topic
                chunks.setdefault(key, []).append((tp, fresh))
        for parts in chunks.values():
            yield self._to_chunk(parts)

    def _to_chunk(self, parts: list[tuple[TP, list[Any]]]) -> tuple[ConsumerMessage, Lasts]:
        lasts = [self._to_message(tp, batch[-1]) for tp, batch in parts]
        for last in lasts:
            self._chunks[last.tp].append(last.offset)
        message, *others = lasts
        if others:
            self._along[message.tp, message.offset] = others
        message.key = None
        message.headers = None
        chunk: Any = tuple(_record(record) for _, batch in parts for record in batch)
        message.value = chunk
        return message, lasts


def _record(record: ConsumerRecord[bytes, bytes]) -> Record:
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp / 1000,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )


class Transport(driver.Transport):
    """Faust's aiokafka transport with our consumer in it."""

    apart: frozenset[str] = frozenset()
    """Topics that are read by agents with tables: a table's writes go to the chunk's partition."""

    Consumer: ClassVar[type[ConsumerT]] = Consumer
