"""Dates as feeds write them: in six languages, in zones without an offset, in Buddhist years.

What is read here is the text itself. feedparser's own reading comes second: it takes a zone that
it doesn't know for UTC and some Chinese dates for the first of the month. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from connectors.formats.date_words import (
    AFTER_NOON,
    BEFORE_NOON,
    COUNTRY_HOURS,
    COUNTRY_ZONES,
    MONTH_FIRST,
    MONTHS,
    VIETNAMESE,
    ZONES,
    one_of,
    written,
)

LONGEST = 200
"""Characters of a date that are looked at."""
FIRST_YEAR = 1990
"""No news is older: what is are the dates that programs write when they have none."""
BUDDHIST = 543
MOST_AHEAD = 15
"""Hours that a zone can be from UTC, and one more."""
CLAMPED = "future date clamped"
UNREADABLE = "date unreadable"
ZONE_ASSUMED = "zone assumed"
ORDER_ASSUMED = "day first assumed"

_STAMP = re.compile(r"\d{10}(?:\d{3})?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)\s*[日号號일]?"
)
_YEAR_LAST = re.compile(r"(?<![\d:])(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)(?![\d:])")
_TIME = re.compile(
    r"(?<![\d+:-])(\d{1,2})\s*(?::|h|g|\.|時|时|点|點|시|giờ|ម៉ោង)\s*(\d{1,2})(?!\d)"
    r"(?:\s*[:.分분]\s*(\d{1,2})(?!\d))?(?:[.,]\d+)?\s*[分分秒초]?"
)
_HALF = re.compile(rf"(?:({one_of(BEFORE_NOON)})|({one_of(AFTER_NOON)}))\.?")
_OFFSET = re.compile(r"(?:utc|gmt|(?<=[\d\s:z]))\s*([+-])\s*(\d{1,2})(?::?(\d\d))?(?!\d)")
# What was `+07:00` in an address: there a plus is a space.
_LOST_PLUS = re.compile(r"(?<=\d:\d\d)((?::\d\d)(?:[.,]\d+)?)\s(0\d|1[0-4])(:?)(00|15|30|45)\s*$")
_PLACE = re.compile(r"[a-z]+/[a-z_]+(?:/[a-z_]+)?")
_ZULU = re.compile(r"(?<=\d)z\b")
_ZONE = re.compile(one_of(tuple(ZONES) + tuple(name for name, _ in COUNTRY_ZONES)))
_MONTH = re.compile(rf"({one_of(MONTHS)})\.?|tháng\s*(\d{{1,2}}|{one_of(VIETNAMESE)})")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class DateReading:
    """When something was, in UTC, as far as its date tells; `flags` say what was done to it."""

    moment: datetime | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Context:
    """What helps to read the dates of a feed: now, and whose dates they are."""

    now: datetime
    language: str | None = None
    country: str | None = None

    @property
    def month_first(self) -> bool:
        """Whether 11/12 is in November here: where the country says so, or English alone."""
        return self.country in MONTH_FIRST if self.country else self.language == "en"


class _NoSuchDayError(ValueError):
    """What is written is a day that can't be: there is nothing else to be made of it."""


def read(raw: str | None, parsed: datetime | None, context: Context) -> DateReading:
    """Return the moment that a date means, never later than now; `parsed` is feedparser's."""
    dated = told(raw, parsed, context)
    if dated.moment is not None and dated.moment > context.now:
        return DateReading(context.now, (*dated.flags, CLAMPED))
    return dated


def told(raw: str | None, parsed: datetime | None, context: Context) -> DateReading:
    """Return the moment that a date means, be it to come."""
    if parsed is not None and parsed.year < FIRST_YEAR:
        parsed = None
    if not raw or not raw.strip():
        return DateReading(parsed)
    text = written(raw[:LONGEST])
    dated = _read(text, context)
    if dated is None and parsed is not None and _tells_day(text, parsed):
        dated = DateReading(parsed)
    return dated or DateReading(None, (UNREADABLE,))


def _read(text: str, context: Context) -> DateReading | None:
    """Read a date part by part; `None` when it isn't one, or is none that exists."""
    if _STAMP.fullmatch(text.strip()):
        moment = datetime.fromtimestamp(int(text.strip()[:10]), UTC)
        return (
            DateReading(moment) if moment.year >= FIRST_YEAR else DateReading(None, (UNREADABLE,))
        )
    flags: list[str] = []
    text = _LOST_PLUS.sub(r"\1 +\2\4", _ZULU.sub(" utc", text))
    try:
        day, text = _day(text, context, flags)
        clock, text = _clock(text)
        hours, text = _zone(text, context, day + clock)
        if hours is None:
            hours = COUNTRY_HOURS.get(context.country or "", 0.0)
            flags += [ZONE_ASSUMED] if clock else []
        moment = (day + clock).replace(tzinfo=timezone(timedelta(hours=hours)))
        moment = moment.astimezone(UTC)
    except (_NoSuchDayError, OverflowError):
        return DateReading(None, (UNREADABLE,))
    except ValueError:
        return None
    if moment.year < FIRST_YEAR:
        return DateReading(None, (UNREADABLE,))
    return None if _NUMBER.search(text) else DateReading(moment, tuple(flags))


def _day(text: str, context: Context, flags: list[str]) -> tuple[datetime, str]:
    """Return the day, and the text without it. Raises `ValueError`."""
    if match := _COMPACT.search(text):
        year, month, day, *clock = match.groups()
        left = " ".join(("t", ":".join(part for part in clock if part)))
        return _date(int(year), int(month), int(day)), _without(text, match, left)
    if match := _YEAR_FIRST.search(text):
        year, month, day = match.groups()
        return _date(int(year), int(month), int(day)), _without(text, match, " ")
    if match := _YEAR_LAST.search(text):
        first, second, year = int(match[1]), int(match[3]), match[4]
        if len(year) < 4 and match[2] == "-":  # could as well begin with the year
            raise ValueError(text)
        return _ordered(first, second, _year(year), context, flags), _without(text, match, " ")
    return _named(text)


def _ordered(first: int, second: int, year: int, context: Context, flags: list[str]) -> datetime:
    """Tell day from month: by what they can be, by who writes, by what has been."""
    if first > 12 or second > 12:
        return _date(year, min(first, second), max(first, second))
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if first == second or context.month_first:
        return month_first
    soon = context.now.replace(tzinfo=None) + timedelta(days=1)
    if month_first <= soon < day_first:
        return month_first
    if context.language is None and context.country is None:
        flags.append(ORDER_ASSUMED)
    return day_first


def _named(text: str) -> tuple[datetime, str]:
    """Read a day whose month is a word."""
    months = list(_MONTH.finditer(text))
    if len(months) > 1 and months[0][1] == "mar":  # mardi
        months = months[1:]
    if not months:
        raise ValueError(text)
    match = months[0]
    month = _month(match)
    blank = text[: match.start()] + "|" + text[match.end() :]
    spots = list(_day_and_year(blank))
    years = [spot for spot in spots if len(spot[0]) == 4]
    if len(spots) != 2 or len(years) > 1:
        raise ValueError(text)
    year = years[0] if years else spots[-1]
    day = spots[0] if year is spots[1] else spots[1]
    thai = match[0][0] >= "\u0e00"
    for spot in sorted((day, year), key=lambda one: -one[1]):
        blank = blank[: spot[1]] + " " * len(spot[0]) + blank[spot[1] + len(spot[0]) :]
    return _date(_year(year[0], thai=thai), month, int(day[0])), blank


def _month(match: re.Match[str]) -> int:
    if match[1]:
        return MONTHS[match[1]]
    return int(match[2]) if match[2].isdecimal() else VIETNAMESE[match[2]]


def _day_and_year(text: str) -> Iterator[tuple[str, int]]:
    """Return the numbers that can be a day or a year, with their places: none of a time or zone."""
    rest = _OFFSET.sub(lambda match: " " * len(match[0]), text)
    rest = _TIME.sub(lambda match: " " * len(match[0]), rest)
    for match in _NUMBER.finditer(rest):
        yield match[0], match.start()


def _year(digits: str, *, thai: bool = False) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    if thai:
        return year + 2500
    return year + (2000 if year < 90 else 1900)


def _date(year: int, month: int, day: int) -> datetime:
    if year > 2400:
        year -= BUDDHIST
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - its zone is read later
    except ValueError:
        raise _NoSuchDayError(f"{year}-{month}-{day}") from None


def _clock(text: str) -> tuple[timedelta, str]:
    """Return the time of day, and the text without it."""
    match = _TIME.search(text)
    if match is None:
        return timedelta(), text
    hour, minute, second = (int(part or 0) for part in match.groups())
    text = _without(text, match, " ")
    if half := _HALF.search(text):
        hour = hour % 12 + (12 if half[2] else 0) if hour <= 12 else hour
        text = _without(text, half, " ")
    if hour > 24 or minute > 59 or second > 61:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59)), text


def _zone(text: str, context: Context, local: datetime) -> tuple[float | None, str]:
    """Return the hours ahead of UTC, `None` when no zone is given, and the text without it."""
    if match := _OFFSET.search(text):
        ahead = int(match[2]) + int(match[3] or 0) / 60
        if ahead > MOST_AHEAD:
            raise ValueError(text)
        return (ahead if match[1] == "+" else -ahead), _without(text, match, " ")
    hours: float | None
    if match := _PLACE.search(text):
        hours = _hours_in(match[0], local)
        if hours is not None:
            return hours, _without(text, match, " ")
    if match := _ZONE.search(text):
        name = match[0]
        hours = COUNTRY_ZONES.get((name, context.country or ""), ZONES.get(name))
        return hours, _without(text, match, " ")
    return None, text


def _hours_in(place: str, local: datetime) -> float | None:
    area, _, town = place.partition("/")
    try:
        zone = ZoneInfo(f"{area.title()}/{town.title()}")
    except (KeyError, ValueError, OSError):
        return None
    offset = local.replace(tzinfo=zone).utcoffset()
    return None if offset is None else offset.total_seconds() / 3600


def _without(text: str, match: re.Match[str], instead: str) -> str:
    return text[: match.start()] + instead + text[match.end() :]


def _tells_day(text: str, parsed: datetime) -> bool:
    """Say whether the day that feedparser found, give or take a zone, stands in the text."""
    numbers = {int(digits) for digits in _NUMBER.findall(text)}
    days = {(parsed + timedelta(days=shift)).day for shift in (-1, 0, 1)}
    return len(numbers) < 3 or not days.isdisjoint(numbers)
