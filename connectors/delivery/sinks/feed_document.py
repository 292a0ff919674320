"""Alerts as an Atom feed and as a JSON Feed: an entry for each alert, changed in place. Pure.

What is remembered between two events stands in the JSON Feed itself.
"""

import html
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from xml.etree import ElementTree as ET

import msgspec

from connectors.delivery.frame.catalogue import say
from connectors.delivery.frame.labels import labelled
from connectors.delivery.sinks.content import Card, NamedStory, card, note_lines, one_line, subject
from connectors.delivery.sinks.interface import Notification
from streams.model.alert import AlertEvent, Kind
from streams.model.alert_reasons import is_outgrown
from streams.model.story import digest

MOST_ENTRIES = 200
MOST_EVENTS = 50
"""Events of an alert that are remembered, to know their repeats."""
CACHED_ENTRIES = 1_000
"""Entries that needn't be written anew for each event of another alert: some 2 KB each."""
ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
_NO_XML = re.compile("[\ufffe\uffff]")
_UUID = re.compile(r"[0-9a-f]{32}")


class Author(msgspec.Struct, frozen=True):
    """Who carried the story."""

    name: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry is of: the events that have been told in it."""

    alert: str
    kind: str
    events: tuple[str, ...]


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry, as JSON Feed has it."""

    id: str
    title: str
    content_html: str
    summary: str
    date_published: datetime
    date_modified: datetime
    url: str = ""
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    wirewatch: Known = msgspec.field(name="_wirewatch")


class AlertFeed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed, newest entry first."""

    version: str = msgspec.field(default=JSON_FEED)
    title: str
    items: tuple[FeedEntry, ...] = ()


def from_json(data: bytes) -> AlertFeed:
    """Read one that we wrote. Raises `ValueError`."""
    return msgspec.json.decode(data, type=AlertFeed)


def to_json(feed: AlertFeed) -> bytes:
    """Return the JSON Feed."""
    return msgspec.json.format(msgspec.json.encode(_whole(feed)), indent=1)


def added(feed: AlertFeed, told: Notification, now: datetime) -> AlertFeed:
    """Return the feed with what is told in it; the same feed if it knew that already."""
    for event in told.events:
        feed = _with(feed, told, event, now)
    if not told.events:
        feed = _with_notice(feed, told, now)
    return feed


def to_atom(feed: AlertFeed, name: str) -> bytes:
    """Return the Atom feed. By its name it is known for good: titles are edited, and used twice."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _text(root, "id", _urn(f"feed {name}"))
    _text(root, "title", feed.title)
    newest = max(
        (item.date_modified for item in feed.items), default=datetime.fromtimestamp(0, UTC)
    )
    _text(root, "updated", newest.isoformat())
    _text(root, "generator", "wirewatch")
    whole: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    head, end, _ = whole.rpartition(b"</feed>")
    return head + b"".join(map(_entry, feed.items)) + end


def at_its_address(data: bytes, address: str, *, atom: bool) -> bytes:
    """Return a feed that we wrote with the address under which it was asked for."""
    if not atom:
        parts = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        return msgspec.json.encode({**parts, "feed_url": address})
    # The first id is the feed's own: what comes from outside follows, and is escaped.
    head, end, rest = data.partition(b"</id>")
    link = f'<link rel="self" type="application/atom+xml" href="{html.escape(address)}" />'
    return head + end + link.encode() + rest


@lru_cache(maxsize=CACHED_ENTRIES)
def _entry(item: FeedEntry) -> bytes:
    """Return an entry of an Atom feed, with the namespace of what it stands in."""
    entry = ET.Element(f"{{{ATOM}}}entry")
    if item.language:
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", item.language)
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "published", item.date_published.isoformat())
    _text(entry, "updated", item.date_modified.isoformat())
    for author in item.authors or (Author("wirewatch"),):
        _text(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", author.name)
    if item.url:
        ET.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": item.url})
    for tag in item.tags:
        ET.SubElement(entry, f"{{{ATOM}}}category", {"term": tag})
    _text(entry, "summary", item.summary)
    _text(entry, "content", item.content_html).set("type", "html")
    data: bytes = ET.tostring(entry, encoding="utf-8", xml_declaration=False)
    return data.replace(f' xmlns="{ATOM}"'.encode(), b"", 1)


def _with(feed: AlertFeed, told: Notification, event: AlertEvent, now: datetime) -> AlertFeed:
    before = next((item for item in feed.items if item.wirewatch.alert == event.alert), None)
    events = before.wirewatch.events if before is not None else ()
    if event.event in events:
        return feed
    _ = say(told.language)
    seen = card(event, told.language)
    when = event.times.raised or now
    over = event.kind is Kind.WITHDRAWN or is_outgrown(event)
    title = labelled(seen.kind.upper(), seen.headline, _) if over else seen.headline
    if told.sample:
        title = labelled(_("SAMPLE"), title, _)
    entry = FeedEntry(
        id=_urn(event.alert),
        title=_xml(title),
        content_html=_xml(_html(seen, _)),
        summary=_xml(" · ".join(part for part in (seen.heading, seen.reason) if part)),
        date_published=before.date_published if before is not None else when,
        date_modified=max(when, before.date_modified) if before is not None else when,
        url=seen.url or (before.url if before is not None else ""),
        authors=tuple(Author(_xml(name)) for name in _names(event.outlets)),
        tags=(_xml(one_line(event.watch, 100)), event.kind.value),
        language=seen.language if re.fullmatch(r"[A-Za-z]{2,3}(-\w{2,8})*", seen.language) else "",
        wirewatch=Known(
            alert=_xml(one_line(event.alert, 100)),
            kind=event.kind.value,
            events=(*events, event.event)[-MOST_EVENTS:],
        ),
    )
    return _with_entry(feed, entry)


def _with_notice(feed: AlertFeed, told: Notification, now: datetime) -> AlertFeed:
    known = Known(alert=f"notice {told.id}", kind="notice", events=(told.id,))
    if any(item.wirewatch == known for item in feed.items):
        return feed
    lines = [f"<p>{html.escape(line)}</p>" for line in note_lines(told)]
    entry = FeedEntry(
        id=_urn(known.alert),
        title=_xml(subject(told)),
        content_html=_xml("".join(lines)),
        summary=_xml(one_line(told.note, 400)),
        date_published=now,
        date_modified=now,
        wirewatch=known,
    )
    return _with_entry(feed, entry)


def _with_entry(feed: AlertFeed, entry: FeedEntry) -> AlertFeed:
    others = [item for item in feed.items if item.id != entry.id]
    return msgspec.structs.replace(feed, items=(entry, *others)[:MOST_ENTRIES])


def _html(seen: Card, _: Callable[[str], str]) -> str:
    lines = [seen.outlets, seen.reason, *seen.changes]
    parts = [f"<p>{html.escape(line)}</p>" for line in lines if line]
    parts += [_named(one) for one in seen.named]
    for excerpt in seen.excerpts:
        marked = (
            f"<mark>{html.escape(piece.text)}</mark>" if piece.marked else html.escape(piece.text)
            for piece in excerpt
        )
        parts.append(f"<blockquote>{''.join(marked)}</blockquote>")
    name = _("Alert {id}").format(id=seen.alert)
    parts.append(f"<p>{html.escape(name)}</p>")
    return "".join(parts)


def _named(one: NamedStory) -> str:
    told = html.escape(one.headline)
    link = f'<a href="{html.escape(one.url)}">{told}</a>' if one.url else told
    return f"<p>{link} ({html.escape(one.source)})</p>"


def _names(outlets: Iterable[str]) -> Sequence[str]:
    named = [one_line(name, 200) for name in outlets]
    return list(dict.fromkeys(name for name in named if name))[:20]


def _urn(about: str) -> str:
    """Return an id that is the same for the same thing."""
    digits = about if _UUID.fullmatch(about) else digest((about,))
    return f"urn:uuid:{uuid.UUID(digits)}"


def _xml(text: str) -> str:
    """Leave out what XML can't hold, beside what is left out already."""
    return _NO_XML.sub("", text)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = _xml(text)
    return element


def _whole(feed: AlertFeed) -> dict[str, object]:
    """Return a feed with what msgspec would leave out as a default."""
    return {"version": feed.version, "title": feed.title, "items": feed.items}
