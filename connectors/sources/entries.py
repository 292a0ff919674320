"""From entries to stories: what they say, and when. Pure."""

from collections.abc import Sequence
from datetime import datetime

from connectors.sources.dates import in_utc
from connectors.sources.entry import Entry, Parsed
from connectors.sources.feed import Feed
from connectors.sources.text import line, plain
from streams.story import Status, Story, story_version

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


def stories(
    feed: Feed, parsed: Parsed, ids: Sequence[str], now: datetime, *, first_fetch: bool
) -> list[Story]:
    """Give the feed's stories in its order, each once; `ids` are those of its entries."""
    found: dict[str, Story] = {}
    for entry, story_id in zip(parsed.entries, ids, strict=True):
        told = _story(feed, entry, story_id, now, language=parsed.language, backfill=first_fetch)
        found.setdefault(told.id, told)
    return list(found.values())


def _story(
    feed: Feed, entry: Entry, story_id: str, now: datetime, *, language: str | None, backfill: bool
) -> Story:
    summary = plain(entry.summary)
    body = plain(entry.content)
    if body == summary:
        body = ""
    texts = {"headline": line(entry.title), "summary": summary, "body": body}
    kept = {name: text[: LIMITS[name]] for name, text in texts.items()}
    status = entry.status or _status(kept["headline"])
    link = entry.link[:URL_LIMIT]
    return Story(
        id=story_id,
        version=story_version(**kept, status=status),
        feed=feed.id,
        source=feed.source,
        **kept,
        url=link or None,
        language=feed.language or _language(entry.language or language),
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
