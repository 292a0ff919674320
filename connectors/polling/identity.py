"""Which story an entry is: an id that stays the same over edits, moves and new guids. Pure.

An entry goes by several aliases: its guid, its link, both without scheme and host, its words,
its title. One seen before keeps its id, whichever alias tells; `KnownEntries` says what was.
A wrong match loses nothing: it goes out as a new version of that story. A match missed is the
same story told twice, so the doubtful cases lean to a match. Not so where publishers number the
versions of an item: there a low number is an old version, and another guid another item.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.formats.entry import Entry
from connectors.polling.canonical_url import (
    common_parameters,
    same_page,
    visit_segments,
    without_segments,
    without_tokens,
)
from connectors.polling.entry_aliases import AliasKind, Marked, Marks, mark, marks_of
from connectors.polling.title_likeness import are_alike

FLOOD_SHARE = 0.8
FLOOD_ENTRIES = 6
"""When so many entries of a known feed look new, and so large a share, it's the guids."""
ANY_VERSION = ""
"""A story was seen, it isn't known how: the version in which it is there now counts as seen, unless
it has a number: what publishers number they send once."""
UNSENT = "unsent"
"""A story was given its id and was to go out then; whether it did isn't known, so it goes again."""
NO_ALIAS = -1


@dataclass(frozen=True)
class KnownStory:
    """A story as it was last seen. `place` is where its link leads, without the scheme."""

    id: str
    version: str
    title: str
    place: str


@dataclass(frozen=True, kw_only=True)
class KnownEntries:
    """What was seen of a feed before, as far as its entries ask for it."""

    by_alias: Mapping[int, KnownStory] = field(default_factory=dict)
    by_id: Mapping[str, KnownStory] = field(default_factory=dict)

    def versions(self) -> dict[str, str]:
        """Return the version last sent of each story, by its id."""
        stories = (*self.by_alias.values(), *self.by_id.values())
        return {story.id: story.version for story in stories if story.version != UNSENT}


NOTHING = KnownEntries()


@dataclass(frozen=True, kw_only=True)
class Identified:
    """The story id of each entry, in their order, and what was noticed on the way.

    `recognised` of the `different` entries were seen before. `flood` says that nearly all of
    them looked new; `by_title` of those were known by title or link after all.
    """

    ids: tuple[str, ...]
    different: int
    recognised: int
    flood: bool = False
    by_title: int = 0


def identify(feed: str, entries: Sequence[Entry]) -> list[str]:
    """Return the story id of each entry of a feed that was never seen before."""
    return list(recognise(mark(entries, feed), NOTHING, first=True).ids)


def recognise(marked: Sequence[Marked], known: KnownEntries, *, first: bool) -> Identified:
    """Return each entry the id of the story it was before, or one of its own.

    `first` says that the feed wasn't read before.
    """
    matching = _Matching({marks_of(one.entry): one for one in marked}, known)
    matching.by_alias(AliasKind.GUID, _same_guid)
    matching.by_id()
    matching.by_alias(AliasKind.LINK, _same_link)
    for kind in (AliasKind.GUID_PATH, AliasKind.LINK_PATH):
        matching.by_alias(kind, _same_title)
    matching.by_alias(AliasKind.WORDS, _same_anyhow)
    matching.by_alias(AliasKind.TITLE, _same_but_for_a_visit(marked))
    recognised, different = len(matching.ids), len(matching.entries)
    new = different - recognised
    flood = not first and new >= FLOOD_ENTRIES and new >= FLOOD_SHARE * different
    if flood:
        for kind in (AliasKind.TITLE, AliasKind.LINK, AliasKind.LINK_PATH):
            matching.by_alias(kind, _same_anyhow)
    by_title = len(matching.ids) - recognised
    ids = matching.all_ids()
    return Identified(
        ids=tuple(ids[marks_of(one.entry)] for one in marked),
        different=different,
        recognised=recognised + by_title,
        flood=flood,
        by_title=by_title,
    )


Same = Callable[[Marked, KnownStory], bool]


class _Matching:
    """Entries and the stories they are found to be: each story is claimed once."""

    def __init__(self, entries: Mapping[Marks, Marked], known: KnownEntries) -> None:
        self.entries = entries
        self.ids: dict[Marks, str] = {}
        self._known = known
        self._claimed: set[str] = set()

    def by_alias(self, kind: AliasKind, same: Same) -> None:
        for marks, one in self._unmatched():
            story = self._known.by_alias.get(one.aliases.get(kind, NO_ALIAS))
            told = kind is AliasKind.GUID or not _is_numbered(one.entry)
            if story is not None and story.id not in self._claimed and told and same(one, story):
                self._claim(marks, story.id)

    def by_id(self) -> None:
        """Match entries that share all their aliases with others by the ids they would get."""
        for marks, one in self._unmatched():
            for own in one.ids:
                story = self._known.by_id.get(own)
                if story is not None and own not in self._claimed and _same_guid(one, story):
                    self._claim(marks, own)
                    break

    def all_ids(self) -> dict[Marks, str]:
        """Return the ids of all; what matched nothing gets the first of its own that is free."""
        taken = self._claimed | self._known.by_id.keys()
        for marks, one in self._unmatched():
            free = next((own for own in one.ids if own not in taken), one.ids[-1])
            taken.add(free)
            self._claim(marks, free)
        return self.ids

    def _unmatched(self) -> list[tuple[Marks, Marked]]:
        return [(marks, one) for marks, one in self.entries.items() if marks not in self.ids]

    def _claim(self, marks: Marks, story: str) -> None:
        self._claimed.add(story)
        self.ids[marks] = story


def _is_numbered(entry: Entry) -> bool:
    """Say whether it is a version of an item, by its number, whose id never drifts."""
    return bool(entry.guid and entry.version)


def _same_guid(one: Marked, story: KnownStory) -> bool:
    """Some feeds give a guid to another story: its title and its link are then both other."""
    if not one.place or not story.place or same_page(one.place, story.place):
        return True
    return _same_title(one, story)


def _same_link(one: Marked, story: KnownStory) -> bool:
    """Another guid at the same address is a guid that drifts, or a page that all entries name."""
    return not one.entry.guid or _same_title(one, story)


def _same_title(one: Marked, story: KnownStory) -> bool:
    return are_alike(one.title, story.title)


def _same_but_for_a_visit(marked: Sequence[Marked]) -> Same:
    """Return what says that an entry has the link of a story, but for the number of a visit."""
    # It may look like anything, and is the same in all links of a document.
    places = [place for one in marked if (place := one.place)]
    common, in_path = common_parameters(places), visit_segments(places)

    def same(one: Marked, story: KnownStory) -> bool:
        ours, theirs = (
            without_tokens(without_segments(place, in_path), common)
            for place in (one.place, story.place)
        )
        return bool(one.place) and one.entry.guid in {"", one.entry.link} and ours == theirs

    return same


def _same_anyhow(_: Marked, __: KnownStory) -> bool:
    return True
