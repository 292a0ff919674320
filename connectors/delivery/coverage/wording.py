"""A coverage notice in one line. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from connectors.delivery.coverage.decision import CoverageNews
from connectors.delivery.coverage.sources import Missing
from streams.model.feed_health import Gap

NAMED = 4
"""Sources that are named; the others are counted."""
OF_SEVERAL = {
    Missing.UNREADABLE: "can't be read",
    Missing.BLOCKED: "block us",
    Missing.SILENT: "bring nothing",
    Missing.NOT_POLLED: "aren't polled",
    Missing.GAPPED: "have gaps",
}
"""How sources are missing, in words that fit after a number of them."""


def title(news: CoverageNews) -> str:
    """Return what heads a notice."""
    return "Sources are back" if news.over else "Sources are missing"


def line(news: CoverageNews, sources: Mapping[str, str]) -> str:
    """Return the notice. `sources` are the outlets' names by feed."""
    count = len(news.missing)
    names = [sources.get(feed, feed) for feed in news.missing]
    named, since = _named(names), _clock(news.since, news.at)
    if not news.over:
        one, kinds = news.of == 1, set(news.how)
        noun, what = ("source", "is missing") if one else ("sources", "are missing")
        if len(kinds) == 1:
            (kind,) = kinds
            what = kind.value if one else OF_SEVERAL[kind]
        elif kinds:
            named = _named([f"{name} {how}" for name, how in zip(names, news.how, strict=True)])
        return (
            f"{count} of {news.of} {noun} {what} since {since} UTC ({named}): "
            "stories of that time may be missing"
        )
    stories = "1 story" if news.caught_up == 1 else f"{news.caught_up:,} stories"
    caught = f"{stories} came since" if news.caught_up else "nothing had to be caught up"
    at = _clock(news.at, news.at)
    told = f"sources are back since {at} UTC ({named}, missing since {since} UTC): {caught}"
    if news.still:
        told += f"; still missing: {_named([sources.get(feed, feed) for feed in news.still])}"
    if news.gaps:
        lost = "; ".join(
            f"{sources.get(feed, feed)} {_window(gap, news.at)}" for feed, gap in news.gaps[:NAMED]
        )
        told += f". Stories may be missing for good: {lost} UTC"
    return told


def _named(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    rest = len(unique) - NAMED
    return ", ".join(unique[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _window(gap: Gap, now: datetime) -> str:
    return f"{_clock(gap.since, now)} to {_clock(gap.until, now)}"


def _clock(moment: datetime, now: datetime) -> str:
    """Return a time of day, with its date unless it is today's."""
    moment, now = moment.astimezone(UTC), now.astimezone(UTC)
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%d %b %H:%M}"
