"""From entries to stories: who they are, what they say, when. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from connectors.sources.dates import in_utc
from connectors.sources.feed import Feed
from connectors.sources.rss import Entry, Parsed
from connectors.sources.text import line, plain
from streams.story import Status, Story, story_id, story_version

LIMITS = {"headline": 1_000, "summary": 20_000, "body": 200_000}
"""Characters kept of each text. In Khmer three bytes each: a story stays below a megabyte."""
URL_LIMIT = 2_000
AUTHORS = 20
AUTHOR_LIMIT = 200
SLUGS = {
    "CORRECTION": Status.CORRECTED,
    "CORRECTED": Status.CORRECTED,
    "WITHHELD": Status.WITHHELD,
    "HOLD": Status.WITHHELD,
    "EMBARGO": Status.WITHHELD,
    "KILL": Status.CANCELED,
    "KILLED": Status.CANCELED,
    "WITHDRAWN": Status.CANCELED,
    "RETRACTION": Status.CANCELED,
    "RETRACTED": Status.CANCELED,
}
"""What wires write before a headline, in capitals and with a colon or a dash behind."""


def stories(feed: Feed, parsed: Parsed, now: datetime, *, first_fetch: bool) -> list[Story]:
    """Give the feed's stories in its order, each once."""
    found: dict[str, Story] = {}
    carriers = _carriers(parsed.entries)
    for entry in parsed.entries:
        guid = _guid(entry, carriers)
        told = _story(feed, entry, guid, now, language=parsed.language, backfill=first_fetch)
        found.setdefault(told.id, told)
    return list(found.values())


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


def _story(
    feed: Feed, entry: Entry, guid: str, now: datetime, *, language: str | None, backfill: bool
) -> Story:
    summary = plain(entry.summary)
    body = plain(entry.content)
    if body == summary:
        body = ""
    texts = {"headline": line(entry.title), "summary": summary, "body": body}
    kept = {name: text[: LIMITS[name]] for name, text in texts.items()}
    status = _status(kept["headline"])
    link = entry.link[:URL_LIMIT]
    return Story(
        id=story_id(
            feed=feed.id,
            guid=guid,
            link=link,
            headline=texts["headline"],
            body=texts["body"] or texts["summary"],
        ),
        version=story_version(**kept, status=status),
        feed=feed.id,
        source=feed.source,
        **kept,
        url=link or None,
        language=feed.language or _language(language),
        authors=tuple(line(name)[:AUTHOR_LIMIT] for name in entry.authors[:AUTHORS]),
        published=in_utc(entry.published, entry.published_raw, now),
        published_raw=entry.published_raw and entry.published_raw[:AUTHOR_LIMIT],
        updated=in_utc(entry.updated, entry.updated_raw, now),
        first_seen=now,
        status=status,
        backfill=backfill,
        cut=tuple(name for name, text in texts.items() if len(text) > len(kept[name])),
    )


def _status(headline: str) -> Status:
    slug = headline.replace("-", ":").replace("–", ":").partition(":")[0].strip()
    return SLUGS.get(slug, Status.USABLE)


def _language(tag: str | None) -> str | None:
    """Give the language of a tag such as `en-US`."""
    code = (tag or "").strip().lower().partition("-")[0]
    return code if code.isalpha() and len(code) in {2, 3} else None
