"""From entries to stories: what they say, and when. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from connectors.formats.dates import Context, DateReading, read, told
from connectors.formats.entry import Entry, Parsed
from connectors.http.origin import of_the_web
from connectors.polling.feed import Feed
from streams.model.editorial_signals import ADVISORY, EMBARGOES, slug, worst
from streams.model.story import Status, Story, story_version

REVISION_DIGITS = 18
"""More would not fit into 64 bits."""
EMBARGO_UNREADABLE = "embargo unreadable"


class Stories(NamedTuple):
    """A feed's stories by their ids, in its order, and what went wrong with those left out."""

    by_id: dict[str, Story]
    faults: dict[str, Exception]


def stories(
    feed: Feed, parsed: Parsed, ids: Sequence[str], now: datetime, *, first_fetch: bool
) -> Stories:
    """Make the stories of a feed, each once; `ids` are those of its entries."""
    made = Stories({}, {})
    for entry, story_id in zip(parsed.entries, ids, strict=True):
        if story_id in made.by_id:
            continue
        context = context_of(feed, entry, parsed, now)
        try:
            story = _story(feed, entry, story_id, context, backfill=first_fetch)
        except Exception as error:  # noqa: BLE001 - one bad entry never takes its neighbours along
            made.faults[story_id] = error
        else:
            made.by_id[story_id] = story
            made.faults.pop(story_id, None)
    return made


def context_of(feed: Feed, entry: Entry, parsed: Parsed, now: datetime) -> Context:
    """Return what helps to read an entry's dates: the operator's word goes before the feed's."""
    language = feed.language or _language(entry.language or parsed.language)
    return Context(now=now, language=language, country=feed.country)


def _story(feed: Feed, entry: Entry, story_id: str, context: Context, *, backfill: bool) -> Story:
    published = read(entry.published_raw, entry.published, context)
    updated = read(entry.updated_raw, entry.updated, context)
    embargo = told(entry.embargo_raw, None, context)
    status, flags = _status(feed, entry, embargo, context.now)
    return Story(
        id=story_id,
        version=story_version(
            headline=entry.title, summary=entry.summary, body=entry.content, status=status
        ),
        feed=feed.id,
        source=feed.source,
        headline=entry.title,
        summary=entry.summary,
        body=entry.content,
        url=_address(entry.link),
        language=context.language,
        authors=entry.authors,
        published=published.moment,
        published_raw=entry.published_raw,
        updated=updated.moment,
        first_seen=context.now,
        status=status,
        backfill=backfill,
        cut=entry.cut,
        cut_digests=entry.cut_digests,
        embargo=embargo.moment,
        dateline=entry.dateline,
        flags=tuple(dict.fromkeys((*entry.flags, *published.flags, *flags))),
        revision=_revision(entry.version),
    )


def _revision(version: str) -> int | None:
    """Return a wire's number of a version; nothing for what is no plain number."""
    return int(version[:REVISION_DIGITS]) if version.isdecimal() else None


def _status(
    feed: Feed, entry: Entry, embargo: DateReading, now: datetime
) -> tuple[Status, tuple[str, ...]]:
    """Return the gravest that format, slugs and embargo say, and what else is to know of it.

    Slugs are a wire's: before the headlines of others such words are just words.
    """
    said, slugs = slug(entry.title) if feed.is_wire else (Status.USABLE, ())
    if embargo.moment and embargo.moment <= now and EMBARGOES.issuperset(slugs):
        said = Status.USABLE
    flags = [ADVISORY] if "ADVISORY" in slugs else []
    if entry.embargo_raw and embargo.moment is None:
        flags.append(EMBARGO_UNREADABLE)
        said = worst((said, Status.WITHHELD))
    elif embargo.moment and embargo.moment > now:
        said = worst((said, Status.WITHHELD))
    return worst((said, entry.status)), tuple(flags)


def _address(link: str) -> str | None:
    """Return a link that a reader can follow: of the web, and nothing that runs."""
    return link if of_the_web(link) else None


def _language(tag: str | None) -> str | None:
    """Return the language of a tag such as `en-US`."""
    code = (tag or "").strip().lower().partition("-")[0]
    return code if code.isalpha() and len(code) in {2, 3} else None
