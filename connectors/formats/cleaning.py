"""Entries made ready to leave the parser: plain text, within limits, cuts told. Pure."""

from contextlib import suppress

from connectors.formats.entry import Entry, Parsed, RawEntry, RawFeed
from connectors.plain_text import line, plain, visible
from streams.model.story import digest

MOST_ENTRIES = 10_000
LIMITS = {"headline": 1_000, "summary": 20_000, "body": 200_000}
"""Characters kept of each text. In Khmer three bytes each: a story stays below a megabyte."""
URL_LIMIT = 2_000
WORD_LIMIT = 200
"""Characters of an author, a date, a dateline."""
AUTHORS = 20
MOST_HUBS = 5


def clean(raw: RawFeed) -> Parsed:
    """Return a feed with its entries in plain text; one that can't be cleaned counts as lost."""
    entries: list[Entry] = []
    for entry in raw.entries[:MOST_ENTRIES]:
        with suppress(Exception):  # a bad entry never takes its neighbours along
            entries.append(_clean(entry))
    over = len(raw.entries) - MOST_ENTRIES
    remarks = (left_out(over),) if over > 0 else ()
    return Parsed(
        entries=tuple(entries),
        language=_short(raw.language),
        lost=raw.lost + min(len(raw.entries), MOST_ENTRIES) - len(entries),
        format=raw.format,
        title=line(raw.title)[:WORD_LIMIT],
        interval=raw.interval,
        hubs=tuple(_url(hub) for hub in raw.hubs[:MOST_HUBS]),
        address=raw.address and _url(raw.address),
        files=tuple(_url(file) for file in raw.files[:MOST_ENTRIES]),
        remarks=(*raw.remarks, *remarks),
    )


def left_out(over: int) -> str:
    """Say how many entries were too many."""
    return f"{over} entries beyond the first {MOST_ENTRIES} left out"


def _clean(entry: RawEntry) -> Entry:
    summary, body = plain(entry.summary), plain(entry.content)
    whole = {
        "headline": line(entry.title),
        "summary": summary,
        "body": "" if body == summary else body,
    }
    cut = tuple(name for name, text in whole.items() if len(text) > LIMITS[name])
    authors = (_author(name) for name in entry.authors[:AUTHORS])
    return Entry(
        guid=_guid(entry, whole if cut else {}),
        link=_url(entry.link),
        own_id=_url(entry.own_id),
        title=whole["headline"][: LIMITS["headline"]].rstrip(),
        summary=whole["summary"][: LIMITS["summary"]].rstrip(),
        content=whole["body"][: LIMITS["body"]].rstrip(),
        authors=tuple(name for name in authors if name),
        published=entry.published,
        published_raw=_short(entry.published_raw),
        updated=entry.updated,
        updated_raw=_short(entry.updated_raw),
        language=_short(entry.language),
        status=entry.status,
        version=line(entry.version)[:WORD_LIMIT],
        embargo_raw=_short(entry.embargo_raw),
        dateline=line(entry.dateline)[:WORD_LIMIT],
        flags=entry.flags,
        cut=cut,
        cut_digests=tuple(digest((whole[name],)) for name in cut),
    )


def _guid(entry: RawEntry, whole: dict[str, str]) -> str:
    """Return an entry's id; one that is known by its words alone, and has lost some, gets one."""
    guid = visible(entry.guid.strip())
    if len(guid) > URL_LIMIT:
        return digest((guid,))
    return guid or (digest(whole.values()) if whole and not entry.link else "")


def _url(link: str) -> str:
    return visible(link.strip())[:URL_LIMIT]


def _author(name: str) -> str:
    return line(name).removeprefix("By ").removeprefix("by ")[:WORD_LIMIT].strip(" ,;")


def _short(raw: str | None) -> str | None:
    """Return a raw word as it was, without what can't be shown."""
    return None if raw is None else line(raw)[:WORD_LIMIT] or None
