"""Notices: one line each that is no alert, for those whom it concerns, until it arrives.

They are about the service itself: sources that are missing, canaries that don't come. They wait for
no digest and no quiet hours, and stand in a small file of their own. `UNIQUE(notice, subscriber)`
is what makes telling one twice harmless.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import structlog

from connectors.sqlite import open_checked, opened_or_anew

log = structlog.get_logger()

FILE = "notices.sqlite"
KEEP_SECONDS = 30 * 24 * 3600.0
"""How long a notice is remembered that was told, or never could be."""
_LAYOUT = """
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY,
    notice TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    added REAL NOT NULL,
    next_try REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (notice, subscriber)
);
"""


class ServiceNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What is told: `id` is the same however often it is found out."""

    id: str
    title: str
    note: str


NoticeIn = Callable[[str], ServiceNotice]
"""Writes a notice in a language: under one id in all."""


@dataclass(frozen=True, slots=True)
class NoticeDelivery:
    """A notice on its way to a subscriber."""

    number: int
    notice: ServiceNotice
    subscriber: str
    added: float
    attempts: int


class NoticeQueue:
    """The notices in one file. Times are seconds since the epoch. For one thread.

    Its methods raise `sqlite3.Error`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there or is damaged."""
        self._db, aside = opened_or_anew(path, partial(open_checked, path, _LAYOUT))
        if aside is not None:
            cause = f"{path.name} is damaged: a new one is begun, and notices that waited are lost"
            log.error("notices_moved_aside", cause=cause, kept_as=str(aside))

    def add(self, notice: ServiceNotice, subscribers: Iterable[str], now: float) -> int:
        """Put a notice down for some subscribers; return for how many it is new.

        One that it was put down for has it already.
        """
        before = self._db.total_changes
        self._db.executemany(
            "INSERT OR IGNORE INTO notices (notice, subscriber, title, note, added, next_try)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(notice.id, name, notice.title, notice.note, now, now) for name in subscribers],
        )
        return self._db.total_changes - before

    def due(self, now: float) -> list[NoticeDelivery]:
        """Return what is to be sent now, oldest first."""
        rows = self._db.execute(
            "SELECT id, notice, title, note, subscriber, added, attempts FROM notices"
            " WHERE state = 'pending' AND next_try <= ? ORDER BY id",
            (now,),
        ).fetchall()
        return [
            NoticeDelivery(
                number=number,
                notice=ServiceNotice(id=notice, title=title, note=note),
                subscriber=subscriber,
                added=added,
                attempts=attempts,
            )
            for number, notice, title, note, subscriber, added, attempts in rows
        ]

    def settle(self, delivery: NoticeDelivery, state: str, next_try: float) -> None:
        """Note what came of a try: `done`, `failed`, or `pending` until the next."""
        self._db.execute(
            "UPDATE notices SET state = ?, next_try = ?, attempts = attempts + 1 WHERE id = ?",
            (state, next_try, delivery.number),
        )

    def clear_away(self, now: float) -> None:
        """Forget what was told long ago."""
        self._db.execute(
            "DELETE FROM notices WHERE state <> 'pending' AND added < ?", (now - KEEP_SECONDS,)
        )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
