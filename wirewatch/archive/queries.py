"""What is asked of the archive, on a connection that only reads."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors import sqlite
from streams.model.alert import AlertEvent
from streams.model.delivery import DeliveryReport
from streams.model.story import ID_LENGTH
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict, last_words
from wirewatch.archive.index_text import asked, facet, primary
from wirewatch.archive.layout import FILE, require
from wirewatch.archive.packed import first_id, time_of, unpack
from wirewatch.archive.rows import (
    AlertDetail,
    AlertMember,
    AlertQuery,
    AlertRow,
    StoryQuery,
    StoryRow,
)
from wirewatch.errors import ProgramError

_ID = re.compile(rf"[0-9a-f]{{6,{ID_LENGTH}}}")
_CURSOR = re.compile(r"[0-9a-f]{1,16}")
_LAST_ID = (1 << 63) - 1
_MOST_NAMED = 5


REBUILD = "`wirewatch archive rebuild` moves it aside and fills a new one"
"""What helps when the file is damaged."""


class ArchiveError(ProgramError):
    """The archive has no answer. The message says why, and what to do."""


@contextmanager
def reading(data: Path) -> Iterator[sqlite3.Connection]:
    """Open the archive of a data folder to read in it. Raises `ArchiveError`, `OtherLayoutError`.

    What it answers is as of one moment only within each query.
    """
    if not (data / FILE).exists():
        raise ArchiveError(f"no archive in {data}: `wirewatch archive update` makes and fills it")
    try:
        with sqlite.reading(data / FILE) as db:
            require(db)
            yield db
    except sqlite3.Error as error:
        remedy = "" if sqlite.may_pass(error) else f"; {REBUILD}"
        raise ArchiveError(f"the archive {data / FILE} can't be read: {error}{remedy}") from error


def stories(db: sqlite3.Connection, query: StoryQuery) -> list[StoryRow]:
    """Return the stories wanted, newest first."""
    match = asked(query.words, _facets(query))
    if query.words.strip() and "words :" not in match:
        raise ArchiveError(f"nothing to search for in {query.words!r}: give a letter or a digit")
    below, least = _range(query.cursor, query.since, query.until)
    source, where = "stories s", ["s.id < ?", "s.id >= ?", "s.newest"]
    values: list[object] = [below, least]
    if match:
        source = "texts t CROSS JOIN stories s ON s.id = t.rowid"
        where = ["texts MATCH ?", "t.rowid < ?", "t.rowid >= ?"]
        values = [match, below, least]
    if query.watch:
        where.append("s.story IN (SELECT story FROM members WHERE watch = ?)")
        values.append(query.watch)
    order = "t.rowid" if match else "s.id"
    rows = db.execute(
        f"SELECT s.id, s.record FROM {source} WHERE {' AND '.join(where)}"
        f" ORDER BY {order} DESC LIMIT ?",
        (*values, query.limit),
    )
    return [_story_row(number, unpack(data, TaggedStory)) for number, data in rows]


def _facets(query: StoryQuery) -> tuple[str, ...]:
    pair = f"{query.pair} {query.relation}".strip()
    topic = f"{query.topic} {query.role}".strip()
    wanted = {
        "pair": pair if query.pair else "",
        "topic": topic if query.topic else "",
        "country": query.country,
        "language": primary(query.language),
        "outlet": query.outlet,
    }
    return tuple(facet(kind, value) for kind, value in wanted.items() if value)


def alerts(db: sqlite3.Connection, query: AlertQuery) -> list[AlertRow]:
    """Return the alerts wanted, those that opened last first."""
    below, least = _range(query.cursor, query.since, None)
    where, values = ["id < ?", "id >= ?"], list[object]((below, least))
    for column, value in (("watch", query.watch), ("pair", query.pair), ("state", query.state)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    if not query.shadow:
        where.append("NOT shadow")
    rows = db.execute(
        f"SELECT {_ALERT} FROM alerts WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?",
        (*values, query.limit),
    )
    return [_alert_row(row) for row in rows]


def alert(db: sqlite3.Connection, given: str) -> AlertDetail:
    """Return an alert by its id, or the beginning of one. Raises `ArchiveError`."""
    if not _ID.fullmatch(given):
        raise ArchiveError(f"{given} is no id: give 6 to {ID_LENGTH} of its digits")
    rows = db.execute(
        f"SELECT {_ALERT} FROM alerts WHERE alert >= ? AND alert < ? LIMIT ?",
        (given, given + "g", _MOST_NAMED),
    ).fetchall()
    if not rows:
        raise ArchiveError(f"the archive has no alert {given}: `wirewatch alerts list` shows them")
    if len(rows) > 1:
        names = ", ".join(sorted(row[1] for row in rows))
        raise ArchiveError(f"{given} is the beginning of several alerts: {names}")
    name = rows[0][1]
    told = unpack(rows[0][-1], AlertEvent)
    return AlertDetail(
        alert=_alert_row(rows[0]),
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
            story=None if data is None else _story_row(number, unpack(data, TaggedStory)),
        )
        for story, number, data in rows
    )


def _verdicts(db: sqlite3.Connection, name: str) -> tuple[Verdict, ...]:
    rows = db.execute("SELECT record FROM verdicts WHERE alert = ? OR other = ?", (name, name))
    said = sorted((unpack(data, Verdict) for (data,) in rows), key=lambda one: one.at)
    return tuple(last_words(said))


def _range(cursor: str, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Return between which ids the rows wanted are: below the first, from the second on."""
    if cursor and not _CURSOR.fullmatch(cursor):
        raise ArchiveError(f"{cursor} is no cursor: give that of a row, as --json has it")
    below = min(int(cursor, 16), _LAST_ID) if cursor else _LAST_ID
    if until is not None:
        below = min(below, first_id(until))
    return below, 0 if since is None else first_id(since)


def _story_row(number: int, tagged: TaggedStory) -> StoryRow:
    story, tags = tagged.story, tagged.tags
    return StoryRow(
        id=story.id,
        version=story.version,
        outlet=story.source,
        feed=story.feed,
        headline=story.headline,
        url=story.url,
        language=story.language or tags.language,
        status=story.status,
        seen=story.first_seen,
        published=story.published,
        countries=tuple(one.code for one in tags.countries),
        pairs=tuple(f"{pair.name}:{pair.relation}" for pair in tags.pairs),
        topics=tuple(topic.slug for topic in tags.topics if not topic.background),
        background=tuple(topic.slug for topic in tags.topics if topic.background),
        cursor=f"{number:x}",
    )


_ALERT = "id, alert, watch, pair, state, shadow, changed, stories, outlets, record"


def _alert_row(row: tuple[int, str, str, str, str, int, int, int, str, bytes]) -> AlertRow:
    number, name, watch, pair, state, shadow, changed, count, outlets, data = row
    told = unpack(data, AlertEvent)
    return AlertRow(
        id=name,
        watch=watch,
        title=told.title,
        state=state,
        severity=told.severity,
        pair=pair,
        headline=told.story.headline,
        outlet=told.story.source,
        url=told.story.url,
        published=told.story.published,
        opened=time_of(number),
        changed=datetime.fromtimestamp(changed / 1000, UTC),
        outlets=msgspec.json.decode(outlets, type=tuple[str, ...]),
        stories=count,
        shadow=bool(shadow),
        cursor=f"{number:x}",
    )
