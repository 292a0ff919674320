"""Values as people read them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from markupsafe import Markup, escape

from connectors.delivery.frame.lengths import DAY, HOUR, MINUTE, length
from wirewatch.counted import counted

_WEB = frozenset({"http", "https"})
_LINES = frozenset("\n\t")


def url(root: str, path: str, query: Mapping[str, object] | None = None, /, **more: object) -> str:
    """Return the address of a page with what is asked of it; what is empty isn't asked."""
    wanted = {name: value for name, value in {**(query or {}), **more}.items() if value}
    asked = urlencode({name: str(value) for name, value in wanted.items()})
    return quote(root + path) + (f"?{asked}" if asked else "")


def link(address: str | None) -> str | None:
    """Return an address that may be opened; others than of the web (javascript:) are dropped."""
    if not address or any(char.isspace() or not char.isprintable() for char in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in _WEB and parts.netloc else None


def plain(text: str) -> str:
    """Take out what is no sign to read or turns the reading order: it comes from outside."""
    return "".join(char if char.isprintable() or char in _LINES else " " for char in text)


def age(then: datetime, now: datetime) -> str:
    """Return how long ago it was: `just now`, `4 min`, `3 h`, `2 d`."""
    seconds = (now - then).total_seconds()
    if seconds < MINUTE:
        return "just now" if seconds > -MINUTE else "in the future"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    return f"{seconds // HOUR:.0f} h" if seconds < 2 * DAY else f"{seconds // DAY:.0f} d"


def ago(then: datetime, now: datetime) -> str:
    """Return the same within a sentence: `4 min ago`."""
    told = age(then, now)
    return f"{told} ago" if told[0].isdigit() else told


def seconds(value: float) -> str:
    """Return how long something took: `40 ms`, `2.50 s`, `4 min 5 s`, `3 h 12 min`, `2 d`."""
    return f"{value * 1000:.0f} ms" if value < 1 else length(value)


def clock(then: datetime) -> str:
    """Return the time of day, UTC."""
    return f"{then:%H:%M}"


def day(then: datetime) -> str:
    """Return the day, UTC: `Fri 27 Nov 2026`."""
    return f"{then:%a} {then.day} {then:%b %Y}"


def short(then: datetime, now: datetime) -> str:
    """Return the time of today, or the day with it: `12:11`, `24 Nov 12:11`, `24 Nov 2025`."""
    if then.date() == now.date():
        return clock(then)
    days = f"{then.day} {then:%b}"
    return f"{days} {clock(then)}" if then.year == now.year else f"{days} {then.year}"


def exact(then: datetime) -> str:
    """Return a time in full."""
    return f"{then:%Y-%m-%d %H:%M:%S} UTC"


def score(value: float) -> str:
    """Return a score with two digits."""
    return f"{value:.2f}"


def names(texts: Iterable[str], between: str = ", ") -> Markup:
    """Return texts from outside in a row, each by itself: Arabic turns none but itself round."""
    one = Markup("<bdi>{}</bdi>")
    return escape(between).join(one.format(plain(text)) for text in texts)


def listed(told: Sequence[str], most: int = 3) -> Markup:
    """Return names in a row, each by itself: `A, B and C`, `A, B, C and 4 others`."""
    if len(told) > most:
        return names(told[:most]) + f" and {counted(len(told) - most, 'other')}"
    if len(told) < 2:
        return names(told)
    return names(told[:-1]) + " and " + names(told[-1:])
