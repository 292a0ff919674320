"""Which story an entry is: an id that stays the same over edits, moves and new guids. Pure.

An entry goes by several aliases: its guid, its link, both without scheme and host, its words,
its title. One seen before keeps its id, whichever alias tells; `KnownEntries` says what was.
A wrong match loses nothing: it goes out as a new version of that story. A match missed is the
same story told twice, so the doubtful cases lean to a match.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.formats.entry import Entry
from connectors.polling.canonical_url import (
    common_parameters,
    path_of,
    place_of,
    same_page,
    without_tokens,
)
from connectors.polling.title_likeness import are_alike
from streams.model.story import digest, story_id

TELLING = 60
"""Characters of title and text that hardly two stories share; `Weather` comes every day."""
FLOOD_SHARE = 0.8
FLOOD_ENTRIES = 6
"""When so many entries of a known feed look new, and so large a share, it's the guids."""
TEXT_KEPT = 300
"""Characters of a title or an address that are kept to compare."""
ANY_VERSION = ""
"""A story was seen, it isn't known how: the version in which it is there now counts as seen."""
ALIAS_DIGITS = 15
"""Hex digits of an alias: SQLite's integers have 63 bits."""
NO_ALIAS = -1


class AliasKind(StrEnum):
    """A way to recognise an entry, the surest first."""

    GUID = "guid"
    OWN_ID = "own id"
    """Of a document about the story of another one: who names it as a guid means that story."""
    LINK = "link"
    GUID_PATH = "guid path"
    LINK_PATH = "link path"
    WORDS = "words"
    TITLE = "title"
    """Looked at in a flood, and where nothing but a number in the link is new."""


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
        """Return the version last seen of each story, by its id."""
        stories = (*self.by_alias.values(), *self.by_id.values())
        return {story.id: story.version for story in stories}


NOTHING = KnownEntries()


@dataclass(frozen=True, kw_only=True)
class Marked:
    """An entry with its aliases. `ids` are those it may get when new: the first that is free."""

    entry: Entry
    aliases: Mapping[AliasKind, int]
    ids: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title as it is compared and kept."""
        return _folded(self.entry.title)[:TEXT_KEPT]

    @property
    def place(self) -> str:
        """Where the link leads."""
        return place_of(self.entry.link)[:TEXT_KEPT]


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


def mark(entries: Sequence[Entry], feed: str) -> tuple[Marked, ...]:
    """Return each entry its aliases: those that no other entry of the feed goes by."""
    carriers = _carriers(entries)
    named = [dict(_aliases(entry)) for entry in entries]
    # The same entry twice is one: only different ones make an alias ambiguous.
    different = {_marks(entry): names for entry, names in zip(entries, named, strict=True)}
    shared = Counter(alias for names in different.values() for alias in set(names.values()))
    return tuple(
        Marked(
            entry=entry,
            aliases={kind: alias for kind, alias in names.items() if shared[alias] == 1},
            ids=_ids(feed, entry, carriers),
        )
        for entry, names in zip(entries, named, strict=True)
    )


def identify(feed: str, entries: Sequence[Entry]) -> list[str]:
    """Return the story id of each entry of a feed that was never seen before."""
    return list(recognise(mark(entries, feed), NOTHING, first=True).ids)


def recognise(marked: Sequence[Marked], known: KnownEntries, *, first: bool) -> Identified:
    """Return each entry the id of the story it was before, or one of its own.

    `first` says that the feed wasn't read before.
    """
    matching = _Matching({_marks(one.entry): one for one in marked}, known)
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
        ids=tuple(ids[_marks(one.entry)] for one in marked),
        different=different,
        recognised=recognised + by_title,
        flood=flood,
        by_title=by_title,
    )


Marks = tuple[str, ...]
"""What marks an entry: guid, link, title and text, or the first few of them."""
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
            if story is not None and story.id not in self._claimed and same(one, story):
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
    common = common_parameters([place for one in marked if (place := one.place)])

    def same(one: Marked, story: KnownStory) -> bool:
        ours, theirs = (without_tokens(place, common) for place in (one.place, story.place))
        return bool(one.place) and one.entry.guid in {"", one.entry.link} and ours == theirs

    return same


def _same_anyhow(_: Marked, __: KnownStory) -> bool:
    return True


def _aliases(entry: Entry) -> Iterator[tuple[AliasKind, int]]:
    text = _folded(entry.summary + entry.content)
    title = _folded(entry.title)
    names = {
        AliasKind.GUID: entry.guid,
        AliasKind.LINK: place_of(entry.link),
        AliasKind.GUID_PATH: path_of(entry.guid),
        AliasKind.LINK_PATH: path_of(entry.link),
        AliasKind.WORDS: f"{title}|{text}" if len(title) + len(text) >= TELLING else "",
        AliasKind.TITLE: title,
    }
    for kind, name in names.items():
        if name:
            yield kind, _alias(kind, name)
    if entry.own_id:
        yield AliasKind.OWN_ID, _alias(AliasKind.GUID, entry.own_id)


def _alias(kind: AliasKind, name: str) -> int:
    return int(digest((kind, name))[:ALIAS_DIGITS], 16)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _marks(entry: Entry) -> Marks:
    return (entry.guid, entry.link, entry.title, entry.summary + entry.content)


def _carriers(entries: Iterable[Entry]) -> dict[Marks, int]:
    """Count the different entries that begin with the same marks."""
    counts: Counter[Marks] = Counter()
    for marks in {_marks(entry) for entry in entries}:
        counts.update(marks[:length] for length in range(1, len(marks) + 1))
    return counts


def _ids(feed: str, entry: Entry, carriers: Mapping[Marks, int]) -> tuple[str, ...]:
    """Return the ids that an entry may get, the one it gets in an ordinary feed first.

    That is of its guid, else of its link, else of its words. Some feeds give all entries the
    same guid, or the same link beside it, or give one guid to many stories after another: there
    as many marks go in as it takes.
    """
    marks = _marks(entry)
    lengths = range(1, len(marks) + 1)
    guids = ["|".join(marks[:length]) for length in lengths]
    enough = next((length for length in lengths if carriers[marks[:length]] == 1), len(marks))
    guids = guids[enough - 1 :]
    if not entry.guid and carriers[marks[:2]] == 1:
        guids = ["", *guids[1:]]  # the link tells
    body = entry.content or entry.summary
    return tuple(
        story_id(feed=feed, guid=guid, link=entry.link, headline=entry.title, body=body)
        for guid in guids
    )
