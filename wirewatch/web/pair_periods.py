"""The times that pairs are counted in, as an address asks for them. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from wirewatch.archive.counting import Step
from wirewatch.archive.queries import BadQuestionError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class ChartPeriod(NamedTuple):
    """A number of whole hours or days, of which the last isn't over. `words` say it."""

    words: str
    step: Step
    number: int

    @property
    def length(self) -> timedelta:
        """How long each hour or day is."""
        return HOUR if self.step is Step.HOUR else DAY

    def since(self, now: datetime) -> datetime:
        """Return when the first of them began."""
        begun = now.replace(minute=0, second=0, microsecond=0)
        if self.step is Step.DAY:
            begun = begun.replace(hour=0)
        return begun - (self.number - 1) * self.length

    def share(self, now: datetime) -> float:
        """Return which share of it is over."""
        return (now - self.since(now)) / (self.number * self.length)


OF_MATRIX: Mapping[str, ChartPeriod] = MappingProxyType(
    {
        "24h": ChartPeriod("24 hours", Step.HOUR, 24),
        "7d": ChartPeriod("7 days", Step.DAY, 7),
        "30d": ChartPeriod("30 days", Step.DAY, 30),
    }
)
OF_TIMELINES: Mapping[str, ChartPeriod] = MappingProxyType(
    {
        "48h": ChartPeriod("48 hours", Step.HOUR, 48),
        "30d": ChartPeriod("30 days", Step.DAY, 30),
        "90d": ChartPeriod("90 days", Step.DAY, 90),
    }
)


def chosen(asked: Mapping[str, str], name: str, known: Mapping[str, object], default: str) -> str:
    """Return what an address asks for of what there is. Raises `BadQuestionError`."""
    found = asked.get(name, "").strip() or default
    if found not in known:
        raise BadQuestionError(f"{name} is none of {', '.join(known)}")
    return found


def written(at: datetime, step: Step) -> str:
    """Return a time as the address of a search of stories has it."""
    return f"{at:%Y-%m-%d}" if step is Step.DAY else f"{at:%Y-%m-%dT%H:%M}"
