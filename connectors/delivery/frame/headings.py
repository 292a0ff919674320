"""What heads a message of several events: why they come together, and how many they are."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from babel.dates import format_timedelta

from connectors.delivery.frame.catalogue import translations
from connectors.delivery.routing.preferences import HOUR, Period, Preferences
from connectors.delivery.routing.records import Held
from streams.model.alert import AlertEvent

DIGESTS: Mapping[Period, str] = MappingProxyType(
    {
        Period.HOURLY: "Hourly digest",
        Period.DAILY: "Daily digest",
        Period.WEEKLY: "Weekly digest",
    }
)


def heading(
    why: Held | None, events: Sequence[AlertEvent], preferences: Preferences
) -> tuple[str, str]:
    """Return title and note of a message, in the subscriber's language.

    Where the subscriber asks no more for what the events waited for, the message isn't that: it is
    headed by what it tells.
    """
    said = translations(preferences.language)
    count = len({event.alert for event in events})
    alerts = said.ngettext("{count} alert", "{count} alerts", count).format(count=count)
    titles = list(dict.fromkeys(event.title for event in events))
    if why is Held.DIGEST and preferences.digest is not None:
        return said.gettext(DIGESTS[preferences.digest]), alerts
    if why is Held.QUIET_HOURS:
        return said.gettext("From your quiet hours"), alerts
    if why is Held.HOURLY_CAP and (cap := preferences.hourly_cap) is not None:
        over = said.gettext("{alerts} over your cap of {cap} messages an hour")
        return said.gettext("Too many at once"), over.format(alerts=alerts, cap=cap)
    if why is Held.COOLDOWN and preferences.cooldown:
        return ", ".join(titles), _more(count, preferences)
    return (titles[0] if len(titles) == 1 else alerts), ("" if len(titles) > 1 else alerts)


def _more(count: int, preferences: Preferences) -> str:
    said = translations(preferences.language)
    if preferences.cooldown == HOUR:
        return said.ngettext(
            "{count} more in the last hour", "{count} more in the last hour", count
        ).format(count=count)
    length = format_timedelta(
        timedelta(seconds=preferences.cooldown), threshold=1.2, locale=preferences.language
    )
    return said.ngettext(
        "{count} more in the last {time}", "{count} more in the last {time}", count
    ).format(count=count, time=length)
