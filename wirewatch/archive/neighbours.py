"""What belongs to a story or an alert: other versions, other alerts."""

import sqlite3
from collections.abc import Iterable

from streams.model.alert import AlertEvent, Bond, Kind
from streams.model.alert_reasons import JOINED, PARTED, named_alerts
from streams.model.story import ID_LENGTH, is_id
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict, last_words
from wirewatch.archive.count_rows import RelatedAlert, StoryVersion
from wirewatch.archive.packed import time_of, unpack
from wirewatch.archive.queries import MOST_NAMED, NotInArchiveError, alerts_by_id
from wirewatch.archive.rows import AlertRow

MOST_RELATED = 50
_RELATED = (
    ("named", "SELECT other FROM related WHERE alert = ?"),
    ("names it", "SELECT alert FROM related WHERE other = ?"),
    (
        "same stories",
        "SELECT o.alert FROM members m JOIN members o ON o.story = m.story AND o.alert != m.alert"
        " WHERE m.alert = ?",
    ),
)


def story_named(db: sqlite3.Connection, given: str) -> str:
    """Return a story's id by its beginning. Raises `NotInArchiveError`."""
    if not is_id(given):
        raise NotInArchiveError(f"{given} is no id: give 6 to {ID_LENGTH} of its digits")
    rows = db.execute(
        "SELECT DISTINCT story FROM stories WHERE story >= ? AND story < ? LIMIT ?",
        (given, given + "g", MOST_NAMED),
    ).fetchall()
    if not rows:
        raise NotInArchiveError(f"the archive has no story {given}")
    if len(rows) > 1:
        names = ", ".join(name for (name,) in rows)
        raise NotInArchiveError(f"{given} is the beginning of several stories: {names}")
    return str(rows[0][0])


def said_of_story(db: sqlite3.Connection, story: str) -> list[Verdict]:
    """Return what people said of a story that raised no alert, the oldest first."""
    rows = db.execute("SELECT record FROM verdicts WHERE story = ? AND alert IS NULL", (story,))
    said = sorted((unpack(data, Verdict) for (data,) in rows), key=lambda one: one.at)
    return last_words(said)


def story_versions(db: sqlite3.Connection, story: str) -> tuple[StoryVersion, ...]:
    """Return all versions of a story that the archive has, those seen first first."""
    asked = "SELECT id, newest, record FROM stories WHERE story = ? ORDER BY id"
    return tuple(
        StoryVersion(tagged=unpack(data, TaggedStory), shown=bool(newest), first=time_of(number))
        for number, newest, data in db.execute(asked, (story,))
    )


def alerts_of_story(
    db: sqlite3.Connection, story: str, watches: Iterable[str]
) -> tuple[AlertRow, ...]:
    """Return the alerts of some watches that a story is in, those opened last first."""
    names = [
        name
        for watch in watches
        for (name,) in db.execute(
            "SELECT alert FROM members WHERE watch = ? AND story = ?", (watch, story)
        )
    ]
    return tuple(sorted(alerts_by_id(db, names), key=lambda row: row.opened, reverse=True))


def related_alerts(
    db: sqlite3.Connection, alert: str, limit: int = MOST_RELATED
) -> tuple[RelatedAlert, ...]:
    """Return the alerts that have to do with one: each once, by the nearest reason.

    It named them when it opened, or they named it, or they have a story in common with it: those
    of another watch have. One that a person joined to another is told as part of that, and the
    other stands for it from then on.
    """
    whole = whole_of(db, alert)
    why = {} if whole == alert else {whole: "holds it"}
    for part, reason in _neighbours(db, alert, limit).items():
        if (other := whole_of(db, part)) != whole:
            why.setdefault(other, reason)
        elif whole == alert:
            why[part] = "part of it"
            for name, of_part in _neighbours(db, part, limit).items():
                if (other := whole_of(db, name)) != whole:
                    why.setdefault(other, of_part)
    found = {row.id: row for row in alerts_by_id(db, [*why][:limit])}
    return tuple(RelatedAlert(alert=found[name], why=why[name]) for name in why if name in found)


def _neighbours(db: sqlite3.Connection, alert: str, limit: int) -> dict[str, str]:
    why: dict[str, str] = {}
    for reason, query in _RELATED:
        for (name,) in db.execute(f"{query} LIMIT ?", (alert, limit)):
            why.setdefault(name, reason)
    return why


def whole_of(db: sqlite3.Connection, alert: str) -> str:
    """Return the alert that one is part of by people's words; itself, if it is of none."""
    passed = {alert}
    while (holder := _joined_to(db, alert)) is not None and holder not in passed:
        alert = holder
        passed.add(holder)
    return alert


def _joined_to(db: sqlite3.Connection, alert: str) -> str | None:
    """Return the alert that a person joined one to, unless it was parted from that again.

    The other one always tells of it; this one only if it was open then.
    """
    holder = None
    rows = db.execute(
        "SELECT record FROM events WHERE alert = ?1"
        " OR alert IN (SELECT alert FROM related WHERE other = ?1) ORDER BY at, number",
        (alert,),
    )
    for (data,) in rows:
        event = unpack(data, AlertEvent)
        ruled = event.grouping is not None and event.grouping.bond is Bond.RULING
        if not ruled or alert not in (event.alert, *named_alerts(event)):
            continue
        if event.reason.startswith(PARTED):
            holder = None
        elif not event.reason.startswith(JOINED):
            continue
        elif event.kind is Kind.CLOSED:
            holder = named_alerts(event)[0] if event.alert == alert else holder
        elif event.alert != alert:
            holder = event.alert
    return holder
