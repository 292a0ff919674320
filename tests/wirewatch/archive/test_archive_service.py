"""`wirewatch archive run`, on a real Kafka: always up to date, and in nobody's way."""

import os
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import psutil
import pytest

from tests.support.archived import Site, contents
from tests.support.commands import Running, running
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from tests.support.waiting import until
from wirewatch.archive import following, queries, story_search
from wirewatch.archive.caught_up import NEVER, caught_up_at
from wirewatch.archive.following import Follower, FollowSettings
from wirewatch.archive.layout import FILE
from wirewatch.archive.room import LEAST_FREE
from wirewatch.archive.rows import AlertQuery, StoryQuery
from wirewatch.archive.writer import ArchiveBusyError, writing


@contextmanager
def filled(site: Site) -> Iterator[Running]:
    """Run the service, and wait until it reads."""
    words = ("archive", "run", "--json", *site.words)
    with running(site.data / "log", words, {"WIREWATCH_KAFKA_PREFIX": site.prefix}) as service:
        service.says('"archiving"')
        yield service


def stories(site: Site) -> set[str]:
    with queries.reading(site.data) as db:
        return {row.id for row in story_search.stories(db, StoryQuery(limit=10_000))}


def ids(names: range) -> set[str]:
    return {sample_story(str(name)).id for name in names}


def put_stories(site: Site, names: range) -> None:
    """Put stories on Kafka, seen one after the other: in a millisecond the order would matter."""
    stories = (
        msgspec.structs.replace(sample_story(str(name)), first_seen=NOON + timedelta(seconds=name))
        for name in names
    )
    site.put(*map(sample_tagged, stories))


def test_what_comes_to_kafka_comes_to_the_archive(site: Site) -> None:
    put_stories(site, range(5))
    with filled(site) as service:
        until(lambda: stories(site) == ids(range(5)))
        put_stories(site, range(5, 9))
        site.put(sample_alert())
        until(lambda: stories(site) == ids(range(9)))

        def alerts() -> list[str]:
            with queries.reading(site.data) as db:
                return [row.id for row in queries.alerts(db, AlertQuery())]

        until(lambda: alerts() == [sample_alert().alert])
        assert psutil.Process(service.process.pid).nice() > os.nice(0)
        assert service.stop() == 0
    before = contents(site.data)
    assert site.archive("update").startswith("0 records added")
    assert contents(site.data) == before


@pytest.mark.parametrize("words", [("update",), ("rebuild", "--yes")])
def test_a_second_writer_is_told_which_programs_the_first_may_be(
    site: Site, words: tuple[str, ...]
) -> None:
    with filled(site):
        done = site.run("archive", *words, *site.words)
    assert done.returncode == 1
    assert b"`wirewatch run` or `wirewatch archive run` fills the archive in" in done.stderr
    assert f"stop that one, run `wirewatch archive {words[0]}`".encode() in done.stderr


def test_another_writer_is_waited_for(site: Site) -> None:
    put_stories(site, range(3))
    words = ("archive", "run", "--json", *site.words)
    given = {"WIREWATCH_KAFKA_PREFIX": site.prefix}
    with writing(site.data), running(site.data / "log", words, given) as service:
        service.says('"archive_waits"')
        assert stories(site) == set()
    with running(site.data / "log", words, given) as service:
        until(lambda: stories(site) == ids(range(3)))


def test_killed_again_and_again_it_ends_equal_to_the_log(site: Site) -> None:
    for kills in range(3):
        with filled(site) as service:
            put_stories(site, range(kills * 500, (kills + 1) * 500))
            until(lambda: len(stories(site)) > kills * 500)  # noqa: B023 - called here
            service.process.kill()
            service.process.wait()
    with filled(site):
        until(lambda: stories(site) == ids(range(1500)))
    before = contents(site.data)
    site.archive("rebuild", "--yes")
    assert contents(site.data) == before


def test_a_full_disk_is_told_and_what_came_meanwhile_is_written_once_there_is_room(
    site: Site,
) -> None:
    put_stories(site, range(3))
    with filled(site) as service:
        until(lambda: stories(site) == ids(range(3)))
        process = psutil.Process(service.process.pid)
        room = max(path.stat().st_size for path in site.data.glob(f"{FILE}*"))
        process.rlimit(resource.RLIMIT_FSIZE, (room + 1, resource.RLIM_INFINITY))
        put_stories(site, range(3, 400))
        service.says('"file_not_written"')
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        service.says('"file_written_again"')
        until(lambda: stories(site) == ids(range(400)))
        assert service.stop() == 0


def test_the_last_room_on_the_disk_is_left_to_kafka(site: Site) -> None:
    free = [LEAST_FREE - 1]
    asked = threading.Event()

    def room(_: Path) -> int:
        asked.set()
        return free[0]

    follower = Follower(
        FollowSettings(data=site.data, kafka=site.kafka, prefix=site.prefix, free=room)
    )
    put_stories(site, range(3))
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        assert asked.wait(60)
        assert stories(site) == set()
        assert caught_up_at(site.data) == NEVER
        free[0] = LEAST_FREE
        until(lambda: stories(site) == ids(range(3)))
        until(lambda: caught_up_at(site.data) != NEVER)
    finally:
        follower.stop.set()
        thread.join(30)
    assert not thread.is_alive()


def test_it_keeps_up_to_when_it_has_all_for_those_who_only_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.1)
    free = [LEAST_FREE]
    waits = threading.Event()

    def room(_: Path) -> int:
        if free[0] < LEAST_FREE:
            waits.set()
        return free[0]

    follower = Follower(
        FollowSettings(data=site.data, kafka=site.kafka, prefix=site.prefix, free=room)
    )

    def has_all_since(at: float) -> bool:
        caught_up = caught_up_at(site.data)
        return caught_up is not None and caught_up.timestamp() >= at

    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        started = time.time()
        until(lambda: has_all_since(started))
        until(lambda: has_all_since(started + 0.3))  # also while nothing comes
        free[0] = LEAST_FREE - 1
        put_stories(site, range(3))
        came = time.time()
        assert waits.wait(60)
        assert not has_all_since(came)
        free[0] = LEAST_FREE
        until(lambda: has_all_since(came))
        assert stories(site) == ids(range(3))
    finally:
        follower.stop.set()
        thread.join(30)
    assert not thread.is_alive()


def broken(file: Path) -> None:
    pages = file.read_bytes()
    file.write_bytes(pages[:40] + b"\xff" * (len(pages) - 40))


def of_another_release(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 999")


@pytest.mark.parametrize("spoil", [broken, of_another_release])
def test_a_file_of_no_use_is_moved_aside_and_filled_anew_from_kafka(
    site: Site, spoil: object
) -> None:
    put_stories(site, range(40))
    site.archive("update")
    good = contents(site.data)
    assert callable(spoil)
    spoil(site.data / FILE)
    spoiled = (site.data / FILE).read_bytes()
    with filled(site) as service:
        service.says('"archive_moved_aside"')
        until((site.data / FILE).exists)
        until(lambda: stories(site) == ids(range(40)))
        assert service.stop() == 0
    assert contents(site.data) == good
    assert (site.data / f"{FILE}.aside-1").read_bytes() == spoiled


def moved(file: Path) -> None:
    file.rename(file.with_name("elsewhere.sqlite"))


def deleted(file: Path) -> None:
    file.unlink()


def replaced(file: Path) -> None:
    """Another program puts an old copy in its place, as from a backup."""
    copy = file.with_name("copy.sqlite")
    with closing(sqlite3.connect(file)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    copy.rename(file)


@pytest.mark.parametrize("lose", [moved, deleted, replaced])
def test_a_file_that_is_taken_away_while_it_is_written_is_noticed_and_filled_anew(
    site: Site, lose: Callable[[Path], None]
) -> None:
    put_stories(site, range(3))
    with filled(site) as service:
        until(lambda: stories(site) == ids(range(3)))
        lose(site.data / FILE)
        service.says('"archive_gone"')
        put_stories(site, range(3, 5))
        until(lambda: is_made(site.data) and stories(site) == ids(range(5)))
        assert service.stop() == 0


def is_made(data: Path) -> bool:
    """Say whether the archive can be read: for a moment a new file is empty."""
    try:
        with queries.reading(data):
            return True
    except queries.ArchiveError:
        return False


def test_an_archive_that_is_just_being_made_is_none_of_another_release(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(queries.ArchiveError, match="just being made"), queries.reading(tmp_path):
        pass


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(ArchiveBusyError), writing(tmp_path):
        pass
