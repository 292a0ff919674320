"""Full text: pages are fetched politely, once, where they may be, and the headline never waits."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from connectors.pages import lifecycle
from connectors.pages.page_policy import FROM_PAGE
from connectors.polling.feed import Feed
from connectors.polling.poll import PollSettings
from streams.contract.kafka_access import KafkaAccess
from streams.model.story import Status
from tests.support.full_text_site import (
    PARAGRAPHS,
    Stand,
    on_site,
    sent_while_fetching,
)
from tests.support.waiting import PATIENCE, until


def poll_settings(folder: Path, feed: Feed, *, once: bool = False) -> PollSettings:
    """Return the settings of a poll that looks at one feed, and reaches no Kafka."""
    return PollSettings(
        kafka=KafkaAccess("127.0.0.1:9"),
        prefix="",
        state=folder / "feeds.sqlite",
        feeds=(feed,),
        user_agent="test",
        allow_private=True,
        once=once,
    )


def test_a_story_goes_out_again_with_its_text(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"))
        assert await stand.settled(story) == {f"done {story.id}": None}
        (told,) = stand.sent.stories
        assert told.body.split("\n") == PARAGRAPHS
        assert (told.id, told.first_seen, told.summary) == (
            story.id,
            story.first_seen,
            story.summary,
        )
        assert told.version != story.version
        assert told.flags == (FROM_PAGE,)
        await stand.settled(story)
        assert len(stand.sent.stories) == 1
        assert stand.site.asked == ["/robots.txt", "/1"]

    on_site(tmp_path, act)


def test_a_story_that_gives_as_much_is_not_sent_again(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"), body="Long. " * 500)
        assert await stand.settled(story) == {f"failed {story.id}": "the feed itself gave as much"}

    assert on_site(tmp_path, act).sent.stories == []


def test_a_page_that_stalls_its_reader_harms_no_other(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        stand.seconds = 5.0
        hostile = stand.story(stand.site.has("/1", text="<div>" * 300_000), "1")
        noted = await stand.settled(hostile, stand.story(stand.site.has("/2"), "2"))
        assert (noted[f"failed {hostile.id}"] or "").startswith("not parsed")

    assert len(on_site(tmp_path, act).sent.stories) == 1


def test_an_edit_that_comes_meanwhile_takes_the_place(tmp_path: Path) -> None:
    sent = sent_while_fetching(tmp_path, headline="Joint drill in Cambodia", version="edited")
    assert [story.headline for story in sent] == ["Joint drill in Cambodia"]


def test_what_was_killed_meanwhile_is_not_sent(tmp_path: Path) -> None:
    assert sent_while_fetching(tmp_path, status=Status.CANCELED, version="killed") == []


def test_what_is_wanted_survives_an_end(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"))
        stand.site.hold.clear()
        async with stand.running() as texts:
            texts.on_sent(stand.feed, [story])
            await stand.site.is_asked.wait()
        assert list(stand.reasons()) == [f"pending {story.id}"]
        stand.site.hold.set()
        assert list(await stand.settled()) == [f"done {story.id}"]

    assert len(on_site(tmp_path, act).sent.stories) == 1


def test_poll_once_waits_for_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(stand: Stand) -> None:
        settings = poll_settings(tmp_path, stand.feed, once=True)
        monkeypatch.setattr(lifecycle, "Producer", lambda *_, **__: stand.sent)
        async with lifecycle.full_text(settings, asyncio.Event()) as on_sent:
            on_sent(stand.feed, [stand.story(stand.site.has("/1"))])

    assert [story.flags for story in on_site(tmp_path, act).sent.stories] == [(FROM_PAGE,)]


def test_without_such_a_feed_nothing_is_opened_until_an_edit_brings_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(stand: Stand) -> None:
        plain = msgspec.structs.replace(stand.feed, full_text=False)
        settings = poll_settings(tmp_path, plain)
        monkeypatch.setattr(lifecycle, "Producer", lambda *_, **__: stand.sent)
        story = stand.story(stand.site.has("/1"))
        async with lifecycle.full_text(settings, asyncio.Event()) as on_sent:
            on_sent(plain, [story])
            assert not stand.path.exists()
            settings.edits.put([stand.feed])
            on_sent(stand.feed, [story])
            await asyncio.to_thread(until, lambda: stand.sent.stories)

    assert [story.flags for story in on_site(tmp_path, act).sent.stories] == [(FROM_PAGE,)]


def test_a_page_is_not_fetched_for_a_feed_that_asks_for_it_no_more(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        story = stand.story(stand.site.has("/1"))
        async with stand.running() as texts:
            texts.follow([])
            texts.on_sent(stand.feed, [story])
            async with asyncio.timeout(PATIENCE):
                await texts.settle(asyncio.Event())
        assert list(stand.reasons()) == [f"failed {story.id}"]

    assert on_site(tmp_path, act).site.asked == []


def test_a_file_damaged_while_it_runs_is_begun_anew(tmp_path: Path) -> None:
    async def act(stand: Stand) -> None:
        first, second, third = (stand.story(stand.site.has(f"/{n}"), str(n)) for n in (1, 2, 3))
        async with stand.running() as texts:
            texts.on_sent(stand.feed, [first])
            await texts.settle(asyncio.Event())
            with closing(sqlite3.connect(stand.path)) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with stand.path.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xa5" * (stand.path.stat().st_size - 4096))
            texts.on_sent(stand.feed, [second])
            texts.on_sent(stand.feed, [third])
            await texts.settle(asyncio.Event())
            assert stand.reasons() == {f"done {third.id}": None}

    site = on_site(tmp_path, act)
    assert site.path.with_name(f"{site.path.name}.aside-1").exists()


def test_a_file_that_cannot_be_opened_stops_no_polling(tmp_path: Path) -> None:
    (tmp_path / lifecycle.FILE).mkdir()
    feed = Feed(id="f", url="https://f.example/", source="F", full_text=True)

    async def act() -> None:
        settings = poll_settings(tmp_path, feed)
        async with lifecycle.full_text(settings, asyncio.Event()) as on_sent:
            on_sent(feed, [])

    with capture_logs() as said:
        asyncio.run(act())
    (line,) = said
    assert line["event"] == "full_text_not_opened"
    assert "move it away" in line["error"]
    assert "start poll again" in line["remedy"]
