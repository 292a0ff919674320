"""Alerts as they come, to any number of pages at once.

A page says which event it knows, and gets what came after it: the archive's numbers of events tell
what is missing, so there is no gap and nothing twice, after a restart of this server too. The
archive is looked into once for all pages, and nothing is queued for one that doesn't read.
"""

import asyncio
import sqlite3
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from connectors.background import in_thread
from wirewatch.archive import queries
from wirewatch.archive.alert_events import (
    EventPlace,
    event_at,
    events_after,
    first_numbers,
    last_events,
    newest_event,
)
from wirewatch.errors import ProgramError
from wirewatch.web.alert_lines import AlertLine

log = structlog.get_logger()

LOOK_SECONDS = 0.2
"""How often the archive is looked into while somebody looks on."""
AGAIN_SECONDS = 1.0
MOST_MISSED = 1_000
"""Events that a page is told one by one; one that missed more loads anew."""
READS_KEPT = 8
BEGINNING = EventPlace(0, "")
"""Before all events."""

Render = Callable[[AlertLine, datetime], str]


class AlertChange(NamedTuple):
    """An alert as it is after an event. `opened`: it wasn't there before."""

    place: EventPlace
    line: AlertLine
    html: str
    opened: bool


Changes = tuple[AlertChange, ...]


class MissedTooMuchError(Exception):
    """What a page knows can't be gone on from: it must load itself again."""


@dataclass(eq=False, kw_only=True)
class LiveAlerts:
    """The changes of one archive. To be used in one event loop."""

    data: Path
    render: Render
    now: Callable[[], datetime]
    readers: int = 0
    """How many pages look on."""
    _last: EventPlace | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: asyncio.Task[None] | None = None
    _reads: OrderedDict[tuple[EventPlace, EventPlace], asyncio.Task[Changes]] = field(
        default_factory=OrderedDict
    )
    _closed: bool = False

    def close(self) -> None:
        """End what all pages get, so that the server can end."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
        self._wake()

    async def batches(self, known: EventPlace | None) -> AsyncIterator[tuple[EventPlace, Changes]]:
        """Return what comes after the event that a page knows, and which it knows then.

        `None`: from now on. Raises `MissedTooMuchError`.
        """
        with self.looked_on():
            async for last in self.places(known):
                found = () if known is None else await self._between(known, last)
                known = last
                yield last, found

    @contextmanager
    def looked_on(self) -> Iterator[None]:
        """Look into the archive while somebody wants to know."""
        self.readers += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield
        finally:
            self.readers -= 1

    async def places(self, known: EventPlace | None) -> AsyncIterator[EventPlace]:
        """Return the newest event's place, whenever it is another than the one before."""
        while not self._closed:
            changed, last = self._changed, self._last
            if last is None or last == known:
                await changed.wait()
                continue
            known = last
            yield last

    async def _between(self, known: EventPlace, last: EventPlace) -> Changes:
        """Return the changes after one event up to another: read once for all who miss them."""
        key = known, last
        while True:
            if key not in self._reads:
                self._reads[key] = asyncio.create_task(in_thread(self._read, known, last))
                while len(self._reads) > READS_KEPT:
                    self._reads.popitem(last=False)
            try:
                return await asyncio.shield(self._reads[key])
            except (ProgramError, sqlite3.Error):
                self._reads.pop(key, None)
                await asyncio.sleep(AGAIN_SECONDS)

    def _read(self, known: EventPlace, last: EventPlace) -> Changes:
        """Read the changes, each alert once, at its last event. Raises `MissedTooMuchError`."""
        now = self.now()
        with queries.reading(self.data) as db:
            db.execute("BEGIN")  # one moment for all of it
            if known.number and event_at(db, known.number) != known.event:
                raise MissedTooMuchError  # the archive was filled anew, or has deleted it
            missed = events_after(db, known.number, MOST_MISSED + 1)
            if len(missed) > MOST_MISSED:
                raise MissedTooMuchError
            latest = {one.alert: one.place for one in missed if one.place.number <= last.number}
            rows = {row.id: row for row in queries.alerts_by_id(db, latest, now)}
            ended = last_events(db, rows)
            first = first_numbers(db, rows)
        lines = {name: AlertLine(row, ended.get(name)) for name, row in rows.items()}
        found = (
            AlertChange(latest[name], line, self.render(line, now), first[name] > known.number)
            for name, line in lines.items()
        )
        return tuple(sorted(found, key=lambda one: one.place.number))

    async def _look_on(self) -> None:
        """Look into the archive for as long as somebody wants to know."""
        told = False
        try:
            while self.readers and not self._closed:
                try:
                    found = await in_thread(self._newest)
                except (ProgramError, sqlite3.Error) as error:
                    if not told:
                        log.warning("archive_not_read", error=str(error))
                    told = True
                    await asyncio.sleep(AGAIN_SECONDS)
                    continue
                told = False
                if found != self._last:
                    self._last = found
                    self._wake()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._looking = None
            self._last = None  # whoever comes next begins where the archive is then

    def _newest(self) -> EventPlace:
        with queries.reading(self.data) as db:
            return newest_event(db) or BEGINNING

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
