"""From entries to stories: lasting ids, honest cuts, status words, one story an entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sources.entries import LIMITS, stories
from connectors.sources.entry import Entry, Parsed
from connectors.sources.feed import Feed
from connectors.sources.identity import identify
from streams.story import Status, Story

FEED = Feed(id="courier", url="https://courier.example/rss", source="Mekong Courier")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTRY = Entry(
    guid="g1",
    link="https://courier.example/1",
    title="US and Cambodia <b>talk</b>",
    summary="<p>About drills.</p>",
    content="<p>About drills, and more.</p>",
    authors=("Dara Vann",),
    published=NOON - timedelta(hours=1),
    published_raw="an hour ago",
)


def made(*entries: Entry, feed: Feed = FEED, language: str | None = None) -> list[Story]:
    parsed = Parsed(entries=entries, language=language)
    ids = identify(feed.id, parsed.entries)
    return stories(feed, parsed, ids, NOON, first_fetch=False)


def test_a_story_has_all_of_its_entry_in_plain_text() -> None:
    (story,) = made(ENTRY)
    assert story.headline == "US and Cambodia talk"
    assert story.summary == "About drills."
    assert story.body == "About drills, and more."
    assert story.url == ENTRY.link
    assert story.source == "Mekong Courier"
    assert story.authors == ("Dara Vann",)
    assert story.published == ENTRY.published
    assert story.first_seen == NOON
    assert not story.backfill


def test_an_edit_keeps_the_id_and_changes_the_version() -> None:
    (before,), (after,) = made(ENTRY), made(replace(ENTRY, content="<p>Rewritten.</p>"))
    assert before.id == after.id
    assert before.version != after.version


def test_a_new_date_or_link_is_no_new_version() -> None:
    (before,) = made(ENTRY)
    (after,) = made(replace(ENTRY, published=NOON, link="https://courier.example/1?utm=x"))
    assert (before.id, before.version) == (after.id, after.version)


def test_the_same_guid_in_two_feeds_is_two_stories() -> None:
    (one,) = made(ENTRY)
    (other,) = made(ENTRY, feed=Feed(id="other", url="https://o.example", source="Other"))
    assert one.id != other.id


@pytest.mark.parametrize("missing", [{"guid": ""}, {"guid": "", "link": ""}])
def test_an_entry_without_guid_or_link_has_a_lasting_id(missing: dict[str, str]) -> None:
    bare = replace(ENTRY, **missing)  # type: ignore[arg-type]  # mypy can't see that all are texts
    (one,), (again,) = made(bare), made(bare)
    assert one.id == again.id


@pytest.mark.parametrize(
    "same", [{"guid": "same"}, {"guid": "same", "link": "https://x.example/"}, {"guid": ""}]
)
def test_entries_that_share_a_guid_are_all_there(same: dict[str, str]) -> None:
    entries = [
        replace(
            ENTRY,
            link=f"https://courier.example/{n}",
            title=f"Story {n}",
            **same,  # type: ignore[arg-type]
        )
        if "link" not in same
        else replace(ENTRY, title=f"Story {n}", **same)  # type: ignore[arg-type]
        for n in range(5)
    ]
    found = made(*entries)
    assert len({story.id for story in found}) == 5


def test_the_same_entry_twice_is_one_story() -> None:
    assert len(made(ENTRY, ENTRY)) == 1


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("CORRECTION: US and Cambodia", Status.CORRECTED),
        ("CORRECTED - US and Cambodia", Status.CORRECTED),
        ("KILL: US and Cambodia", Status.CANCELED),
        ("WITHDRAWN – US and Cambodia", Status.CANCELED),
        ("EMBARGO: US and Cambodia", Status.WITHHELD),
        ("Correction facilities are full", Status.USABLE),
        ("Kill switch: how it works", Status.USABLE),
        ("US and Cambodia", Status.USABLE),
    ],
)
def test_wires_slugs_say_the_status(title: str, status: Status) -> None:
    (story,) = made(replace(ENTRY, title=title))
    assert story.status is status


def test_a_field_that_is_cut_says_so() -> None:
    (story,) = made(replace(ENTRY, title="x" * 5_000_000, content="y" * 300_000))
    assert len(story.headline) == LIMITS["headline"]
    assert len(story.body) == LIMITS["body"]
    assert story.cut == ("headline", "body")
    assert made(ENTRY)[0].cut == ()


def test_long_texts_that_differ_past_the_cut_are_two_stories() -> None:
    long = "x" * 5_000
    bare = replace(ENTRY, guid="", link="", summary="", content="")
    found = made(replace(bare, title=f"{long}1"), replace(bare, title=f"{long}2"))
    assert len({story.id for story in found}) == 2


@pytest.mark.parametrize(
    ("told", "language"),
    [("en-US", "en"), ("km", "km"), ("EN", "en"), ("", None), (None, None), ("english", None)],
)
def test_the_language_is_the_feeds(told: str | None, language: str | None) -> None:
    assert made(ENTRY, language=told)[0].language == language


def test_the_operators_word_on_the_language_wins() -> None:
    feed = Feed(id="k", url="https://k.example", source="K", language="km")
    assert made(ENTRY, feed=feed, language="en")[0].language == "km"


def test_a_body_that_repeats_the_summary_is_left_out() -> None:
    (story,) = made(replace(ENTRY, content=ENTRY.summary))
    assert (story.summary, story.body) == ("About drills.", "")
