"""Twenty-five feeds, each with a temper of its own, and the documents they give. Pure."""

import gzip
import html
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from benchmarks.unattended.stories import Text


class Fault(StrEnum):
    """What a server does in place of a plain answer."""

    ERROR = "500"
    MISSING = "404"
    BUSY = "429 with Retry-After"
    HANG = "no answer"
    DRIP = "drips"
    MOVED = "302"
    MOVED_FOR_GOOD = "301"
    EMPTY = "200, empty"
    PAGE = "200, an HTML error page"


ALWAYS = frozenset({Fault.DRIP, Fault.MOVED, Fault.MOVED_FOR_GOOD})
"""A way to answer, which still gives the feed, rather than a failure now and then."""


@dataclass(frozen=True, kw_only=True)
class Temper:
    """How a feed behaves. `every` says which requests meet the fault, `keeps` how many entries."""

    name: str
    format: str = "rss"
    dates: str = "right"
    """right, now, none or zone (the time of Cambodia, called GMT)."""
    churns: str = ""
    """guids or links: other ones at each request."""
    validators: bool = False
    packed: bool = False
    encoding: str = "utf-8"
    fault: Fault | None = None
    every: int = 5
    keeps: int = 150
    floods: bool = False


TEMPERS = (
    Temper(name="plain"),
    Temper(name="atom", format="atom", validators=True),
    Temper(name="json", format="json", validators=True),
    Temper(name="packed", packed=True),
    Temper(name="packed-validators", packed=True, validators=True),
    Temper(name="guid-churn", churns="guids"),
    Temper(name="json-guid-churn", format="json", churns="guids"),
    Temper(name="link-churn", churns="links"),
    Temper(name="atom-link-churn", format="atom", churns="links"),
    Temper(name="dates-of-now", dates="now"),
    Temper(name="atom-dates-of-now", format="atom", dates="now"),
    Temper(name="no-dates", dates="none"),
    Temper(name="wrong-zone", dates="zone"),
    Temper(name="latin", encoding="windows-1252"),
    Temper(name="error", fault=Fault.ERROR, validators=True),
    Temper(name="missing", fault=Fault.MISSING),
    Temper(name="busy", fault=Fault.BUSY),
    Temper(name="hang", fault=Fault.HANG, every=12),
    Temper(name="drip", fault=Fault.DRIP),
    Temper(name="moved", fault=Fault.MOVED),
    Temper(name="moved-for-good", fault=Fault.MOVED_FOR_GOOD),
    Temper(name="empty", fault=Fault.EMPTY, validators=True),
    Temper(name="page", fault=Fault.PAGE),
    Temper(name="flood", keeps=700, floods=True),
    Temper(name="atom-flood", format="atom", keeps=700, floods=True, validators=True),
)
FLOOD = 300
"""New entries at once."""


@dataclass
class Entry:
    """One entry of one feed; its text may be edited."""

    key: str
    text: Text
    at: datetime


@dataclass
class SimulatedFeed:
    """A feed as it is now. `asked` and `given` count its requests, and those it answered well."""

    number: int
    temper: Temper
    entries: list[Entry] = field(default_factory=list)
    asked: int = 0
    given: int = 0
    shown: list[Entry] = field(default_factory=list)
    """All entries, those that made way too."""
    edition: int = 0
    """Grows with each change: the ETag."""

    def add(self, text: Text, at: datetime) -> Entry:
        """Add an entry; the oldest one makes way."""
        self.edition += 1
        entry = Entry(f"{self.temper.name}-{self.edition}", text, at)
        self.entries.append(entry)
        self.shown.append(entry)
        del self.entries[: -self.temper.keeps]
        return entry

    def edit(self, entry: Entry, text: Text) -> None:
        """Put other words in the place of an entry's."""
        self.edition += 1
        entry.text = text

    def next_fault(self) -> Fault | None:
        """Say what the next request meets; the first ones are answered well."""
        self.asked += 1
        fault = self.temper.fault
        if fault in ALWAYS or (self.asked > 4 and self.asked % self.temper.every == 0):
            return fault
        return None

    def document(self, now: datetime) -> bytes:
        """Write the feed as it is now, newest entry first."""
        write = {"rss": _rss, "atom": _atom, "json": _json}[self.temper.format]
        text = write(self, now)
        body = text.encode(self.temper.encoding, "xmlcharrefreplace")
        return gzip.compress(body, 1) if self.temper.packed else body

    @property
    def tag(self) -> str:
        """The ETag."""
        return f'"{self.edition}"'

    @property
    def content_type(self) -> str:
        """What its server calls it."""
        kinds = {"rss": "application/rss+xml", "atom": "application/atom+xml"}
        kind = kinds.get(self.temper.format, "application/feed+json")
        return f"{kind}; charset={self.temper.encoding}"


def _links(feed: SimulatedFeed, entry: Entry) -> tuple[str, str]:
    """Return an entry's guid and link as this request shows them."""
    churns, turn = feed.temper.churns, feed.asked
    guid = f"{entry.key}-{turn}" if churns == "guids" else entry.key
    session = f"?session={turn:08x}" if churns == "links" else ""
    return guid, f"https://{feed.temper.name}.example/story/{entry.key}{session}"


def _date(feed: SimulatedFeed, entry: Entry, now: datetime) -> datetime | None:
    match feed.temper.dates:
        case "now":
            return now
        case "none":
            return None
        case "zone":
            return entry.at + timedelta(hours=7)
    return entry.at


def _rss(feed: SimulatedFeed, now: datetime) -> str:
    items = []
    for entry in reversed(feed.entries):
        guid, link = _links(feed, entry)
        date = _date(feed, entry, now)
        dated = f"<pubDate>{format_datetime(date)}</pubDate>" if date else ""
        items.append(
            f'<item><guid isPermaLink="false">{guid}</guid><link>{link}</link>'
            f"<title>{html.escape(entry.text.headline)}</title>"
            f"<description>{html.escape(entry.text.body)}</description>{dated}</item>"
        )
    return (
        f'<?xml version="1.0" encoding="{feed.temper.encoding}"?><rss version="2.0"><channel>'
        f"<title>{feed.temper.name}</title>{''.join(items)}</channel></rss>"
    )


def _atom(feed: SimulatedFeed, now: datetime) -> str:
    items = []
    for entry in reversed(feed.entries):
        guid, link = _links(feed, entry)
        date = _date(feed, entry, now) or entry.at
        items.append(
            f"<entry><id>urn:{guid}</id><link href='{link}'/>"
            f"<title>{html.escape(entry.text.headline)}</title>"
            f"<summary>{html.escape(entry.text.body)}</summary>"
            f"<published>{date.isoformat()}</published>"
            f"<updated>{date.isoformat()}</updated></entry>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>urn:{feed.temper.name}</id><title>{feed.temper.name}</title>"
        f"<updated>{datetime.now(UTC).isoformat()}</updated>{''.join(items)}</feed>"
    )


def _json(feed: SimulatedFeed, now: datetime) -> str:
    items = []
    for entry in reversed(feed.entries):
        guid, link = _links(feed, entry)
        date = _date(feed, entry, now) or entry.at
        items.append(
            {
                "id": guid,
                "url": link,
                "title": entry.text.headline,
                "content_text": entry.text.body,
                "date_published": date.isoformat(),
            }
        )
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.temper.name,
            "items": items,
        }
    )
