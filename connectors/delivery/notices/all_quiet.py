"""A line a day that all is well, for those who want one: no news is then news. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from connectors.delivery.frame.catalogue import ENGLISH, translations
from connectors.delivery.notices.queue import ServiceNotice
from streams.model.story import digest

LATE = timedelta(hours=1)
"""How long after its time a line is still sent: who starts in the evening wants no morning's."""


def due(at: int, time_zone: str, now: datetime) -> str | None:
    """Return the local day whose line is to be sent now; `None` outside of its hour.

    `at` is in minutes after local midnight.
    """
    local = now.astimezone(ZoneInfo(time_zone))
    for day in (local.date(), local.date() - timedelta(days=1)):
        begin = datetime(day.year, day.month, day.day, at // 60, at % 60, tzinfo=local.tzinfo)
        if timedelta(0) <= now - begin < LATE:
            return day.isoformat()
    return None


def of_day(
    subscriber: str,
    day: str,
    sources: Iterable[str],
    missing: Collection[str],
    alerts: int,
    language: str = ENGLISH,
) -> ServiceNotice:
    """Return the line of a day: `alerts` were opened for the subscriber in the day before."""
    count = len(set(sources))
    healthy = count - len(set(missing))
    is_quiet = not missing and not alerts
    said = translations(language)
    line = said.gettext("{healthy} of {all} sources healthy, {alerts} in the last day").format(
        healthy=healthy,
        all=count,
        alerts=said.ngettext("{count} alert", "{count} alerts", alerts).format(
            count=format_decimal(alerts, locale=language)
        ),
    )
    return ServiceNotice(
        id=digest(("all-quiet", subscriber, day)),
        title=said.gettext("All quiet") if is_quiet else said.gettext("The last day"),
        note=said.gettext("all quiet: {line}").format(line=line) if is_quiet else line,
    )
