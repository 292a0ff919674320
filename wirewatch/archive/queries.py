"""What is asked of the archive, on a connection that only reads."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors import sqlite
from streams.model.alert import AlertEvent
from streams.model.alert_reasons import is_outgrown
from streams.model.delivery import DeliveryReport
from streams.model.story import ID_LENGTH, is_id
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict, last_words
from streams.model.watch import Severity
from wirewatch.archive.index_text import storable
from wirewatch.archive.layout import FILE, is_laid_out, require
from wirewatch.archive.packed import LAST_ID, first_id, time_of, unpack
from wirewatch.archive.rows import (
    AlertDetail,
    AlertMember,
    AlertQuery,
    AlertRow,
)
from wirewatch.archive.standing import OPEN, midnight, standing
from wirewatch.archive.story_rows import story_row
from wirewatch.config.wording import shown
from wirewatch.errors import ProgramError

_CURSOR = re.compile(r"[0-9a-f]{1,16}")
_FIRST_CURSOR = first_id(datetime(2000, 1, 1, tzinfo=UTC))
"""No row is older: what is less is another thing's number, and would find nothing."""
MOST_NAMED = 5


REBUILD = "`wirewatch archive rebuild` moves it aside and fills a new one"
"""What helps when the file is damaged."""


class ArchiveError(ProgramError):
    """The archive has no answer. The message says why, and what to do."""


class NotInArchiveError(ArchiveError):
    """Nothing there has this id, or more than one thing."""


class BadQuestionError(ArchiveError):
    """Nothing can be asked for like this."""


@contextmanager
def reading(data: Path) -> Iterator[sqlite3.Connection]:
    """Open the archive of a data folder to read in it. Raises `ArchiveError`, `OtherLayoutError`.

    What it answers is as of one moment only within each query.
    """
    if not (data / FILE).exists():
        raise ArchiveError(
            f"no archive in {data}: `wirewatch run` and `wirewatch archive run` make and fill one"
            " by themselves, a run that has just started once its Kafka is up; `wirewatch archive"
            " update` does so once"
        )
    try:
        with sqlite.reading(data / FILE) as db:
            if not is_laid_out(db):
                raise ArchiveError(f"the archive in {data} is just being made: ask again soon")
            require(db)
            yield db
    except sqlite3.Error as error:
        remedy = "" if sqlite.may_pass(error) else f"; {REBUILD}"
        raise ArchiveError(f"the archive {data / FILE} can't be read: {error}{remedy}") from error


def alerts(
    db: sqlite3.Connection, query: AlertQuery, now: datetime | None = None
) -> list[AlertRow]:
    """Return the alerts wanted, those that opened last first, as they stand `now`."""
    now = now or datetime.now(UTC)
    below, least = id_range(query.cursor, query.since, None)
    where, values = ["id < ?", "id >= ?"], list[object]((below, least))
    for column, value in (("watch", query.watch), ("pair", query.pair)):
        if value:
            where.append(f"{column} = ?")
            values.append(storable(value))
    if query.state:
        where.append(f"{standing(now)} = ?")
        values.append(storable(query.state))
    if query.min_severity:
        where.append("severity >= ?")
        values.append(Severity(query.min_severity).rank)
    if query.outlet:
        where.append("EXISTS (SELECT 1 FROM json_each(outlets) WHERE value = ? COLLATE NOCASE)")
        values.append(storable(query.outlet))
    if not query.shadow:
        where.append("NOT shadow")
    rows = db.execute(
        f"SELECT {_ALERT} FROM alerts WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?",
        (*values, query.limit),
    )
    return [_alert_row(row, now) for row in rows]


def alert(db: sqlite3.Connection, given: str, now: datetime | None = None) -> AlertDetail:
    """Return an alert by its id, or the beginning of one. Raises `ArchiveError`."""
    if not is_id(given):
        raise NotInArchiveError(f"{given} is no id: give 6 to {ID_LENGTH} of its digits")
    rows = db.execute(
        f"SELECT {_ALERT} FROM alerts WHERE alert >= ? AND alert < ? LIMIT ?",
        (given, given + "g", MOST_NAMED),
    ).fetchall()
    if not rows:
        raise NotInArchiveError(
            f"the archive has no alert {given}: `wirewatch alerts list` shows them"
        )
    if len(rows) > 1:
        names = ", ".join(sorted(row[1] for row in rows))
        raise NotInArchiveError(f"{given} is the beginning of several alerts: {names}")
    name = rows[0][1]
    told = unpack(rows[0][-1], AlertEvent)
    return AlertDetail(
        alert=_alert_row(rows[0], now or datetime.now(UTC)),
        told=told,
        tagged=version(db, told.story.id, told.story.version),
        events=_events(db, name),
        members=_members(db, name),
        deliveries=tuple(
            unpack(data, DeliveryReport)
            for (data,) in db.execute(
                "SELECT record FROM deliveries WHERE alert = ? ORDER BY at, id", (name,)
            )
        ),
        verdicts=_verdicts(db, name),
    )


def alerts_by_id(
    db: sqlite3.Connection, names: Iterable[str], now: datetime | None = None
) -> list[AlertRow]:
    """Return the alerts that have these ids, as far as the archive has them, in their order."""
    now = now or datetime.now(UTC)
    found = (
        db.execute(f"SELECT {_ALERT} FROM alerts WHERE alert = ?", (name,)).fetchone()
        for name in names
    )
    return [_alert_row(row, now) for row in found if row is not None]


def version(db: sqlite3.Connection, story: str, digest: str) -> TaggedStory | None:
    """Return a version of a story with all its evidence, if the archive has it."""
    row = db.execute(
        "SELECT record FROM stories WHERE story = ? AND version = ?", (story, digest)
    ).fetchone()
    return None if row is None else unpack(row[0], TaggedStory)


def _events(db: sqlite3.Connection, name: str) -> tuple[AlertEvent, ...]:
    rows = db.execute("SELECT record FROM events WHERE alert = ? ORDER BY number", (name,))
    return tuple(unpack(data, AlertEvent) for (data,) in rows)


def _members(db: sqlite3.Connection, name: str) -> tuple[AlertMember, ...]:
    rows = db.execute(
        "SELECT m.story, s.id, s.record FROM members m"
        " LEFT JOIN stories s ON s.story = m.story AND s.newest WHERE m.alert = ?"
        " ORDER BY s.id, m.story",
        (name,),
    )
    return tuple(
        AlertMember(
            id=story,
            story=None if data is None else story_row(number, unpack(data, TaggedStory)),
        )
        for story, number, data in rows
    )


def _verdicts(db: sqlite3.Connection, name: str) -> tuple[Verdict, ...]:
    rows = db.execute("SELECT record FROM verdicts WHERE alert = ? OR other = ?", (name, name))
    said = sorted((unpack(data, Verdict) for (data,) in rows), key=lambda one: one.at)
    return tuple(last_words(said))


def id_range(cursor: str, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Return between which ids the rows wanted are: below the first, from the second on."""
    if cursor and (not _CURSOR.fullmatch(cursor) or int(cursor, 16) < _FIRST_CURSOR):
        raise BadQuestionError(
            f"{shown(cursor)} is no cursor: give the `cursor` of a row, as it stands in JSON"
        )
    below = min(int(cursor, 16), LAST_ID) if cursor else LAST_ID
    if until is not None:
        below = min(below, first_id(until))
    return below, 0 if since is None else first_id(since)


_ALERT = "id, alert, watch, pair, state, shadow, changed, stories, outlets, record"


def _alert_row(
    row: tuple[int, str, str, str, str, int, int, int, str, bytes], now: datetime
) -> AlertRow:
    number, name, watch, pair, state, shadow, changed, count, outlets, data = row
    told = unpack(data, AlertEvent)
    if told.spike is not None and number >= first_id(midnight(now)):
        state = OPEN
    of_one_story = told.spike is None
    return AlertRow(
        id=name,
        watch=watch,
        title=told.title,
        state=state,
        severity=told.severity,
        pair=pair,
        headline=told.story.headline if of_one_story else told.reason,
        outlet=told.story.source if of_one_story else "",
        url=told.story.url if of_one_story else None,
        published=told.story.published if of_one_story else None,
        opened=time_of(number),
        changed=datetime.fromtimestamp(changed / 1000, UTC),
        outlets=msgspec.json.decode(outlets, type=tuple[str, ...]),
        stories=count,
        shadow=bool(shadow),
        no_longer_matches=is_outgrown(told),
        cursor=f"{number:x}",
    )
