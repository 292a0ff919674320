"""What gather remembers, partition by partition: in memory, and as small records in a table."""

import asyncio
import time
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import datetime
from typing import Protocol

import structlog

from streams.contract.codec import encode
from streams.contract.topics import OPEN_ALERTS
from streams.grouping import Gathering, joined_in_silence
from streams.model.alert import AlertEvent, AlertState
from streams.model.verdict import Ruling
from streams.model.watch import Match, Notice, Tick
from streams.worker.table_recovery import HEARD, RULED, TableReading, key_of

log = structlog.get_logger()

MAX_STATE_BYTES = OPEN_ALERTS.max_bytes * 3 // 4
"""The largest record of an alert that is written; the rest is room for the key and for headers."""
TURN_SECONDS = 0.02
"""How long reading may hold the event loop."""


class Saved(Protocol):
    """A table that is read whole after a start or a rebalance, and written record by record.

    `draft` takes what is to be written, `None` for what is to be removed. `generation` changes
    whenever the table may hold other partitions than before.
    """

    generation: int
    draft: MutableMapping[bytes, bytes | None]

    def whole(self) -> Mapping[bytes, bytes]:
        """Return a copy of what is saved: by `partition/alert id` or `partition/heard/story id`."""
        ...


class OpenAlerts:
    """The gathering of each partition, made anew from the table when partitions have moved."""

    def __init__(self, saved: Saved) -> None:
        """Read nothing yet: the table is recovered later."""
        self._saved = saved
        self._generation = saved.generation
        self._gatherings: dict[int, Gathering] = {}

    def step(
        self, partition: int, record: Match | Notice | Tick | Ruling, now: datetime
    ) -> list[AlertEvent]:
        """Take a record in, draft what changed, and return what there is to tell or to record."""
        outcome = self._gathering(partition).step(record, now)
        for name, state in outcome.changed.items():
            self._draft(partition, state)
            if state.left_out == 1:
                log.warning("alert_full", alert=name, watch=state.watch, stories=len(state.stories))
        for name in outcome.dropped:
            self._saved.draft[key_of(partition, name)] = None
        for story, heard in outcome.heard.items():
            key = key_of(partition, f"{HEARD}{story}")
            self._saved.draft[key] = None if heard is None else encode(heard)
        for name, ruled in outcome.ruled.items():
            key = key_of(partition, f"{RULED}{name}")
            self._saved.draft[key] = None if ruled is None else encode(ruled)
        return [*outcome.events, *joined_in_silence(record, outcome, now)]

    def _draft(self, partition: int, state: AlertState) -> None:
        value = encode(state)
        if len(value) <= MAX_STATE_BYTES:
            self._saved.draft[key_of(partition, state.alert)] = value
        else:
            # Kafka would refuse it for ever. Until the next start the alert is remembered all the
            # same, after it as it was before.
            log.error("alert_too_large", alert=state.alert, watch=state.watch, size=len(value))

    async def ready(self, partitions: Iterable[int]) -> None:
        """Read what is saved of partitions that aren't known yet; the event loop turns meanwhile.

        There may be 200,000 alerts, and all else in the process would stand still for seconds.
        """
        for partition in sorted(set(partitions)):
            while not self._knows(partition):
                generation = self._generation
                found = await self._read_in_turns(partition)
                if generation == self._saved.generation:
                    self._gatherings[partition] = found

    async def _read_in_turns(self, partition: int) -> Gathering:
        began = turned = time.monotonic()
        reading = TableReading(self._saved.whole(), partition)
        for _ in reading:
            if time.monotonic() - turned > TURN_SECONDS:
                await asyncio.sleep(0)
                turned = time.monotonic()
        log.info(
            "alerts_read",
            partition=partition,
            alerts=len(reading.found),
            seconds=round(time.monotonic() - began, 3),
        )
        return reading.found

    def _knows(self, partition: int) -> bool:
        if self._generation != self._saved.generation:
            self._generation = self._saved.generation
            self._gatherings.clear()
        return partition in self._gatherings

    def _gathering(self, partition: int) -> Gathering:
        if not self._knows(partition):
            # Partitions moved since `ready`.
            reading = TableReading(self._saved.whole(), partition)
            for _ in reading:
                pass
            self._gatherings[partition] = reading.found
        return self._gatherings[partition]
