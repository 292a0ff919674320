"""Which days of a timeline are spikes, each judged against the timeline's own past. Pure.

A day is a spike if, by the days before it, fewer than one in `RARE` days would have as many
stories, and if it has at least `FEWEST` of them and `TIMES` what is expected. What is expected is
the mean of the last eight weeks, or of the last two if that is higher, times what such a weekday
usually has of that. How far days stray from it is measured too: a pair that is always restless
needs more than one that is calm. Stories that know nothing of each other stray as Poisson's law
says; news comes in bunches, which the negative binomial law allows for.

The highest days of the past, one in `HIGH`, count no more than the next below: so an earlier spike
neither hides the next nor makes the calm look restless. A day that isn't over is judged as it
stands: it can only gain.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, islice

import msgspec

from streams.model.timestamps import Time
from wirewatch.archive.count_rows import Bucket

RARE = 10_000
FEWEST = 5
TIMES = 2.0
PAST = 56
"""Days that a day is judged by, at most."""
LEAST_PAST = 14
"""Days without which nothing can be said."""
LEAST_KEPT = LEAST_PAST + 2
"""Days that must be kept to judge each day: the first kept isn't whole, and today isn't over."""
WEEK = 7
RECENT = 14
"""Days whose mean is what is expected if it is higher: what grows by and by is no spike."""
HIGH = 28
"""One in so many days of the past is cut to the next below."""
CALMEST = 0.1
"""The least that is taken for the spread beyond chance: weeks of calm promise no more calm."""
_DAY = timedelta(days=1)
BY_CHANCE = 1e-6
"""As good as no spread beyond chance."""
SAME_WEEKDAYS = 4.0
"""Weeks of a weekday that weigh as much as the assumption that all weekdays are alike."""
MIDDLE = 0.8
"""The share of days that is called usual."""


class Spike(msgspec.Struct, frozen=True, kw_only=True):
    """A day with many more stories than its past lets expect."""

    at: Time
    stories: int
    expected: float


def spikes(days: Sequence[Bucket], judged: int, looked: datetime) -> tuple[Spike, ...]:
    """Return the spikes among the last days of a timeline; the ones before are their past.

    The past begins with the first whole day since somebody `looked`: what a feed held already when
    it was first polled tells of earlier days, but only little.
    """
    counts = [one.stories for one in days]
    begun = next((number for number, day in enumerate(days) if day.at >= looked), len(days))
    found = []
    for number in range(max(len(days) - judged, begun), len(days)):
        past = counts[begun:number]
        if (expected := spike_over(past, counts[number])) is not None:
            found.append(Spike(at=days[number].at, stories=counts[number], expected=expected))
    return tuple(found)


def judged_from(looked: datetime) -> datetime:
    """Return the first day that can be a spike, where somebody has `looked` since a time."""
    day = looked.replace(hour=0, minute=0, second=0, microsecond=0)
    whole = day if day == looked else day + _DAY
    return whole + LEAST_PAST * _DAY


def kept_too_short(keep_days: int) -> str:
    """Return why days can't be judged where stories are kept for so many (0: no end), and the cure.

    It is empty where they can.
    """
    if not 0 < keep_days < LEAST_KEPT:
        return ""
    return (
        f"no spike can be called with keep_days = {keep_days} under [archive] in wirewatch.toml: a"
        f" day is judged by the {LEAST_PAST} days before it at least. Set it to {LEAST_KEPT} or"
        f" more ({PAST + LEAST_KEPT - LEAST_PAST} for all {PAST} days that are looked at), or to 0"
        " for no end"
    )


def spike_over(past: Sequence[int], count: int) -> float | None:
    """Return what was to be expected of a day, if so many stories are a spike; else nothing.

    `past` are the days right before it, the last one last.
    """
    past = past[-PAST:]
    if len(past) < LEAST_PAST or count < FEWEST:
        return None
    days = _without_highest(past)
    expected, spread = _level(days), max(_spread(days), CALMEST)
    if count < TIMES * expected or chance_of(count, expected, spread) * RARE >= 1:
        return None
    return expected


def _level(days: Sequence[int]) -> float:
    """Return the stories to expect of the next day."""
    mean = sum(days) / len(days)
    # One more story than there were: of a pair never seen, the first five are a spike all the same.
    recent = sum(days[-RECENT:]) / len(days[-RECENT:])
    return max(mean, recent) * _factor(days, mean, 0) + 1 / len(days)


def _spread(days: Sequence[int]) -> float:
    """Return how far days stray beyond chance.

    It is the squared coefficient of variation that Poisson's law doesn't explain.
    """
    mean = sum(days) / len(days)
    factors = [_factor(days, mean, weekday) for weekday in range(WEEK)]
    shaped = [mean * factors[(len(days) - place) % WEEK] for place in range(len(days))]
    strays = sum((day - usual) ** 2 - usual for day, usual in zip(days, shaped, strict=True))
    squares = sum(usual**2 for usual in shaped)
    return max(strays / squares if squares else 0.0, BY_CHANCE)


def _without_highest(past: Sequence[int]) -> list[int]:
    ordered = sorted(past)
    cut = ordered[-1 - len(past) // HIGH]
    return [min(count, cut) for count in past]


def _factor(days: Sequence[int], mean: float, back: int) -> float:
    """Return the share of the mean that a weekday has, drawn to 1 the fewer weeks there are.

    `back` counts from the day to be judged: 0 are the days of its own weekday.
    """
    same = days[len(days) - (back or WEEK) :: -WEEK]
    if not mean:
        return 1.0
    return (sum(same) / mean + SAME_WEEKDAYS) / (len(same) + SAME_WEEKDAYS)


def usual_range(past: Sequence[int]) -> tuple[int, int]:
    """Return between how many stories the middle `MIDDLE` of such days have, by the days before.

    `past` are the days right before one, the last one last.
    """
    days = _without_highest(past[-PAST:])
    chances = partial(_chances, _level(days), _spread(days))
    edge = (1 - MIDDLE) / 2
    return _quantile(edge, chances()), _quantile(1 - edge, chances())


def _quantile(share: float, chances: Iterable[float]) -> int:
    """Return how many stories at least such a share of days don't exceed."""
    return next(number for number, sum_ in enumerate(accumulate(chances)) if sum_ >= share)


def chance_of(count: int, expected: float, spread: float) -> float:
    """Return how likely a day is that has as many stories, or more: negative binomial."""
    return max(1 - sum(islice(_chances(expected, spread), count)), 0.0)


def _chances(expected: float, spread: float) -> Iterator[float]:
    """Return how likely a day of no story is, of one, of two, and so on."""
    size = 1 / spread
    share = size / (size + expected)
    for number in itertools.count():
        yield math.exp(
            math.lgamma(number + size)
            - math.lgamma(size)
            - math.lgamma(number + 1)
            + size * math.log(share)
            + number * math.log1p(-share)
        )
