"""A coverage notice in one line, in the language of who gets it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from gettext import NullTranslations

from babel.dates import format_datetime
from babel.numbers import format_decimal

from connectors.delivery.coverage.decision import CoverageNews
from connectors.delivery.coverage.sources import Missing
from connectors.delivery.frame.catalogue import ENGLISH, translations
from connectors.delivery.frame.labels import listed
from streams.model.feed_health import Gap

NAMED = 4
"""Sources that are named; the others are counted."""


def title(news: CoverageNews, language: str = ENGLISH) -> str:
    """Return what heads a notice."""
    _ = translations(language).gettext
    return _("Sources are back") if news.over else _("Sources are missing")


def line(news: CoverageNews, sources: Mapping[str, str], language: str = ENGLISH) -> str:
    """Return the notice. `sources` are the outlets' names by feed."""
    said = translations(language)
    names = [sources.get(feed, feed) for feed in news.missing]
    since = _clock(news.since, news.at, language)
    if news.over:
        return _over(news, names, sources, since, language)
    kinds = set(news.how)
    many = _how_many(next(iter(kinds)) if len(kinds) == 1 else None, news.of, said)
    if len(kinds) > 1:
        names = [_how(name, how, said) for name, how in zip(names, news.how, strict=True)]
    return said.gettext(
        "{sources} since {since} UTC ({named}): stories of that time may be missing"
    ).format(
        sources=many.format(count=len(news.missing), all=news.of),
        since=since,
        named=_named(names, language),
    )


def _over(
    news: CoverageNews, names: Sequence[str], sources: Mapping[str, str], since: str, language: str
) -> str:
    said = translations(language)
    _ = said.gettext
    caught = _("nothing had to be caught up")
    if news.caught_up:
        caught = said.ngettext(
            "{count} story came since", "{count} stories came since", news.caught_up
        ).format(count=format_decimal(news.caught_up, locale=language))
    told = _(
        "sources are back since {at} UTC ({named}, missing since {since} UTC): {caught_up}"
    ).format(
        at=_clock(news.at, news.at, language),
        named=_named(names, language),
        since=since,
        caught_up=caught,
    )
    if news.still:
        still = _named([sources.get(feed, feed) for feed in news.still], language)
        told += _("; still missing: {named}").format(named=still)
    if news.gaps:
        lost = "; ".join(
            f"{sources.get(feed, feed)} {_window(gap, news.at, language)}"
            for feed, gap in news.gaps[:NAMED]
        )
        told += _(". Stories may be missing for good: {named} UTC").format(named=lost)
    return told


def _how_many(how: Missing | None, count: int, said: NullTranslations) -> str:
    """Return how many sources of `count` are missing, and how if it is the same for all."""
    match how:
        case Missing.UNREADABLE:
            return said.ngettext(
                "{count} of {all} source can't be read",
                "{count} of {all} sources can't be read",
                count,
            )
        case Missing.BLOCKED:
            return said.ngettext(
                "{count} of {all} source blocks us", "{count} of {all} sources block us", count
            )
        case Missing.SILENT:
            return said.ngettext(
                "{count} of {all} source brings nothing",
                "{count} of {all} sources bring nothing",
                count,
            )
        case Missing.NOT_POLLED:
            return said.ngettext(
                "{count} of {all} source isn't polled",
                "{count} of {all} sources aren't polled",
                count,
            )
        case Missing.GAPPED:
            return said.ngettext(
                "{count} of {all} source has a gap", "{count} of {all} sources have gaps", count
            )
        case None:
            return said.ngettext(
                "{count} of {all} source is missing", "{count} of {all} sources are missing", count
            )


def _how(source: str, how: Missing, said: NullTranslations) -> str:
    """Return how one source is missing."""
    _ = said.gettext
    match how:
        case Missing.UNREADABLE:
            text = _("{source} can't be read")
        case Missing.BLOCKED:
            text = _("{source} blocks us")
        case Missing.SILENT:
            text = _("{source} brings nothing")
        case Missing.NOT_POLLED:
            text = _("{source} isn't polled")
        case Missing.GAPPED:
            text = _("{source} has a gap")
    return text.format(source=source)


def _named(names: Sequence[str], language: str) -> str:
    return listed(list(dict.fromkeys(names)), NAMED, language)


def _window(gap: Gap, now: datetime, language: str) -> str:
    since, until = _clock(gap.since, now, language), _clock(gap.until, now, language)
    return translations(language).gettext("{since} to {until}").format(since=since, until=until)


def _clock(moment: datetime, now: datetime, language: str) -> str:
    """Return a time of day, with its date unless it is today's."""
    moment, now = moment.astimezone(UTC), now.astimezone(UTC)
    how = "HH:mm" if moment.date() == now.date() else "dd MMM HH:mm"
    return format_datetime(moment, how, locale=language)
