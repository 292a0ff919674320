"""`wirewatch archive`, `stories` and `alerts`, on a real Kafka."""

import json
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.contract.messages import Message
from streams.contract.topics import ALERTS, TAGGED
from streams.model.alert import AlertEvent, Change, Kind
from streams.model.canary import FEED
from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.verdict import Said, Verdict
from tests.streams.worker.test_work import put
from tests.support.archived import Site, archive, contents
from tests.support.commands import ended_here, running
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from tests.support.waiting import until
from wirewatch.archive.layout import FILE
from wirewatch.archive.writer import writing

MANY = 3_000


def joined(opened: AlertEvent, story: str) -> AlertEvent:
    return msgspec.structs.replace(
        opened,
        event="joined-" + story,
        kind=Kind.JOINED,
        reason="told by Delta Post",
        story=sample_story(story, body=""),
        stories=(),
        outlets=("Mekong Courier", "Delta Post"),
        changes=(Change(what="figures", before="12", after="15"),),
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
    assert site.lines("alerts", "list", "--min-severity", "critical") == []
    done = site.run("alerts", "show", opened.alert[:8], "--data", str(site.data))
    shown = done.stdout.decode()
    assert "pair KH-US: between" in shown
    assert "told by Delta Post\n" in shown
    assert "                  figures: 12 → 15\n" in shown
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
    seen = (NOON + timedelta(seconds=number) for number in range(MANY))
    stories = (
        msgspec.structs.replace(sample_story(str(number)), first_seen=at)
        for number, at in enumerate(seen)
    )
    site.put(*map(sample_tagged, stories))
    site.put(*(sample_alert(sample_story(str(number))) for number in range(50)))
    given = {"WIREWATCH_KAFKA_PREFIX": site.prefix}
    kills = 0
    for _ in range(3):
        before = written(site.data)
        with running(site.data / "log", ("archive", "update", *site.words), given) as filling:
            process = filling.process
            until(lambda: process.poll() is not None or written(site.data) > before)  # noqa: B023 - called here
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
    assert b"fills the archive in" in done.stderr
    assert b"stop that one, run `wirewatch archive update`" in done.stderr


def test_without_an_archive_the_command_that_makes_one_is_named(site: Site) -> None:
    done = site.run("stories", "search", "x", "--data", str(site.data))
    assert done.returncode == 1
    assert b"`wirewatch archive update` does so once" in done.stderr


def test_topics_that_were_made_anew_are_read_from_their_beginning(site: Site) -> None:
    site.put(sample_tagged(), sample_tagged(sample_story("2")))
    site.archive("update")
    with writing(site.data) as db:  # as if they had been another log's
        db.execute("UPDATE logs SET id = 'other'")
    before = contents(site.data)
    assert site.archive("update").startswith("2 records added")
    assert contents(site.data) == before


def test_rebuild_asks_nothing_before_it_knows_that_kafka_is_there(site: Site) -> None:
    done = ended_here("archive", "rebuild", "--kafka", "127.0.0.1:9", "--data", str(site.data))
    assert done.returncode == 1
    assert b"doesn't answer" in done.stderr
    assert b"Empty the archive" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("stories", "search", "--topic", "defence"), 'did you mean "defense"?'),
        (("stories", "search", "--topic", "qqqqqq"), "there are "),
        (("stories", "search", "--watch", "us-cambodia-defence"), "did you mean"),
        (("alerts", "list", "--watch", "us-cambodia-defence"), "did you mean"),
        (("alerts", "list", "--watch", "qqqqqq"), "us-cambodia-defense"),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_those_that_there_are(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    archive(tmp_path, [sample_tagged(), sample_alert()])
    done = ended_here(*words, "--data", str(tmp_path))
    assert done.returncode == 2
    assert f"--{words[2][2:]}: nothing here is called" in done.stderr.decode()
    assert told in done.stderr.decode()


def test_a_word_behind_a_dash_may_stand_alone_and_a_mistyped_option_is_none(
    tmp_path: Path,
) -> None:
    archive(tmp_path, [sample_tagged()])
    words = ("stories", "search", "--json", "--data", str(tmp_path))
    assert ended_here(*words, "-football").stdout.count(b"\n") == 1
    first, second, *_ = sample_story().headline.split()
    assert ended_here(*words, f"-{first}").stdout == b""
    assert ended_here(*words, f"{second} -{first}").stdout == b""
    assert ended_here(*words, f"{second} -football").stdout.count(b"\n") == 1
    assert ended_here(*words, f'"{first} {second}" -football').stdout.count(b"\n") == 1
    assert ended_here(*words, f"{first} {second}").stdout.count(b"\n") == 1
    assert ended_here(*words, f"{second} {first}").stdout == b""
    mistyped = ended_here(*words, "--tpoic", "defense")
    assert mistyped.returncode == 2
    assert "no such option: --tpoic" in mistyped.stderr.decode()
    no_cursor = ended_here(*words, "--cursor", "abc")
    assert no_cursor.returncode == 1
    assert '"abc" is no cursor' in no_cursor.stderr.decode()


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (("--since", "2026-11-23"), True),
        (("--since", "2026-11-23T12:00Z", "--until", "2026-11-24"), True),
        (("--since", "2026-11-24"), False),
        (("--until", "2026-11-23T12:00Z"), False),
        (("--since", "9999w"), True),
    ],
)
def test_times_are_given_as_to_export(
    tmp_path: Path, times: tuple[str, ...], *, found: bool
) -> None:
    archive(tmp_path, [sample_tagged(), sample_alert()])
    commands = [("stories", "search")]
    if "--until" not in times:
        commands.append(("alerts", "list"))
    for words in commands:
        done = ended_here(*words, *times, "--json", "--data", str(tmp_path))
        assert done.returncode == 0, done.stderr
        assert bool(done.stdout) == found


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
def test_damage_that_nothing_would_read_is_found_at_the_start(site: Site, place: float) -> None:
    site.put(*(sample_tagged(sample_story(str(number))) for number in range(400)))
    site.archive("update")
    file = site.data / FILE
    pages = bytearray(file.read_bytes())
    first = int(len(pages) * place) // 4096 * 4096
    pages[first : first + 4096] = b"\xff" * 4096
    file.write_bytes(pages)
    done = site.run("archive", "update", *site.words)
    assert done.returncode == 1
    assert b"`wirewatch archive rebuild`" in done.stderr


def test_a_damaged_record_is_told_as_a_damaged_file(tmp_path: Path) -> None:
    archive(tmp_path, [sample_tagged(), sample_alert()])
    with writing(tmp_path) as db:
        db.execute("UPDATE stories SET record = zeroblob(100)")
    done = ended_here("stories", "search", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr.decode()
    assert b"`wirewatch archive rebuild`" in done.stderr


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
