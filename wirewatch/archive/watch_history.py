"""What is on record of a watch: how its alerts opened, and what people said of them."""

import sqlite3
from datetime import datetime

from streams.model.alert import AlertEvent
from streams.model.verdict import Verdict
from wirewatch.archive.packed import first_id, unpack

MOST_ALERTS = 1_000
"""Alerts whose opening is read, the newest: their texts come with them."""
MOST_VERDICTS = 20_000


def openings(db: sqlite3.Connection, watch: str, since: datetime) -> list[AlertEvent]:
    """Return the first events of a watch's alerts that opened since a time, at most so many."""
    rows = db.execute(
        "SELECT e.record FROM (SELECT alert FROM alerts WHERE watch = ? AND id >= ? AND NOT shadow"
        " ORDER BY id DESC LIMIT ?) a JOIN events e ON e.number ="
        " (SELECT min(number) FROM events WHERE alert = a.alert)",
        (watch, first_id(since), MOST_ALERTS),
    )
    return [unpack(record, AlertEvent) for (record,) in rows]


def verdicts_on(db: sqlite3.Connection, watch: str) -> list[Verdict]:
    """Return what people said of a watch."""
    rows = db.execute("SELECT record FROM verdicts LIMIT ?", (MOST_VERDICTS,))
    return [one for (record,) in rows if (one := unpack(record, Verdict)).watch == watch]
