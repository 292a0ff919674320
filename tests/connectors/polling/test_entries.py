"""From entries to stories: lasting ids, honest cuts, status words, one story an entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace as replace_feed

from connectors.formats.dates import CLAMPED, UNREADABLE, ZONE_ASSUMED
from connectors.formats.entry import Entry, Parsed
from connectors.polling.entry_stories import EMBARGO_UNREADABLE, stories
from connectors.polling.feed import Feed
from connectors.polling.identity import identify
from streams.model.editorial_signals import ADVISORY
from streams.model.story import Status, Story

FEED = Feed(id="courier", url="https://courier.example/rss", source="Mekong Courier")
WIRE = replace_feed(FEED, wire=True)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTRY = Entry(
    guid="g1",
    link="https://courier.example/1",
    title="US and Cambodia talk",
    summary="About drills.",
    content="About drills, and more.",
    authors=("Dara Vann",),
    published=NOON - timedelta(hours=1),
    published_raw="2026-11-24T11:00:00Z",
)


def made(*entries: Entry, feed: Feed = FEED, language: str | None = None) -> list[Story]:
    parsed = Parsed(entries=entries, language=language)
    ids = identify(feed.id, parsed.entries)
    return list(stories(feed, parsed, ids, NOON, first_fetch=False).by_id.values())


def test_a_story_has_all_of_its_entry() -> None:
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
    (before,), (after,) = made(ENTRY), made(replace(ENTRY, content="Rewritten."))
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
            **same,  # type: ignore[arg-type] # fields of several types
        )
        if "link" not in same
        else replace(ENTRY, title=f"Story {n}", **same)  # type: ignore[arg-type] # as above
        for n in range(5)
    ]
    found = made(*entries)
    assert len({story.id for story in found}) == 5


def test_the_same_entry_twice_is_one_story() -> None:
    assert len(made(ENTRY, ENTRY)) == 1


@pytest.mark.parametrize(
    ("title", "said", "status", "flags"),
    [
        ("US and Cambodia talk", None, Status.USABLE, ()),
        ("KILL: US and Cambodia talk", None, Status.CANCELED, ()),
        ("KILL: US and Cambodia talk", Status.USABLE, Status.CANCELED, ()),
        ("CORRECTED: US and Cambodia talk", Status.CANCELED, Status.CANCELED, ()),
        ("US and Cambodia talk", Status.WITHHELD, Status.WITHHELD, ()),
        ("ADVISORY: Coverage today", None, Status.WITHHELD, (ADVISORY,)),
    ],
)
def test_the_gravest_of_format_and_slug_is_the_status(
    title: str, said: Status | None, status: Status, flags: tuple[str, ...]
) -> None:
    (story,) = made(replace(ENTRY, title=title, status=said), feed=WIRE)
    assert (story.status, story.flags) == (status, flags)
    assert story.headline == title


@pytest.mark.parametrize("word", ["KILL", "KILLED", "HOLD", "WITHDRAWN", "CORRECTED", "ADVISORY"])
def test_a_word_before_the_headline_is_a_status_only_where_the_operator_says_it_is_a_wire(
    word: str,
) -> None:
    (story,) = made(replace(ENTRY, title=f"{word}: US and Cambodia talk"))
    assert (story.status, story.flags) == (Status.USABLE, ())
    (killed,) = made(replace(ENTRY, title="Notice to editors", status=Status.CANCELED))
    assert killed.status is Status.CANCELED


@pytest.mark.parametrize(
    ("embargo", "title", "status"),
    [
        ("2026-11-24T12:00:01Z", "A", Status.WITHHELD),
        ("2026-11-24T12:00:00Z", "A", Status.USABLE),
        ("2026-11-24T12:00:01Z", "EMBARGOED: A", Status.WITHHELD),
        ("2026-11-24T12:00:00Z", "EMBARGOED: A", Status.USABLE),
        ("20261124T190000+0700", "A", Status.USABLE),
        ("20261124T190001+0700", "A", Status.WITHHELD),
        ("until further notice", "A", Status.WITHHELD),
        (None, "EMBARGOED: A", Status.WITHHELD),
    ],
)
def test_a_story_is_withheld_until_its_embargo(
    embargo: str | None, title: str, status: Status
) -> None:
    (story,) = made(replace(ENTRY, title=title, embargo_raw=embargo), feed=WIRE)
    assert story.status is status


def test_the_end_of_an_embargo_is_a_new_version() -> None:
    before, after = "2026-11-24T12:00:01Z", "2026-11-24T12:00:00Z"
    (held,), (free,) = (made(replace(ENTRY, embargo_raw=raw)) for raw in (before, after))
    assert held.embargo == NOON + timedelta(seconds=1)
    assert (held.id, held.version) != (free.id, free.version)


def test_an_embargo_that_cannot_be_read_holds() -> None:
    (story,) = made(replace(ENTRY, embargo_raw="soon"))
    assert (story.flags, story.embargo) == ((EMBARGO_UNREADABLE,), None)


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        ("2027-01-01T00:00:00Z", (CLAMPED,)),
        ("soon", (UNREADABLE,)),
        ("2026-11-24 10:00", (ZONE_ASSUMED,)),
        ("2026-11-24T10:00:00Z", ()),
        (None, ()),
    ],
)
def test_a_story_says_what_was_wrong_with_its_date(raw: str | None, flags: tuple[str, ...]) -> None:
    (story,) = made(replace(ENTRY, published=None, published_raw=raw))
    assert (story.published_raw, story.flags) == (raw, flags)
    assert story.published is None or story.published <= NOON


def test_a_date_without_a_zone_is_the_outlets() -> None:
    feed = Feed(id="k", url="https://k.example", source="K", country="KH")
    (story,) = made(replace(ENTRY, published_raw="2026-11-24 10:00"), feed=feed)
    assert story.published == datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://courier.example/1", "https://courier.example/1"),
        ("HTTP://courier.example/1", "HTTP://courier.example/1"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/1", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_a_link_leads_into_the_web_or_nowhere(link: str, url: str | None) -> None:
    assert made(replace(ENTRY, link=link))[0].url == url


def test_what_was_cut_from_an_entry_goes_on() -> None:
    (story,) = made(replace(ENTRY, cut=("body",), cut_digests=("d",), dateline="PHNOM PENH"))
    assert (story.cut, story.cut_digests, story.dateline) == (("body",), ("d",), "PHNOM PENH")


@pytest.mark.parametrize(
    ("told", "language"),
    [("en-US", "en"), ("km", "km"), ("EN", "en"), ("", None), (None, None), ("english", None)],
)
def test_the_language_is_the_feeds(told: str | None, language: str | None) -> None:
    assert made(ENTRY, language=told)[0].language == language


def test_the_operators_word_on_the_language_wins() -> None:
    feed = Feed(id="k", url="https://k.example", source="K", language="km")
    assert made(ENTRY, feed=feed, language="en")[0].language == "km"
