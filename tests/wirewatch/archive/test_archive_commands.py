"""`wirewatch archive`, `stories` and `alerts`, on a real Kafka."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import msgspec
import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, TAGGED
from streams.model.alert import AlertEvent, Kind
from streams.model.canary import FEED
from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.verdict import Said, Verdict
from tests.streams.worker.test_work import put
from tests.support.archived import contents
from tests.support.commands import ended, running
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from tests.support.waiting import until
from wirewatch.archive.filling import writing
from wirewatch.archive.layout import FILE

MANY = 3_000


class Site:
    """A data folder, and the Kafka that its archive is filled from."""

    def __init__(self, kafka: KafkaAccess, prefix: str, data: Path) -> None:
        ensure_topics(kafka, prefix=prefix)
        self.kafka, self.prefix, self.data = kafka, prefix, data

    @property
    def words(self) -> tuple[str, ...]:
        return ("--kafka", self.kafka.address, "--data", str(self.data))

    def put(self, *records: msgspec.Struct) -> None:
        put(self.kafka, self.prefix, *(message(record) for record in records))

    def run(self, *words: str) -> CompletedProcess[bytes]:
        return ended(*words, given={"WIREWATCH_KAFKA_PREFIX": self.prefix})

    def archive(self, *words: str) -> str:
        done = self.run("archive", *words, *self.words)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def lines(self, *words: str) -> list[dict[str, object]]:
        done = self.run(*words, "--json", "--data", str(self.data))
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def site(kafka_address: KafkaAccess, prefix: str, tmp_path: Path) -> Site:
    return Site(kafka_address, prefix, tmp_path / "data")


def joined(opened: AlertEvent, story: str) -> AlertEvent:
    return msgspec.structs.replace(
        opened,
        event="joined-" + story,
        kind=Kind.JOINED,
        reason="told by Delta Post",
        story=sample_story(story, body=""),
        stories=(),
        outlets=("Mekong Courier", "Delta Post"),
    )


def about(opened: AlertEvent) -> list[msgspec.Struct]:
    return [
        DeliveryReport(
            event=opened.event,
            alert=opened.alert,
            kind="opened",
            subscriber="desk",
            result=DeliveryResult.DELIVERED,
            at=NOON,
            attempts=1,
        ),
        Verdict(
            said=Said.RIGHT,
            watch=opened.watch,
            story=opened.story.id,
            by="editor",
            at=NOON,
            alert=opened.alert,
            note="front page",
        ),
        FeedHealth(
            feed="courier",
            source="Mekong Courier",
            state=FeedState.OK,
            detail="",
            polled=NOON,
            last_ok=NOON,
            entries=1,
            stories=1,
        ),
    ]


def test_an_alert_is_shown_with_all_that_became_of_it(site: Site) -> None:
    opened = sample_alert()
    site.put(sample_tagged(), sample_tagged(sample_story("2")), opened, joined(opened, "2"))
    canary = msgspec.structs.replace(sample_story("3"), feed=FEED)
    site.put(*about(opened), sample_tagged(canary))
    assert site.archive("update").startswith("8 records added")
    (row,) = site.lines("alerts", "list", "--watch", opened.watch, "--pair", "us-kh")
    assert (row["id"], row["state"], row["stories"]) == (opened.alert, "open", 2)
    assert row["outlets"] == ["Mekong Courier", "Delta Post"]
    assert site.lines("alerts", "list", "--state", "closed") == []
    done = site.run("alerts", "show", opened.alert[:8], "--data", str(site.data))
    shown = done.stdout.decode()
    assert "pair KH-US: between" in shown
    assert "told by Delta Post" in shown
    assert "desk: opened delivered" in shown
    assert "editor: right  front page" in shown
    assert shown.count(sample_story("2").id[:10]) == 1
    (detail,) = site.lines("alerts", "show", opened.alert)
    assert detail["tagged"] == json.loads(msgspec.json.encode(sample_tagged()))
    found = site.lines("stories", "search", "joint", "drills", "--pair", "KH-US", "--limit", "1")
    assert len(found) == 1
    after = ("--cursor", str(found[0]["cursor"]))
    rest = site.lines("stories", "search", "joint", "drills", *after)
    assert {found[0]["id"], rest[0]["id"]} == {sample_story("1").id, sample_story("2").id}
    assert stat.S_IMODE((site.data / FILE).stat().st_mode) == 0o600


def test_updates_in_pieces_with_repeats_are_equal_to_a_rebuild(site: Site) -> None:
    opened = sample_alert()
    site.put(sample_tagged(), opened)
    site.archive("update")
    edited = msgspec.structs.replace(sample_story(), version="edited", summary="Talks go on.")
    site.put(sample_tagged(edited), sample_tagged(), opened, joined(opened, "2"), *about(opened))
    site.archive("update")
    site.put(*about(opened), joined(opened, "2"))
    put(site.kafka, site.prefix, Message(TAGGED, b"x", b"no story", ()))
    put(site.kafka, site.prefix, Message(ALERTS, b"x", b"{}", ()))
    done = site.run("archive", "update", *site.words)
    assert b"2 records left out" in done.stderr
    in_pieces = contents(site.data)
    site.archive("rebuild", "--yes")
    assert contents(site.data) == in_pieces
    assert site.archive("update").startswith("0 records added")
    assert contents(site.data) == in_pieces


def test_killed_at_any_time_it_goes_on_and_ends_equal_to_the_log(site: Site) -> None:
    site.put(*(sample_tagged(sample_story(str(number))) for number in range(MANY)))
    site.put(*(sample_alert(sample_story(str(number))) for number in range(50)))
    given = {"WIREWATCH_KAFKA_PREFIX": site.prefix}
    kills = 0
    for _ in range(3):
        before = written(site.data)
        with running(site.data / "log", ("archive", "update", *site.words), given) as filling:
            process = filling.process
            until(lambda: process.poll() is not None or written(site.data) > before, 60)  # noqa: B023 - called here
            kills += process.poll() is None
            process.kill()
            process.wait()
    assert kills
    site.archive("update")
    after_kills = contents(site.data)
    site.archive("rebuild", "--yes")
    assert contents(site.data) == after_kills
    assert len(after_kills[0]) == MANY


def written(data: Path) -> int:
    """Return how many records the archive says it has read; 0 while it isn't laid out."""
    try:
        with closing(sqlite3.connect(f"{(data / FILE).as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute('SELECT total("offset") FROM positions').fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_another_writer_is_refused_and_told_why(site: Site) -> None:
    with writing(site.data):
        done = site.run("archive", "update", *site.words)
    assert done.returncode == 1
    assert b"another process fills the archive" in done.stderr


def test_without_an_archive_the_command_that_makes_one_is_named(site: Site) -> None:
    done = site.run("stories", "search", "x", "--data", str(site.data))
    assert done.returncode == 1
    assert b"`wirewatch archive update` makes and fills it" in done.stderr


def test_topics_that_were_made_anew_are_read_from_their_beginning(site: Site) -> None:
    site.put(sample_tagged(), sample_tagged(sample_story("2")))
    site.archive("update")
    with writing(site.data) as db:  # as if they had been another log's
        db.execute("UPDATE logs SET id = 'other'")
    before = contents(site.data)
    assert site.archive("update").startswith("2 records added")
    assert contents(site.data) == before


@pytest.mark.parametrize("place", [0, 40, 100, 8_192])
def test_a_damaged_archive_is_named_and_a_rebuild_moves_it_aside(site: Site, place: int) -> None:
    site.put(*(sample_tagged(sample_story(str(number))) for number in range(40)))
    site.archive("update")
    good = contents(site.data)
    file = site.data / FILE
    pages = file.read_bytes()
    damaged = pages[:place] + b"\xff" * (len(pages) - place)
    file.write_bytes(damaged)
    for words in (("archive", "update", *site.words), ("alerts", "list", *site.words[2:])):
        done = site.run(*words)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr.decode()
        assert "`wirewatch archive rebuild`" in done.stderr.decode()
    site.archive("rebuild", "--yes")
    assert contents(site.data) == good
    assert file.with_name(f"{FILE}.aside-1").read_bytes() == damaged
