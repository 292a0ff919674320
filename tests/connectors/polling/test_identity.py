"""A story keeps its id whatever a publisher does to its guid, link, order or title."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.formats.entry import Entry
from connectors.polling.entry_aliases import Marked, mark
from connectors.polling.identity import Identified, KnownEntries, KnownStory, recognise
from connectors.polling.title_likeness import likeness
from streams.model.story import digest

TITLES = (
    "Harbour pilots vote for a strike in the spring",
    "A bridge over the upper Mekong opens after nine years",
    "Rice harvest falls short for the second time",
    "Court hears the case of three land activists",
    "Navy ships call at the southern port",
    "Schools close as the heat goes on",
    "Minister resigns over the price of power",
    "An old temple gets a new roof",
)


def entry(number: int, **changes: str) -> Entry:
    """Return an invented entry: each has a guid, link, title and text of its own."""
    title = TITLES[number % len(TITLES)] + ("" if number < len(TITLES) else f", part {number}")
    given = {
        "guid": f"https://courier.example/?p={number}",
        "link": f"https://www.courier.example/2026/11/story-number-{number}",
        "title": title,
        "summary": f"{title}: what is known so far, told in a sentence of its own.",
    }
    return Entry(**{**given, **changes})  # type: ignore[arg-type]  # all of them are texts


class Memory:
    """Remembers what it identified, as the feed's state does."""

    def __init__(self) -> None:
        self.by_alias: dict[int, KnownStory] = {}
        self.by_id: dict[str, KnownStory] = {}

    def identify(self, entries: Sequence[Entry], *, forget: bool = False) -> Identified:
        marked = mark(entries, "courier")
        known = KnownEntries(by_alias=self.by_alias, by_id=self.by_id)
        found = recognise(marked, known, first=not self.by_id)
        if not forget:
            for one, story_id in zip(marked, found.ids, strict=True):
                self._keep(one, story_id)
        return found

    def _keep(self, one: Marked, story_id: str) -> None:
        story = KnownStory(story_id, digest((one.title,)), one.title, one.place)
        self.by_id[story_id] = story
        self.by_alias.update(dict.fromkeys(one.aliases.values(), story))


FEED = [entry(number) for number in range(8)]

SAME = {
    "nothing": lambda e: e,
    "title": lambda e: replace(e, title=f"{e.title}, ministry says"),
    "title and text": lambda e: replace(e, title=f"Update: {e.title}", summary="All new."),
    "title wholly, guid and link stay": lambda e: replace(e, title="Zzz", summary="Zzz"),
    "guid": lambda e: replace(e, guid=f"urn:new:{digest((e.guid,))}"),
    "guid and text": lambda e: replace(e, guid=f"urn:{digest((e.guid,))}", summary="New."),
    "link": lambda e: replace(e, link=f"https://courier.example/{digest((e.link,))}"),
    "http to https": lambda e: replace(
        e, guid=e.guid.replace("https", "http"), link=e.link.replace("https", "http")
    ),
    "host": lambda e: replace(
        e,
        guid=e.guid.replace("courier.example", "news.example"),
        link=e.link.replace("www.courier.example", "news.example"),
    ),
    "tracking": lambda e: replace(
        e, guid=f"{e.guid}&utm_source=rss", link=f"{e.link}/?utm_medium=feed&at_campaign=x#top"
    ),
    "guid is gone": lambda e: replace(e, guid=""),
    "guid and link": lambda e: replace(
        e, guid=digest((e.guid,)), link=f"https://x.example/{e.guid[-1]}"
    ),
}


@pytest.mark.parametrize("change", SAME)
def test_a_changed_entry_is_the_same_story(change: str) -> None:
    memory = Memory()
    before = memory.identify(FEED)
    changed = [SAME[change](FEED[0]), *FEED[1:]]
    after = memory.identify(changed)
    assert after.ids == before.ids
    assert (after.recognised, after.flood) == (8, False)
    assert memory.identify(changed).ids == before.ids


@pytest.mark.parametrize("change", SAME)
def test_when_all_entries_change_at_once_they_are_the_same_stories(change: str) -> None:
    memory = Memory()
    before = memory.identify(FEED)
    after = memory.identify([SAME[change](one) for one in FEED])
    assert after.ids == before.ids


def test_in_a_flood_titles_tell_even_short_ones() -> None:
    memory = Memory()
    short = [entry(n, title=f"Note {n}{n}", summary="") for n in range(8)]
    before = memory.identify(short)
    moved = [
        replace(one, guid=f"new-{n}", link=f"https://n.example/{n}") for n, one in enumerate(short)
    ]
    new = entry(40)
    after = memory.identify([new, *moved])
    assert after.ids[1:] == before.ids
    assert after.ids[0] not in before.ids
    assert (after.flood, after.by_title, after.recognised) == (True, 8, 8)


@pytest.mark.parametrize("change", ["nothing", "guid", "guid and text", "guid and link"])
def test_an_item_whose_versions_have_numbers_goes_by_its_guid_alone(change: str) -> None:
    """Its number says which version is the newer one: of another item it says nothing."""
    memory = Memory()
    numbered = [replace(one, version="2") for one in FEED]
    before = memory.identify(numbered)
    changed = [replace(SAME[change](one), version="1") for one in numbered]
    same = changed[0].guid == FEED[0].guid
    assert (memory.identify(changed).ids == before.ids) is same
    assert set(memory.identify(changed).ids).isdisjoint(before.ids) is not same


def test_short_titles_alone_make_no_story_the_same() -> None:
    memory = Memory()
    daily = entry(1, title="Weather", summary="")
    (before,) = memory.identify([daily]).ids
    other = replace(
        daily, guid="https://courier.example/?p=77", link="https://courier.example/w/77"
    )
    assert memory.identify([other]).ids != (before,)


def test_a_new_order_changes_nothing() -> None:
    memory = Memory()
    before = dict(zip(FEED, memory.identify(FEED).ids, strict=True))
    turned = FEED[::-1]
    assert memory.identify(turned).ids == tuple(before[one] for one in turned)


def test_a_guid_given_to_another_story_is_another_story() -> None:
    memory = Memory()
    old = entry(0)
    (first,) = memory.identify([old]).ids
    reused = replace(entry(3), guid=old.guid)
    (second,) = memory.identify([reused]).ids
    assert second != first
    assert memory.identify([replace(reused, title=f"{reused.title} again")]).ids == (second,)
    assert memory.identify([old]).ids == (first,)


def test_guids_that_number_the_places_in_the_feed_name_no_story() -> None:
    def placed(numbers: Sequence[int]) -> list[Entry]:
        return [replace(entry(n), guid=f"item-{place}") for place, n in enumerate(numbers)]

    memory = Memory()
    before = memory.identify(placed([0, 1, 2, 3]))
    after = memory.identify(placed([4, 0, 1, 2]))
    assert after.ids[1:] == before.ids[:3]
    assert after.ids[0] not in before.ids
    assert len(set(after.ids)) == 4


@pytest.mark.parametrize(
    "same",
    [
        {"guid": "same"},
        {"guid": "same", "link": "https://courier.example/"},
        {"guid": ""},
        {"guid": "", "link": ""},
        {"guid": "", "link": "https://courier.example/"},
    ],
)
def test_entries_that_share_marks_are_told_apart_and_known_again(same: dict[str, str]) -> None:
    memory = Memory()
    feed = [entry(number, **same) for number in range(5)]
    before = memory.identify(feed)
    assert len(set(before.ids)) == 5
    after = memory.identify([entry(6, **same), *feed[:4]])
    assert after.ids[1:] == before.ids[:4]
    assert after.ids[0] not in before.ids


def test_the_same_entry_twice_is_one_story() -> None:
    found = Memory().identify([FEED[0], FEED[0], FEED[1]])
    assert found.ids[0] == found.ids[1] != found.ids[2]
    assert found.different == 2


def test_ids_hang_on_nothing_but_what_was_saved() -> None:
    """A crash between Kafka's word and the save must give the same ids again."""
    memory = Memory()
    memory.identify(FEED)
    later = [entry(9), replace(entry(4), guid=FEED[0].guid), *FEED[:5]]
    assert memory.identify(later, forget=True) == memory.identify(later)


def test_a_known_feed_whose_stories_are_all_new_is_a_flood_that_titles_dont_explain() -> None:
    memory = Memory()
    memory.identify(FEED)
    after = memory.identify([entry(number) for number in range(20, 30)])
    assert (after.flood, after.by_title, after.recognised) == (True, 0, 0)
    assert len(set(after.ids)) == 10


def test_a_first_read_is_no_flood() -> None:
    found = Memory().identify(FEED)
    assert (found.flood, found.recognised, found.different) == (False, 0, 8)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (TITLES[0], TITLES[1], False),
        (TITLES[0], f"UPDATE 2: {TITLES[0]}", True),
        ("", "", True),
        ("", TITLES[0], False),
        ("洪水来袭，学校停课", "洪水来袭，学校停课两天", True),
        ("洪水来袭，学校停课", "部长因电价辞职", False),
    ],
)
def test_titles_are_alike_or_not(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= 0.2) is alike
