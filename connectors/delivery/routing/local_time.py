"""When a digest is due and quiet hours end, by a clock on the subscriber's wall.

Clocks are put forward and back: a time that doesn't exist on a day counts as the one an hour later,
one that comes twice as the first.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.delivery.routing.preferences import Period, Preferences

MINUTE = 60.0


def digest_due(preferences: Preferences, period: Period, after: float) -> float:
    """Return the first time of a digest that is later than `after`."""
    zone = ZoneInfo(preferences.time_zone)
    local = datetime.fromtimestamp(after, zone)
    if period is Period.HOURLY:
        into_hour = timedelta(
            minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        return after - into_hour.total_seconds() + 60 * MINUTE
    step = 1 if period is Period.DAILY else 7
    ahead = 0 if step == 1 else (preferences.digest_day - local.weekday()) % 7
    day = local.date() + timedelta(days=ahead)
    due = _at(day, preferences.digest_at, zone)
    return due if due > after else _at(day + timedelta(days=step), preferences.digest_at, zone)


def quiet_until(preferences: Preferences, now: float) -> float | None:
    """Return when the quiet hours end that it is `now` in; `None` outside of them."""
    quiet = preferences.quiet_hours
    if quiet is None:
        return None
    zone = ZoneInfo(preferences.time_zone)
    local = datetime.fromtimestamp(now, zone)
    minute = local.hour * 60 + local.minute
    over_midnight = quiet.end <= quiet.start
    if over_midnight:
        inside = minute >= quiet.start or minute < quiet.end
    else:
        inside = quiet.start <= minute < quiet.end
    if not inside:
        return None
    tomorrow = over_midnight and minute >= quiet.start
    day = local.date() + timedelta(days=int(tomorrow))
    ends = (_at(day, quiet.end, zone, fold) for fold in (0, 1))
    # Where the clock was put back past the end, that end has been: look again a minute later.
    return next((end for end in ends if end > now), now + MINUTE)


def _at(day: date, minute: int, zone: ZoneInfo, fold: int = 0) -> float:
    wall = datetime.combine(day, time(minute // 60, minute % 60, fold=fold), tzinfo=zone)
    return wall.timestamp()
