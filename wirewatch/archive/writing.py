"""Records of Kafka into rows of the archive. Idempotent: what comes again changes nothing."""

import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from connectors.kafka import Received
from streams.contract.codec import decode
from streams.contract.headers import require_known
from streams.contract.topics import ALERTS, DELIVERIES, FEED_HEALTH, TAGGED, VERDICTS
from streams.grouping.versions import newest, version_of
from streams.grouping.weights import STORIES
from streams.model.alert import AlertEvent, Bond, Kind
from streams.model.alert_reasons import named_alerts
from streams.model.canary import is_canary
from streams.model.delivery import DeliveryReport
from streams.model.feed_health import FeedHealth
from streams.model.story import TAKEN_BACK, digest
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict
from wirewatch.archive import counting
from wirewatch.archive.index_text import texts_of
from wirewatch.archive.packed import milliseconds, ordering, pack, unpack
from wirewatch.archive.standing import CLOSED, OPEN, WITHDRAWN

_SILENT = frozenset({Kind.JOINED, Kind.CLOSED})
_CORRECTING = frozenset({Kind.CORRECTED, Kind.WITHDRAWN})


def write(db: sqlite3.Connection, record: Received) -> None:
    """Write a record as part of what is being written. Raises `DecodeError`.

    Topics without rows of their own are passed over.
    """
    put = _WRITERS.get(record.topic)
    if put is not None:
        require_known(record.headers)
        put(db, record)


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
        unindex(db, *known[shown])
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
    counting.count(db, number, counting.facts_of(one, (each.story for _, each in known.values())))


def unindex(db: sqlite3.Connection, number: int, tagged: TaggedStory) -> None:
    """Take the version of a story that is shown out of what is searched and counted."""
    counting.uncount(db, number)
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
    at = event.times.raised or record.timestamp
    done = db.execute(
        "INSERT OR IGNORE INTO events (event, alert, at, record) VALUES (?, ?, ?, ?)",
        (event.event, event.alert, milliseconds(at), pack(event)),
    )
    if not done.rowcount:
        return
    # A spike is of all stories of a pair, and not all fit the watch: none is in its alert.
    names = dict.fromkeys((event.story.id, *event.stories) if event.spike is None else ())
    db.executemany(
        "INSERT OR IGNORE INTO members (alert, story, watch) VALUES (?, ?, ?)",
        [(event.alert, name, event.watch) for name in names],
    )
    if _says_all_stories(event):
        db.execute(
            "DELETE FROM members WHERE alert = ? AND story NOT IN (SELECT value FROM json_each(?))",
            (event.alert, msgspec.json.encode(list(names)).decode()),
        )
    # A newer version of a story that is in it is no further story.
    (count,) = db.execute("SELECT count(*) FROM members WHERE alert = ?", (event.alert,)).fetchone()
    count = count if event.spike is None else event.spike.stories
    known = db.execute(
        "SELECT id, state, severity, record FROM alerts WHERE alert = ?", (event.alert,)
    ).fetchone()
    number = _free(db, "alerts", ordering(at, event.alert)) if known is None else known[0]
    shown = event if known is None else face(unpack(known[3], AlertEvent), event)
    silent = known is not None and event.kind in _SILENT
    db.execute(
        "INSERT OR REPLACE INTO alerts"
        " (id, alert, watch, pair, state, severity, shadow, changed, stories, outlets, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(number, event.alert, event.watch),
            "" if event.why.pair is None else event.why.pair.name,
            state_after("" if known is None else known[1], event.kind),
            known[2] if silent else event.severity.rank,
            *(event.shadow, milliseconds(at), count),
            msgspec.json.encode(event.outlets).decode(),
            pack(shown),
        ),
    )
    db.executemany(
        "INSERT OR IGNORE INTO related VALUES (?, ?)",
        [(event.alert, other) for other in named_alerts(event)],
    )


def _says_all_stories(event: AlertEvent) -> bool:
    """Say whether an event tells all the stories that an alert has by a person's word.

    Of an alert that has more than gather remembers, it tells some.
    """
    ruled = event.grouping is not None and event.grouping.bond is Bond.RULING
    return ruled and 0 < len(event.stories) < STORIES


def face(shown: AlertEvent, event: AlertEvent) -> AlertEvent:
    """Return the event that an alert is shown by, so that its headline stands still.

    That is the one that opened it, until its story has a newer version or is killed, or another
    says more, or puts it right, or a person parts it from the alert. A further outlet that tells
    the same changes nothing.
    """
    if event.kind in _SILENT:  # it has no texts
        return shown
    if _says_all_stories(event) and shown.story.id not in event.stories:
        return event
    if event.story.id == shown.story.id or event.kind in _CORRECTING:
        return event
    if event.story.status in TAKEN_BACK:  # others tell it still
        return shown
    return event if event.changes or shown.story.status in TAKEN_BACK else shown


def state_after(state: str, kind: Kind) -> str:
    """Return how an alert stands after an event.

    What joins it in silence changes nothing: that it is told again, or open again, is an update.
    One that was withdrawn stays so when it closes, since that is what a reader must know of it.
    Of a spike nothing more is told; whoever reads shows it as open on the day it was told.
    """
    if kind is Kind.WITHDRAWN:
        return WITHDRAWN
    if kind is Kind.SPIKE:
        return CLOSED
    if kind is Kind.CLOSED:
        return state if state == WITHDRAWN else CLOSED
    return state or OPEN if kind is Kind.JOINED else OPEN


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
