"""Outboxes of older releases are taken over; those that can't be are told apart."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connectors.delivery.outbox import routing
from connectors.delivery.outbox.layout import LAYOUT
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import Receiver
from connectors.delivery.outbox.stopped import ReceiverStop
from connectors.delivery.outbox.summary import outbox_summary
from connectors.delivery.routing.preferences import Preferences
from streams.contract.codec import encode
from tests.support.samples import sample_alert, sample_story

FIRST = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    payload BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try REAL NOT NULL,
    changed REAL NOT NULL,
    error TEXT,
    away INTEGER NOT NULL DEFAULT 0,
    UNIQUE (event, subscriber)
);
CREATE INDEX IF NOT EXISTS due ON deliveries (subscriber, state, next_try);
"""
"""As the first release made it."""
NOW = 1_000_000_000.0
DAY = 24 * 3600.0


def first_release(path: Path, now: float = NOW) -> list[str]:
    """Make a file as the first release left it; return the ids of its events."""
    alerts = [sample_alert(sample_story(str(number))) for number in range(4)]
    states = [("done", 1), ("pending", 0), ("pending", 2), ("failed", 10)]
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = WAL;" + FIRST)
        for alert, (state, attempts) in zip(alerts, states, strict=True):
            db.execute(
                "INSERT INTO deliveries (event, subscriber, payload, state, attempts, next_try,"
                " changed, error) VALUES (?, 'desk', ?, ?, ?, ?, ?, 'why')",
                (alert.event, encode(alert), state, attempts, now, now - 1),
            )
        db.commit()
    return [alert.event for alert in alerts]


def test_an_outbox_of_the_first_release_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    ids = first_release(path)
    with closing(Outbox(path, NOW)) as outbox:
        assert "4 deliveries" in outbox.remark
        assert outbox.aside is None
        assert outbox.counts() == {"done": 1, "failed": 1, "pending": 2}
        fresh, tried = (parcel.deliveries[0] for parcel in outbox.take("desk", NOW))
        alert = sample_alert(sample_story("1"))
        assert (fresh.event, fresh.alert, fresh.kind) == (ids[1], alert.alert, "opened")
        assert fresh.payload == encode(alert)
        # How its tries ended isn't known.
        assert (tried.event, tried.attempts, bool(tried.maybe_taken)) == (ids[2], 2, True)
        # It remembered ninety days: what is older than that is no news for its subscribers.
        assert outbox.receiver("desk").since == NOW - 90 * DAY
        assert not outbox.is_new
        assert outbox.positions.log is None
    with closing(Outbox(path, NOW)) as again:
        assert again.remark == ""
        assert again.counts() == {"done": 1, "failed": 1, "pending": 2}


def test_a_row_that_cannot_be_read_is_taken_over_too(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST)
        db.execute(
            "INSERT INTO deliveries (event, subscriber, payload, next_try, changed)"
            " VALUES ('e', 'desk', x'00ff', 0, 0)"
        )
        db.commit()
    with closing(Outbox(path, NOW)) as outbox:
        ((delivery,),) = (parcel.deliveries for parcel in outbox.take("desk", NOW))
        assert (delivery.payload, delivery.alert) == (b"\x00\xff", "")


def test_a_later_release_s_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(sqlite3.NotSupportedError, match="a later release"):
        Outbox(path, NOW)
    assert [file.name for file in tmp_path.iterdir() if "aside" in file.name] == []


@pytest.mark.parametrize("damage", ["garbled", "cut", "another file"])
def test_a_damaged_file_is_moved_aside(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "outbox.sqlite"
    first_release(path)
    Outbox(path, NOW).close()
    whole = path.read_bytes()
    if damage == "garbled":
        path.write_bytes(whole[:1024] + b"\xa5" * (len(whole) - 1024))
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(b"this is a note, not a database " * 100)
    with closing(Outbox(path, NOW)) as outbox:
        assert outbox.aside == tmp_path / "outbox.sqlite.aside-1"
        assert outbox.aside.exists()
        assert outbox.is_new
        assert outbox.counts() == {}


SECOND = """
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, subscriber TEXT NOT NULL, alert TEXT NOT NULL,
    kind TEXT NOT NULL, payload BLOB, state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'done', 'failed', 'moot')),
    attempts INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL, added REAL NOT NULL,
    changed REAL NOT NULL, first_try REAL, error TEXT, away INTEGER NOT NULL DEFAULT 0,
    maybe_taken INTEGER NOT NULL DEFAULT 0, partition INTEGER, "offset" INTEGER,
    UNIQUE (event, subscriber)
);
CREATE INDEX due ON deliveries (subscriber, next_try) WHERE state = 'pending';
CREATE INDEX in_order ON deliveries (subscriber, id, next_try) WHERE state = 'pending';
CREATE INDEX ends ON deliveries (subscriber, id, next_try)
    WHERE state = 'pending' AND kind IN ('withdrawn', 'closed');
CREATE INDEX undelivered ON deliveries (partition, "offset") WHERE state = 'pending';
CREATE INDEX of_alert ON deliveries (subscriber, alert);
CREATE TABLE receivers (
    subscriber TEXT PRIMARY KEY, address TEXT NOT NULL, since REAL NOT NULL,
    held_until REAL NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, failing_since REAL
) WITHOUT ROWID;
CREATE TABLE positions (partition INTEGER PRIMARY KEY, "offset" INTEGER NOT NULL);
CREATE TABLE log (id TEXT NOT NULL);
PRAGMA user_version = 2;
"""
"""As the second layout was."""


def test_what_waits_in_the_second_layout_goes_by_what_is_asked_now(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    alerts = [sample_alert(sample_story(str(number))) for number in range(3)]
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SECOND)
        for alert, attempts in zip(alerts, (0, 1, 0), strict=True):
            db.execute(
                "INSERT INTO deliveries (event, subscriber, alert, kind, payload, attempts,"
                " next_try, added, changed) VALUES (?, 'desk', ?, ?, ?, ?, 0, 0, 0)",
                (alert.event, alert.alert, alert.kind, encode(alert), attempts),
            )
        db.execute(
            "INSERT INTO deliveries (event, subscriber, alert, kind, state, next_try, added,"
            " changed) VALUES ('done', 'desk', 'a', 'opened', 'done', 0, 0, 0)"
        )
        db.commit()
    with closing(Outbox(path, NOW)) as outbox:
        assert "3 deliveries that wait" in outbox.remark
        assert outbox.counts() == {"done": 1, "pending": 3}
        other = Preferences(watches=("another",))
        assert outbox.take("desk", NOW, preferences=other) == []
        assert outbox.counts() == {"done": 1, "moot": 3}


THIRD = (
    SECOND
    + """
ALTER TABLE deliveries ADD COLUMN watch TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN severity TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE deliveries ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN held TEXT;
ALTER TABLE deliveries ADD COLUMN backoff INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN message TEXT;
CREATE INDEX in_message ON deliveries (subscriber, message)
    WHERE state = 'pending' AND message IS NOT NULL;
CREATE TABLE sent (
    subscriber TEXT NOT NULL, at REAL NOT NULL, watches TEXT NOT NULL, critical INTEGER NOT NULL
);
CREATE INDEX sent_by_time ON sent (subscriber, at);
CREATE TABLE repeats (
    subscriber TEXT NOT NULL, alert TEXT NOT NULL, payload BLOB NOT NULL,
    count INTEGER NOT NULL DEFAULT 0, due REAL, PRIMARY KEY (subscriber, alert)
) WITHOUT ROWID;
CREATE TABLE mutes (
    subscriber TEXT NOT NULL, alert TEXT NOT NULL, since REAL NOT NULL,
    PRIMARY KEY (subscriber, alert)
) WITHOUT ROWID;
CREATE TABLE pauses (subscriber TEXT PRIMARY KEY, since REAL NOT NULL, until REAL) WITHOUT ROWID;
PRAGMA user_version = 3;
"""
)
"""As the third layout was."""


def test_the_third_layout_is_taken_over_with_what_waits_and_who_is_paused(tmp_path: Path) -> None:
    """Who was stopped isn't any more: as after each start of the release that wrote it."""
    path, alert = tmp_path / "outbox.sqlite", sample_alert()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(THIRD)
        db.execute(
            "INSERT INTO deliveries (event, subscriber, alert, kind, payload, next_try, added,"
            " changed) VALUES (?, 'desk', ?, ?, ?, 0, 0, 0)",
            (alert.event, alert.alert, alert.kind, encode(alert)),
        )
        db.execute("INSERT INTO receivers VALUES ('desk', 'x', 0, ?, 2, 7)", (NOW - 1,))
        # The second of no length: one that was stopped and resumed.
        db.execute("INSERT INTO pauses VALUES ('anna', 1, NULL), ('bert', 5, 5)")
        db.commit()
    assert outbox_summary(path).stopped == {}  # looked at before deliver is started anew
    with closing(Outbox(path, NOW)) as outbox:
        assert outbox.receiver("desk") == Receiver(0, NOW - 1, 2, 7)
        assert outbox.stopped("desk") is None
        assert len(outbox.take("desk", NOW)) == 1
        outbox.stop("desk", NOW, reason="it answered 410")
    with closing(Outbox(path, NOW)) as again:
        assert again.stopped("desk") == ReceiverStop(NOW, "it answered 410")
        assert again.paused_until("anna", NOW) == float("inf")
        assert not again.change_by_hand(lambda db: routing.resume(db, "bert"))
