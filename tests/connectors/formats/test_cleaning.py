"""What leaves the parser is plain text within limits, and says what was cut."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats import cleaning
from connectors.formats.cleaning import LIMITS, WORD_LIMIT, clean
from connectors.formats.entry import Entry, RawEntry, RawFeed
from connectors.polling.entry_stories import stories
from connectors.polling.feed import Feed
from connectors.polling.identity import identify
from streams.contract.codec import decode, encode
from streams.model.story import Story, digest

FEED = Feed(id="courier", url="https://courier.example/rss", source="Mekong Courier")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def cleaned(*entries: RawEntry) -> tuple[Entry, ...]:
    return clean(RawFeed(entries=entries, language=None)).entries


def test_texts_become_plain() -> None:
    (entry,) = cleaned(
        RawEntry(
            guid=" g\x001 ",
            link=" https://x.example/1\u202e\n",
            title="US &amp; <b>Cambodia</b>\n talk",
            summary="<p>One.</p>",
            content="<p>One.</p><p>Two.</p>",
            authors=("By Dara  Vann", "", "<b>A</b>"),
            published_raw="Tue, 24 Nov 2026\n 10:00:00 GMT",
            dateline="<i>PHNOM PENH</i>",
        )
    )
    assert entry == Entry(
        guid="g1",
        link="https://x.example/1",
        title="US & Cambodia talk",
        summary="One.",
        content="One.\nTwo.",
        authors=("Dara Vann", "A"),
        published_raw="Tue, 24 Nov 2026 10:00:00 GMT",
        dateline="PHNOM PENH",
    )


def test_a_body_that_repeats_the_summary_is_left_out() -> None:
    (entry,) = cleaned(RawEntry(summary="<p>About drills.</p>", content="About drills."))
    assert (entry.summary, entry.content) == ("About drills.", "")


def test_a_field_that_is_cut_says_so_and_keeps_its_digest() -> None:
    title, body = "x" * 5_000_000, "y" * 300_000
    (entry,) = cleaned(RawEntry(title=title, content=body))
    assert len(entry.title) == LIMITS["headline"]
    assert len(entry.content) == LIMITS["body"]
    assert entry.cut == ("headline", "body")
    assert entry.cut_digests == (digest((title,)), digest((body,)))


def test_long_texts_that_differ_past_the_cut_are_two_stories() -> None:
    entries = cleaned(*(RawEntry(title=f"{'x' * 5_000}{n}") for n in (1, 2)))
    assert len(set(identify("f", entries))) == 2


def test_long_ids_that_differ_at_their_end_stay_two() -> None:
    one, other = cleaned(RawEntry(guid="g" * 5_000 + "1"), RawEntry(guid="g" * 5_000 + "2"))
    assert one.guid != other.guid


def test_only_so_many_entries_are_kept_and_the_rest_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleaning, "MOST_ENTRIES", 3)
    entries = tuple(RawEntry(guid=str(n)) for n in range(5))
    parsed = clean(RawFeed(entries=entries, language=None, lost=1))
    assert [entry.guid for entry in parsed.entries] == ["0", "1", "2"]
    assert (parsed.lost, parsed.remarks) == (1, ("2 entries beyond the first 3 left out",))


def test_an_entry_that_cannot_be_cleaned_is_counted() -> None:
    bad = replace(RawEntry(), title=7)  # type: ignore[arg-type]  # what no reader should give
    parsed = clean(RawFeed(entries=(bad, RawEntry(guid="1")), language=None))
    assert ([entry.guid for entry in parsed.entries], parsed.lost) == (["1"], 1)


odd = st.text() | st.text("<>&;amp#x27/pbr \ud800\x00\u202e\u200bក国", max_size=50)
entries = st.builds(
    RawEntry,
    guid=odd,
    link=odd,
    title=odd,
    summary=odd,
    content=odd,
    authors=st.lists(odd, max_size=3).map(tuple),
    published_raw=st.none() | odd,
    updated_raw=st.none() | odd,
    language=st.none() | odd,
    version=odd,
    embargo_raw=st.none() | odd,
    dateline=odd,
)


@given(st.lists(entries, max_size=4).map(tuple), odd, st.none() | odd)
def test_whatever_comes_becomes_stories_that_can_be_sent(
    given_entries: tuple[RawEntry, ...], title: str, language: str | None
) -> None:
    parsed = clean(
        RawFeed(entries=given_entries, language=language, title=title, hubs=(title,), address=title)
    )
    assert len(parsed.entries) == len(given_entries)
    msgspec.msgpack.encode(parsed)
    found = stories(FEED, parsed, identify("courier", parsed.entries), NOON, first_fetch=False)
    assert not found.faults
    for story in found.by_id.values():
        assert decode(encode(story), Story) == story
        for name in ("headline", "summary", "body"):
            text = getattr(story, name)
            assert text == text.strip()
            assert len(text) <= LIMITS[name]
        assert story.published is None or story.published <= NOON
    for entry in parsed.entries:
        assert all(len(name) <= WORD_LIMIT for name in entry.authors)
    assert {field.name for field in fields(Entry)} >= {"cut", "cut_digests", "flags"}
