"""Which story an entry is: an id that stays the same over edits and polls. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from connectors.sources.entry import Entry
from streams.story import story_id


def identify(feed: str, entries: Sequence[Entry]) -> list[str]:
    """Give the story id of each entry of a feed."""
    carriers = _carriers(entries)
    return [
        story_id(
            feed=feed,
            guid=_guid(entry, carriers),
            link=entry.link,
            headline=entry.title,
            body=entry.content or entry.summary,
        )
        for entry in entries
    ]


Marks = tuple[str, ...]
"""What marks an entry: guid, link, title and text, or the first few of them."""


def _marks(entry: Entry) -> Marks:
    return (entry.guid, entry.link, entry.title, entry.summary + entry.content)


def _carriers(entries: Iterable[Entry]) -> dict[Marks, int]:
    """Count the different entries that begin with the same marks."""
    counts: Counter[Marks] = Counter()
    for marks in {_marks(entry) for entry in entries}:
        counts.update(marks[:length] for length in range(1, len(marks) + 1))
    return counts


def _guid(entry: Entry, carriers: Mapping[Marks, int]) -> str:
    """Give what tells an entry from the others of its feed.

    Its guid, as a rule. Some feeds give all entries the same one, or the same link beside it:
    there as many marks go in as it takes.
    """
    marks = _marks(entry)
    if not entry.guid and carriers[marks[:2]] == 1:
        return ""  # the link tells
    for length in range(1, len(marks)):
        if carriers[marks[:length]] == 1:
            return "|".join(marks[:length])
    return "|".join(marks)
