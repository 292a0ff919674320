"""Records of Kafka into rows of the archive. Idempotent: what comes again changes nothing."""

import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError, decode
from streams.contract.topics import ALERTS, DELIVERIES, FEED_HEALTH, TAGGED, VERDICTS
from streams.grouping.versions import newest, version_of
from streams.model.alert import AlertEvent, Kind
from streams.model.canary import is_canary
from streams.model.delivery import DeliveryReport
from streams.model.feed_health import FeedHealth
from streams.model.story import digest
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict
from wirewatch.archive.index_text import texts_of
from wirewatch.archive.packed import milliseconds, ordering, pack, unpack

STATES: Mapping[Kind, str] = MappingProxyType({Kind.WITHDRAWN: "withdrawn", Kind.CLOSED: "closed"})
OPEN = "open"
_TEXTLESS = frozenset({Kind.JOINED, Kind.CLOSED})


def write(db: sqlite3.Connection, record: Received) -> bool:
    """Write a record as part of what is being written; say whether it could be read.

    Topics without rows of their own are passed over.
    """
    put = _WRITERS.get(record.topic)
    if put is None:
        return True
    try:
        put(db, record)
    except DecodeError:
        return False
    return True


def _tagged(db: sqlite3.Connection, record: Received) -> None:
    if record.value is None:  # a tombstone
        return
    tagged = decode(record.value, TaggedStory)
    if not is_canary(tagged.story):
        put_story(db, tagged)


def put_story(db: sqlite3.Connection, tagged: TaggedStory) -> None:
    """Write a version of a story; the same version again brings what is newer in its tags."""
    story = tagged.story
    rows = db.execute(
        "SELECT id, version, newest, record FROM stories WHERE story = ?", (story.id,)
    ).fetchall()
    known = {version: (number, unpack(data, TaggedStory)) for number, version, _, data in rows}
    shown = next((version for _, version, is_newest, _ in rows if is_newest), None)
    if shown is not None:
        _unindex(db, *known[shown])
    if story.version in known:
        number = known[story.version][0]
        db.execute("UPDATE stories SET record = ? WHERE id = ?", (pack(tagged), number))
    else:
        number = _free(db, "stories", ordering(story.first_seen, story.id, story.version))
        db.execute(
            "INSERT INTO stories (id, story, version, newest, record) VALUES (?, ?, ?, 0, ?)",
            (number, story.id, story.version, pack(tagged)),
        )
    known[story.version] = (number, tagged)
    last = newest(tuple(version_of(one.story, fits=True) for _, one in known.values()))
    chosen = story.version if last is None else last.version
    if rows:
        db.execute("UPDATE stories SET newest = 0 WHERE story = ?", (story.id,))
    number, one = known[chosen]
    db.execute("UPDATE stories SET newest = 1 WHERE id = ?", (number,))
    db.execute("INSERT INTO texts (rowid, words, about) VALUES (?, ?, ?)", (number, *texts_of(one)))


def _unindex(db: sqlite3.Connection, number: int, tagged: TaggedStory) -> None:
    db.execute(
        "INSERT INTO texts (texts, rowid, words, about) VALUES ('delete', ?, ?, ?)",
        (number, *texts_of(tagged)),
    )


def _free(db: sqlite3.Connection, table: str, number: int) -> int:
    """Return an id that no row has: the wanted one, or one of the next."""
    while db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (number,)).fetchone():
        number += 1
    return number


def _alert(db: sqlite3.Connection, record: Received) -> None:
    if record.value is None:  # a tombstone
        return
    event = decode(record.value, AlertEvent)
    done = db.execute(
        "INSERT OR IGNORE INTO events (event, alert, record) VALUES (?, ?, ?)",
        (event.event, event.alert, pack(event)),
    )
    if not done.rowcount:
        return
    at = event.times.raised or record.timestamp
    known = db.execute(
        "SELECT id, stories, record FROM alerts WHERE alert = ?", (event.alert,)
    ).fetchone()
    number = _free(db, "alerts", ordering(at, event.alert)) if known is None else known[0]
    count = len(event.stories) or (1 if known is None else known[1])
    if event.kind is Kind.JOINED and known is not None:
        count += 1
    # What joined or closed an alert has no texts: the alert is shown by what told it before.
    face = pack(event) if known is None or event.kind not in _TEXTLESS else known[2]
    db.execute(
        "INSERT OR REPLACE INTO alerts"
        " (id, alert, watch, pair, state, shadow, changed, stories, outlets, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(number, event.alert, event.watch),
            "" if event.why.pair is None else event.why.pair.name,
            STATES.get(event.kind, OPEN),
            *(event.shadow, milliseconds(at), count),
            msgspec.json.encode(event.outlets).decode(),
            face,
        ),
    )
    names = dict.fromkeys((event.story.id, *event.stories))
    db.executemany(
        "INSERT OR IGNORE INTO members (alert, story, watch) VALUES (?, ?, ?)",
        [(event.alert, name, event.watch) for name in names],
    )


def _delivery(db: sqlite3.Connection, record: Received) -> None:
    if record.value is None:  # a tombstone
        return
    report = decode(record.value, DeliveryReport)
    name = digest((report.event, report.subscriber, report.result, report.at.isoformat()))
    db.execute(
        "INSERT OR IGNORE INTO deliveries (id, alert, at, record) VALUES (?, ?, ?, ?)",
        (name, report.alert, milliseconds(report.at), pack(report)),
    )


def _verdict(db: sqlite3.Connection, record: Received) -> None:
    if record.value is None:  # a tombstone: the word is deleted
        key = (record.key or b"").decode("utf-8", "replace")
        db.execute("DELETE FROM verdicts WHERE key = ?", (key,))
        return
    verdict = decode(record.value, Verdict)
    db.execute(
        "INSERT OR REPLACE INTO verdicts (key, alert, other, story, record) VALUES (?, ?, ?, ?, ?)",
        (verdict.key, verdict.alert, verdict.other, verdict.story, pack(verdict)),
    )


def _health(db: sqlite3.Connection, record: Received) -> None:
    if record.value is None:  # a tombstone: the feed is deleted
        feed = (record.key or b"").decode("utf-8", "replace")
        db.execute("DELETE FROM feeds WHERE feed = ?", (feed,))
        return
    health = decode(record.value, FeedHealth)
    db.execute(
        "INSERT OR REPLACE INTO feeds (feed, record) VALUES (?, ?)", (health.feed, pack(health))
    )


_WRITERS: Mapping[str, Callable[[sqlite3.Connection, Received], None]] = MappingProxyType(
    {
        TAGGED.name: _tagged,
        ALERTS.name: _alert,
        DELIVERIES.name: _delivery,
        VERDICTS.name: _verdict,
        FEED_HEALTH.name: _health,
    }
)
