"""What a subscriber wants to hear and when, as `subscribers.toml` has it: with times as texts."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.delivery.frame.catalogue import LANGUAGES
from connectors.delivery.routing.preferences import DAY, QuietHours, Weekday
from streams.model.alert import Kind
from wirewatch.config.check import CheckedSection, Rule
from wirewatch.config.wording import choose, shown

TEXTS: Mapping[str, object] = MappingProxyType(
    {
        **dict.fromkeys(("quiet_hours", "digest_at", "digest_day"), str),
        **dict.fromkeys(("group_wait", "cooldown", "flap_wait", "repeat_interval"), str),
    }
)
"""The keys that are written as texts, whatever they become."""
DURATION = re.compile(r"(\d{1,6})([smhdw])")
UNITS: Mapping[str, float] = MappingProxyType(
    {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": DAY, "w": 7 * DAY}
)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
LONGEST_GROUP_WAIT = 3_600.0
LONGEST_COOLDOWN = 7 * DAY
SHORTEST_REPEAT = 60.0


def duration(text: str) -> float:
    """Take a length of time; gives seconds."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{shown(text)} is not a valid duration (30s, 15m, 12h, 7d)")
    return int(found[1]) * UNITS[found[2]]


def clock_time(text: str) -> int:
    """Take a time of day; gives minutes after midnight."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{shown(text)} is not a time of day: write it like 07:30")
    return int(found[1]) * 60 + int(found[2])


def quiet_hours(text: str) -> QuietHours:
    """Take from when to when nothing is sent."""
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{shown(text)} is not from when to when: write it like 22:00-07:00")
    hours = QuietHours(clock_time(start), clock_time(end))
    if hours.start == hours.end:
        raise ValueError("it ends when it begins: use `subscribers pause` to send nothing")
    return hours


def weekday(text: str) -> Weekday:
    """Take a day of the week."""
    names = [day.name.lower() for day in Weekday]
    choose(text.lower(), names)
    return Weekday[text.upper()]


def time_zone(text: str) -> str:
    """Take the name of a time zone."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{shown(text)} is no time zone, such as Asia/Phnom_Penh") from None
    return text


def event_kind(kind: Kind) -> Kind:
    """Take a kind of event that subscribers get."""
    if kind is Kind.JOINED:
        raise ValueError(f'"{kind}" is sent to nobody: it brings nothing new')
    return kind


def cap(value: int) -> int:
    """Take how many messages an hour may bring."""
    if value >= 1:
        return value
    raise ValueError(f"{value} is less than 1: use `subscribers pause` to send nothing")


def group_wait(text: str) -> float:
    """Take how long alerts are collected for one message."""
    return _at_most(text, LONGEST_GROUP_WAIT, "an hour: use digest for more")


def cooldown(text: str) -> float:
    """Take how long a watch is quiet after a message."""
    return _at_most(text, LONGEST_COOLDOWN, "a week")


def repeat_interval(text: str) -> float:
    """Take after how long an open critical alert is told once more."""
    seconds = duration(text)
    if seconds < SHORTEST_REPEAT:
        raise ValueError(f"{shown(text)} is less than a minute")
    return seconds


def _at_most(text: str, most: float, words: str) -> float:
    seconds = duration(text)
    if seconds > most:
        raise ValueError(f"{shown(text)} is more than {words}")
    return seconds


def language(text: str) -> str:
    """Take the language of what stands around the stories."""
    choose(text, LANGUAGES)
    return text


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "events": event_kind,
        "time_zone": time_zone,
        "quiet_hours": quiet_hours,
        "digest_at": clock_time,
        "digest_day": weekday,
        "group_wait": group_wait,
        "cooldown": cooldown,
        "flap_wait": duration,
        "repeat_interval": repeat_interval,
        "hourly_cap": cap,
        "language": language,
    }
)
"""What a value must look like, by its key."""
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"digest_at": ("daily", "weekly"), "digest_day": ("weekly",)}
)
"""Keys that say something only about some digests."""


def together(subscriber: CheckedSection) -> Iterator[tuple[str, str]]:
    """Find keys that say nothing without another one."""
    daily = {"digest_at", "time_zone"} if subscriber.values.get("all_quiet") else set()
    for key, periods in NEEDS.items():
        if key in daily:
            continue
        if key in subscriber.lines and subscriber.values.get("digest") not in periods:
            yield key, f"says nothing without digest = {' or '.join(map(shown, periods))}"
    is_used = daily or {"quiet_hours", "digest"} & subscriber.lines.keys()
    if "time_zone" in subscriber.lines and not is_used:
        yield "time_zone", "says nothing without quiet_hours or digest"
