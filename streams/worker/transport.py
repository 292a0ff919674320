"""A Faust transport that reads in chunks: one event holds up to 500 records of a topic.

Faust's own consumer spends four tasks on every record. This one hands over what a fetch
brought. An agent waits for Kafka after each chunk, so a chunk holds what came of all
partitions; only for an agent with a table it is of one. What it guarantees:

- An offset is committed only when the guard has called the chunk done, and every chunk read
  before it. Faust's acknowledgements decide nothing: they are off for the agents' topics, and
  the compiled stream makes them without calling any method that could be overridden.
- After a rebalance reading begins again at what is committed, and nothing that was fetched
  before counts.
- Tables' changelogs come record by record, as Faust's recovery expects.

What Faust still decides: when to commit (a timer), when to seek (after a rebalance), and which
partitions are read (its recovery reads the changelogs first). It stands on internals of
faust-streaming 0.15.3, which is pinned for it; `test_faust_canaries.py` fails when they change.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar

from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition
from aiokafka.structs import ConsumerRecord
from faust.transport.consumer import RecordMap, ensure_TP
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.transports import ConsumerT, ProducerT
from faust.types.tuples import ConsumerMessage
from mode import ServiceT

from streams.worker.batch import Chunk, Record
from streams.worker.consumer_thread import ConsumerThread
from streams.worker.lag import Partition, Position
from streams.worker.offsets import InFlight
from streams.worker.outages import PASSING, PAUSE_SECONDS, Outages
from streams.worker.producer import WaitingProducer

MAX_CHUNK = 500
STOP_COMMIT_SECONDS = 1.0
"""How long the last commit may take: aiokafka would try until Kafka or the group is back."""


class BatchConsumer(driver.Consumer):
    """Delivers chunks, and commits up to the first chunk that isn't done."""

    transport: "Transport"
    _in_flight: InFlight
    _seeks: int
    """Counts the seeks that began; records fetched beside one are not to be used."""
    _seeking: int
    """The seeks under way."""
    _behind: bool
    """Whether records were dropped since the last seek, so that they must be read again."""

    def __post_init__(self) -> None:
        """Start with nothing read."""
        self._in_flight = InFlight()
        self._seeks = 0
        self._seeking = 0
        self._behind = False

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Go back to what is committed: what was read beyond it will be read again."""
        self._seeks += 1
        self._seeking += 1
        self._behind = True
        try:
            committed = await self.transport.outages.until_answered(
                "seek what is committed", lambda: self._thread.call_thread(self._seek_to_committed)
            )
            self._in_flight.restart(committed)
            self._read_offset.update(committed)
            self._behind = False
        finally:
            self._seeking -= 1

    async def _seek_to_committed(self) -> dict[TP, int]:
        """Seek the agents' partitions, those with nothing committed to their beginning."""
        kafka: AIOKafkaConsumer = self._thread._ensure_consumer()
        found: dict[TP, int] = {}
        for tp in self._agents_partitions(kafka):
            offset = await kafka.committed(tp)
            if offset:
                kafka.seek(tp, offset)
            else:
                await kafka.seek_to_beginning(tp)
            found[ensure_TP(tp)] = offset or 0
        return found

    # What Faust's recovery of tables asks: an error would end the worker.
    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        """Ask for the first offset of partitions."""
        ask = super().earliest_offsets
        return await self.transport.outages.until_answered(
            "ask for first offsets", lambda: ask(*partitions)
        )

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """Ask for the end of partitions."""
        ask = super().highwaters
        return await self.transport.outages.until_answered(
            "ask for last offsets", lambda: ask(*partitions)
        )

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Go to an offset in each partition."""
        ask = super().seek_wait
        await self.transport.outages.until_answered("seek", lambda: ask(partitions))

    def _agents_partitions(self, kafka: AIOKafkaConsumer) -> list[TopicPartition]:
        return [tp for tp in kafka.assignment() if not self._is_changelog_tp(ensure_TP(tp))]

    # Faust's parameters, of which it uses neither: all topics are committed, without transactions.
    async def force_commit(self, *_: object, **__: object) -> bool:
        """Commit what is done. What Kafka doesn't take is committed at the next turn."""
        done = self._in_flight.to_commit()
        if not done:
            return False  # maybe the consumer never started
        assignment = self.assignment()
        offsets = {tp: offset for tp, offset in done.items() if tp in assignment}
        if not offsets:
            return False
        try:
            await self._thread.call_thread(self._commit_offsets_in_thread, offsets)
        except PASSING as error:
            # The watchdog ends a worker whose commits never get through.
            self.transport.outages.note("commit", error)
            return False
        self._in_flight.committed(offsets)
        return True

    async def _commit_offsets_in_thread(self, offsets: dict[TP, int]) -> None:
        await self._thread._ensure_consumer().commit(
            {TopicPartition(*tp): OffsetAndMetadata(at, "") for tp, at in offsets.items()}
        )

    async def verify_all_partitions_active(self) -> None:
        """Do nothing: Faust would look twice a second for what our watchdog looks for."""

    async def wait_empty(self) -> None:
        """Wait for the chunks that agents have begun, and commit: before a rebalance or the end."""
        await self.transport.until_idle()
        timeout = STOP_COMMIT_SECONDS if self.app.should_stop else None
        done, _ = await asyncio.wait({asyncio.ensure_future(self.commit())}, timeout=timeout)
        for committed in done:
            committed.result()

    async def positions(self) -> dict[Partition, Position]:
        """Ask Kafka where the agents' partitions stand."""
        asked = await self._thread.call_thread(self._read_and_end)
        positions: dict[Partition, Position] = {}
        for tp, (read, end) in asked.items():
            working, done, committed = self._in_flight.standing(tp)
            positions[tp] = Position(
                end=end, read=read, working=working, done=done, committed=committed
            )
        return positions

    async def _read_and_end(self) -> dict[TP, tuple[int, int]]:
        kafka: AIOKafkaConsumer = self._thread._ensure_consumer()
        tps = self._agents_partitions(kafka)
        ends = await kafka.end_offsets(tps)
        return {ensure_TP(tp): (await kafka.position(tp), ends[tp]) for tp in tps}

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        """Read from Kafka and hand over to the agents until either side stops."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self.sleep(0)
                if self._behind and self.flow_active and not await self._caught_up():
                    continue
                seeks = self._seeks
                records, active = await self._next_records()
                if not records:
                    continue
                if not self.flow_active or self._seeking or seeks != self._seeks:
                    # Nobody can tell whether they were fetched before the seek or after it.
                    self._behind = True
                else:
                    await self._hand_over(records, active)
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise

    async def _next_records(self) -> tuple[RecordMap | None, set[TP] | None]:
        """Wait a second for records. An error of Kafka's is told, and passes or is told again."""
        try:
            return await self._wait_next_records(timeout=1.0)
        except self.consumer_stopped_errors:
            raise
        except PASSING as error:
            self.transport.outages.note("fetch", error)
            await self.sleep(PAUSE_SECONDS)
            return None, None

    async def _caught_up(self) -> bool:
        """Read again what was dropped; say whether that worked, or isn't for us to do now."""
        if self._seeking:
            await self.sleep(0.01)
            return False
        try:
            await self.perform_seek()
        except PASSING as error:
            self.transport.outages.note("seek what is committed", error)
            await self.sleep(PAUSE_SECONDS)
            return False
        return True

    async def _hand_over(self, records: RecordMap, active: set[TP] | None) -> None:
        seeks, generation = self._seeks, self.app.consumer_generation_id
        wanted = {
            tp: batch
            for tp, batch in records.items()
            if active is None or tp in active or tp in self._buffered_partitions
        }
        if len(wanted) < len(records):
            self._behind = True
        for message, lasts in self._messages(wanted):
            if (
                not self.flow_active
                or seeks != self._seeks
                or generation != self.app.consumer_generation_id
            ):
                self._behind = self._behind or seeks == self._seeks
                return
            await self.wait_first(self.callback(message), self.suspend_flow.wait())
            if seeks == self._seeks:
                self._read_offset.update({tp: last + 1 for tp, last in lasts.items()})
            await asyncio.sleep(0)

    def _messages(self, records: RecordMap) -> Iterator[tuple[ConsumerMessage, dict[TP, int]]]:
        """Yield what is to be handed over, with its last offset of each partition.

        A changelog's records come one by one, others as chunks.
        """
        chunks: dict[object, list[tuple[TP, list[Any]]]] = {}
        for partition, batch in records.items():
            tp = ensure_TP(partition)
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            position = self._read_offset[tp] or 0
            fresh = [record for record in batch if record.offset >= position]
            if self._is_changelog_tp(tp):
                for record in fresh:
                    yield self._to_message(tp, record), {tp: record.offset}
            elif fresh:
                key = tp if tp.topic in self.transport.apart else tp.topic
                chunks.setdefault(key, []).append((tp, fresh))
        for parts in chunks.values():
            yield self._to_chunk(parts)

    def _to_chunk(self, parts: list[tuple[TP, list[Any]]]) -> tuple[ConsumerMessage, dict[TP, int]]:
        lasts = {tp: batch[-1].offset for tp, batch in parts}
        tp, batch = parts[0]
        message = self._to_message(tp, batch[-1])
        message.key = None
        message.headers = None
        found = tuple(_record(record) for _, batch in parts for record in batch)
        chunk: Any = Chunk(found, self._in_flight.add(lasts))
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


async def _idle() -> None:
    """Wait for nothing."""


class Transport(driver.Transport):
    """Faust's aiokafka transport with our consumer in it."""

    apart: frozenset[str] = frozenset()
    """Topics that are read by agents with tables: a table's writes go to the chunk's partition."""
    until_idle: Callable[[], Awaitable[None]] = staticmethod(_idle)
    """Returns once no agent works on a chunk."""

    outages: Outages
    """Counts what Kafka didn't answer."""

    Consumer: ClassVar[type[ConsumerT]] = BatchConsumer
    Producer: ClassVar[type[ProducerT]] = WaitingProducer
