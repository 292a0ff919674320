"""What the archive lets go of, by age and by size."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.model.alert import AlertEvent, Kind
from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.tags import TaggedStory
from tests.support.archived import Site, archive, contents
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from tests.support.spiking import ASKING, about
from wirewatch.archive import queries, story_search
from wirewatch.archive.counting import Counted
from wirewatch.archive.day_spikes import new_spikes
from wirewatch.archive.layout import FILE
from wirewatch.archive.retention import Retention, RetentionLimits, used_bytes
from wirewatch.archive.rows import AlertQuery, StoryQuery
from wirewatch.archive.timelines import looked_since, spikes_of
from wirewatch.archive.writer import writing
from wirewatch.archive.writing import put_story

DAY = timedelta(days=1)
SIZE = 4_000_000


def seen(name: str, days: float, **story: object) -> TaggedStory:
    """Return a story that was seen so many days before noon."""
    changed = {"first_seen": NOON - days * DAY, **story}
    return sample_tagged(msgspec.structs.replace(sample_story(name), **changed))


def alert_of(name: str, days: float) -> AlertEvent:
    opened = sample_alert(seen(name, days).story)
    times = msgspec.structs.replace(opened.times, raised=NOON - days * DAY)
    return msgspec.structs.replace(opened, times=times)


def closed(opened: AlertEvent, days: float) -> AlertEvent:
    times = msgspec.structs.replace(opened.times, raised=NOON - days * DAY)
    return msgspec.structs.replace(opened, event="closed", kind=Kind.CLOSED, times=times)


def trimmed(data: Path, limits: RetentionLimits) -> int:
    """Trim to the end; return the number of steps."""
    with writing(data) as db:
        retention, steps = Retention(db, limits), 0
        while retention.step(NOON):
            steps += 1
    return steps


def found(data: Path, words: str = "") -> set[str]:
    with queries.reading(data) as db:
        return {row.id for row in story_search.stories(db, StoryQuery(words=words, limit=10_000))}


def ids(*names: str) -> set[str]:
    return {sample_story(name).id for name in names}


def test_old_stories_go_with_all_that_was_counted_and_indexed_of_them(tmp_path: Path) -> None:
    kept = [seen("new", 1), seen("edited", 5), seen("edited", 2, version="v2", summary="Again.")]
    old = [seen("old", 9), seen("old", 8, version="v2"), seen("older", 20)]
    archive(tmp_path / "both", [*old, *kept])
    trimmed(tmp_path / "both", RetentionLimits(age=3 * DAY))
    archive(tmp_path / "kept", kept)
    assert found(tmp_path / "both") == found(tmp_path / "both", "drills") == ids("new", "edited")
    assert contents(tmp_path / "both")[:3] == contents(tmp_path / "kept")[:3]
    with writing(tmp_path / "both") as db:
        db.execute("INSERT INTO texts (texts) VALUES ('integrity-check')")


def test_what_an_open_alert_rests_on_stays_until_it_has_ended(tmp_path: Path) -> None:
    opened = alert_of("old", 9)
    report = DeliveryReport(
        event=opened.event,
        alert=opened.alert,
        kind="opened",
        subscriber="desk",
        result=DeliveryResult.DELIVERED,
        at=NOON,
        attempts=1,
    )
    archive(tmp_path, [seen("old", 9), seen("apart", 9), opened, report])
    trimmed(tmp_path, RetentionLimits(age=3 * DAY))
    assert found(tmp_path) == ids("old")
    archive(tmp_path, [closed(opened, 2)])
    trimmed(tmp_path, RetentionLimits(age=3 * DAY))
    with queries.reading(tmp_path) as db:
        assert [row.id for row in queries.alerts(db, AlertQuery())] == [opened.alert]
    assert found(tmp_path) == set()
    trimmed(tmp_path, RetentionLimits(age=DAY))
    nothing = contents(tmp_path)
    assert not any(nothing[:-2]), "members, events and deliveries go too"


def test_days_whose_stories_were_let_go_of_are_no_calm_past(tmp_path: Path) -> None:
    """An open alert keeps a story of weeks ago: that isn't since when the archive has all."""
    usual = [about(f"{day} {n}", NOON - day * DAY) for day in range(28) for n in range(8)]
    archive(tmp_path, [*usual, sample_alert(usual[-1].story)])
    trimmed(tmp_path, RetentionLimits(age=DAY / 2))
    assert len(found(tmp_path)) == 8 + 1
    with queries.reading(tmp_path) as db:
        assert new_spikes(db, [ASKING], (), NOON.date(), NOON) == []
        assert not spikes_of(db, Counted.PAIR, NOON - 14 * DAY, NOON)
        assert looked_since(db) == NOON


@pytest.mark.parametrize(
    "limits", [RetentionLimits(), RetentionLimits(age=30 * DAY), RetentionLimits(size=SIZE)]
)
def test_within_its_limits_an_archive_is_left_alone(
    tmp_path: Path, limits: RetentionLimits
) -> None:
    archive(tmp_path, [seen("1", 1), seen("2", 20), alert_of("2", 20)])
    before = contents(tmp_path)
    assert trimmed(tmp_path, limits) == 0
    assert contents(tmp_path) == before


def put_many(db: sqlite3.Connection, first: int, count: int) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")
        for number in range(first, first + count):
            words = " ".join(f"word{(number * 31 + n * n) % 5_000}" for n in range(100))
            put_story(db, seen(str(number), -number / 10_000, body=words))


def test_a_file_at_its_limit_grows_no_more_and_keeps_the_newest(tmp_path: Path) -> None:
    sizes, kept = [], []
    archive(tmp_path, [alert_of("0", 0)])
    with writing(tmp_path) as db:
        retention = Retention(db, RetentionLimits(size=SIZE))
        for first in range(0, 8_000, 200):
            put_many(db, first, 200)
            while retention.step(NOON):
                pass
            sizes.append((tmp_path / FILE).stat().st_size)
            kept.append(db.execute("SELECT count(*) FROM facts").fetchone()[0])
        db.execute("INSERT INTO texts (texts) VALUES ('integrity-check')")
    assert max(sizes) <= 1.2 * SIZE
    assert min(kept[-20:]) > 0.8 * max(kept), "no more goes than has to"
    newest = ids(*(str(n) for n in range(7_800, 8_000)))
    assert newest <= found(tmp_path)
    assert ids("0") <= found(tmp_path), "an open alert rests on it"
    assert not ids("1", "2") & found(tmp_path)


def test_a_smaller_limit_gives_room_back_to_the_disk(tmp_path: Path) -> None:
    with writing(tmp_path) as db:
        put_many(db, 0, 3_000)
        before = used_bytes(db)
        retention = Retention(db, RetentionLimits(size=before // 2))
        while retention.step(NOON):
            pass
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert (tmp_path / FILE).stat().st_size <= before // 2 + 100_000


def test_a_rebuilt_archive_can_shrink_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("CREATE TABLE other (x)")  # of before files could shrink
    with writing(tmp_path, anew=True) as db:
        assert db.execute("PRAGMA auto_vacuum").fetchone()[0] == 2


def test_update_keeps_to_the_limits_of_the_settings(site: Site, tmp_path: Path) -> None:
    site.put(seen("long ago", 400), sample_tagged(sample_story("2")))
    config = tmp_path / "config"
    config.mkdir()
    site.archive("update")
    assert found(site.data) == ids("long ago", "2")
    (config / "wirewatch.toml").write_text("[archive]\nkeep_days = 399\nkeep_gb = 1\n")
    # Whenever this runs: the second may be too old by then, the first is in any case.
    site.archive("update", "--config", str(config))
    assert found(site.data) <= ids("2")
