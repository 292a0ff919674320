"""What gather remembers, partition by partition: in memory, and as small records in a table."""

from collections.abc import Mapping, MutableMapping
from datetime import datetime
from typing import Protocol

import structlog

from streams.alert import AlertEvent, AlertState, Heard
from streams.bus import OPEN_ALERTS
from streams.codec import DecodeError, decode, encode
from streams.gather import Gathering, joined_in_silence
from streams.watch import Match, Notice, Tick

log = structlog.get_logger()

MAX_STATE_BYTES = OPEN_ALERTS.max_bytes * 3 // 4
"""The largest record of an alert that is written; the rest is room for the key and for headers."""
HEARD = "heard/"
"""Begins the keys of stories that notices told of; an alert's is its id."""


class Saved(Protocol):
    """A table that is read whole after a start or a rebalance, and written record by record.

    `draft` takes what is to be written, `None` for what is to be removed. `generation` changes
    whenever the table may hold other partitions than before.
    """

    generation: int
    draft: MutableMapping[bytes, bytes | None]

    def whole(self) -> Mapping[bytes, bytes]:
        """Give all that is saved, keys being `partition/alert id` or `partition/heard/story id`."""
        ...


class Memory:
    """The gathering of each partition, made anew from the table when partitions have moved."""

    def __init__(self, saved: Saved) -> None:
        """Read nothing yet: the table is recovered later."""
        self._saved = saved
        self._generation = saved.generation
        self._gatherings: dict[int, Gathering] = {}

    def step(
        self, partition: int, record: Match | Notice | Tick, now: datetime
    ) -> list[AlertEvent]:
        """Take a record in, draft what changed, and return what there is to tell or to record."""
        outcome = self._gathering(partition).step(record, now)
        for name, state in outcome.changed.items():
            self._draft(partition, state)
            if state.left_out == 1:
                log.warning("alert_full", alert=name, watch=state.watch, stories=len(state.stories))
        for name in outcome.dropped:
            self._saved.draft[_key(partition, name)] = None
        for story, heard in outcome.heard.items():
            key = _key(partition, f"{HEARD}{story}")
            self._saved.draft[key] = None if heard is None else encode(heard)
        return [*outcome.events, *joined_in_silence(record, outcome, now)]

    def _draft(self, partition: int, state: AlertState) -> None:
        value = encode(state)
        if len(value) <= MAX_STATE_BYTES:
            self._saved.draft[_key(partition, state.alert)] = value
        else:
            # Kafka would refuse it for ever. Until the next start the alert is remembered all the
            # same, after it as it was before.
            log.error("alert_too_large", alert=state.alert, watch=state.watch, size=len(value))

    def _gathering(self, partition: int) -> Gathering:
        if self._generation != self._saved.generation:
            self._generation = self._saved.generation
            self._gatherings.clear()
        if partition not in self._gatherings:
            self._gatherings[partition] = self._read(partition)
        return self._gatherings[partition]

    def _read(self, partition: int) -> Gathering:
        alerts: list[AlertState] = []
        heard: list[Heard] = []
        prefix = _key(partition, "")
        for key, value in self._saved.whole().items():
            if not key.startswith(prefix):
                continue
            try:
                if key.startswith(HEARD.encode(), len(prefix)):
                    heard.append(decode(value, Heard))
                else:
                    alerts.append(decode(value, AlertState))
            except DecodeError as error:
                # Of another release: its stories open anew, under the same alert ids.
                log.warning("alert_forgotten", key=key.decode(), error=str(error))
        return Gathering(alerts, heard)


def _key(partition: int, alert: str) -> bytes:
    return f"{partition}/{alert}".encode()
