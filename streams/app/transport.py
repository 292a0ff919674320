"""A Faust transport that reads in chunks: one event holds up to 500 records of one partition.

Faust's own consumer spends four tasks on every record and waits up to 1.5 s for idle
partitions. This one hands over what a fetch brought, partition by partition, and waits
50 ms at most. What it guarantees:

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
from faust.exceptions import FaustError
from faust.transport.consumer import RecordMap, ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import ConsumerT
from faust.types.tuples import ConsumerMessage
from mode import ServiceT

from streams.app.record import Record
from streams.app.watchdog import Partition, Position

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

    _chunks: defaultdict[TP, deque[int]]
    """The last offsets of the chunks handed over, oldest first."""
    _done: dict[TP, int]
    """The offset after the last chunk done, since the last seek."""
    _seeks: int

    def __post_init__(self) -> None:
        """Start with nothing read."""
        self._chunks = defaultdict(deque)
        self._done = {}
        self._seeks = 0

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Go back to what is committed: what was read beyond it will be read again."""
        self._seeks += 1
        self._chunks.clear()
        self._done.clear()
        await super().perform_seek()

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
        for tp, batch in records.items():
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                continue
            for message in self._messages(ensure_TP(tp), batch):
                if not self.flow_active or seeks != self._seeks:
                    return
                if generation != self.app.consumer_generation_id:
                    return
                await self.wait_first(self.callback(message), self.suspend_flow.wait())
                if seeks == self._seeks:
                    self._read_offset[message.tp] = message.offset + 1
                await asyncio.sleep(0)

    def _messages(self, tp: TP, batch: list[Any]) -> Iterator[ConsumerMessage]:
        """Give a partition's records: one by one from a changelog, else as one chunk."""
        self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
        position = self._read_offset[tp] or 0
        fresh = [record for record in batch if record.offset >= position]
        if self._is_changelog_tp(tp):
            yield from (self._to_message(tp, record) for record in fresh)
        elif fresh:
            self._chunks[tp].append(fresh[-1].offset)
            yield self._to_chunk(tp, fresh)

    def _to_chunk(self, tp: TP, batch: list[Any]) -> ConsumerMessage:
        message = self._to_message(tp, batch[-1])
        message.key = None
        message.headers = None
        chunk: Any = tuple(
            Record(
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                timestamp=record.timestamp / 1000,
                key=record.key,
                value=record.value,
                headers=tuple(record.headers),
            )
            for record in batch
        )
        message.value = chunk
        return message


class Transport(driver.Transport):
    """Faust's aiokafka transport with our consumer in it."""

    Consumer: ClassVar[type[ConsumerT]] = Consumer
