"""By which names an entry of a feed goes: its aliases, and the ids that it may get. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.formats.entry import Entry
from connectors.polling.canonical_url import path_of, place_of
from streams.model.story import digest, story_id

TELLING = 60
"""Characters of title and text that hardly two stories share; `Weather` comes every day."""
TEXT_KEPT = 300
"""Characters of a title or an address that are kept to compare."""
ALIAS_DIGITS = 15
"""Hex digits of an alias: SQLite's integers have 63 bits."""
Marks = tuple[str, ...]
"""What marks an entry: guid, link, title and text, or the first few of them."""


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


def mark(entries: Sequence[Entry], feed: str) -> tuple[Marked, ...]:
    """Return each entry its aliases: those that no other entry of the feed goes by."""
    carriers = _carriers(entries)
    named = [dict(_aliases(entry)) for entry in entries]
    # The same entry twice is one: only different ones make an alias ambiguous.
    different = {marks_of(entry): names for entry, names in zip(entries, named, strict=True)}
    shared = Counter(alias for names in different.values() for alias in set(names.values()))
    return tuple(
        Marked(
            entry=entry,
            aliases={kind: alias for kind, alias in names.items() if shared[alias] == 1},
            ids=_ids(feed, entry, carriers),
        )
        for entry, names in zip(entries, named, strict=True)
    )


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


def marks_of(entry: Entry) -> Marks:
    """Return what marks an entry."""
    return (entry.guid, entry.link, entry.title, entry.summary + entry.content)


def _carriers(entries: Iterable[Entry]) -> dict[Marks, int]:
    """Count the different entries that begin with the same marks."""
    counts: Counter[Marks] = Counter()
    for marks in {marks_of(entry) for entry in entries}:
        counts.update(marks[:length] for length in range(1, len(marks) + 1))
    return counts


def _ids(feed: str, entry: Entry, carriers: Mapping[Marks, int]) -> tuple[str, ...]:
    """Return the ids that an entry may get, the one it gets in an ordinary feed first.

    That is of its guid, else of its link, else of its words. Some feeds give all entries the
    same guid, or the same link beside it, or give one guid to many stories after another: there
    as many marks go in as it takes.
    """
    marks = marks_of(entry)
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
