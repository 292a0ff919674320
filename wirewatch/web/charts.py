"""Where the parts of a chart stand: a template draws them as SVG. Pure.

All lengths are in the units of the chart's view box, which a browser scales to the width it has.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

WIDTH: Final = 720.0
HEIGHT: Final = 180.0
LEFT: Final = 36.0
"""Room for half of the first date."""
RIGHT: Final = 44.0
"""Room for the numbers of the vertical axis: beside the newest bars, which a phone shows ..."""
TOP: Final = 12.0
BOTTOM: Final = 26.0
"""... and for the dates of the horizontal one."""
GAP: Final = 0.2
"""The share of a bar's place that is left free: bars touch no neighbour."""
LEAST_BAR: Final = 1.5
"""The height of a bar that isn't nothing: one of a thousand can be seen."""
LINES: Final = 4
"""Lines across the chart, at most, above that of zero."""
DATES: Final = 6
"""Dates below it, at most: more would run into each other on a phone."""
DAY: Final = timedelta(days=1)


class Count(NamedTuple):
    """How many there were in the time from `start` on.

    `marked`: it stands out. `note` says more of it, `link` leads to what was counted.
    """

    start: datetime
    value: int
    marked: bool = False
    note: str = ""
    link: str = ""


class ChartBar(NamedTuple):
    """A bar: its place, and the count that it shows. `label` is its time in words."""

    x: float
    y: float
    width: float
    height: float
    label: str
    shows: Count


class AxisTick(NamedTuple):
    """A label of an axis, and where along the axis it stands."""

    at: float
    label: str


class Frame(NamedTuple):
    """Where in a chart the bars may stand: from `left` to `right`, from `top` to the `ground`."""

    width: float
    height: float
    left: float
    right: float
    top: float
    ground: float


PLOT: Final = Frame(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
SPARK: Final = Frame(98.0, 22.0, 0.0, 98.0, 0.0, 22.0)
"""A chart in a row of a table, as high as a line of text."""


class BarChart(NamedTuple):
    """A chart of counts over time; one without `lines` and `dates` has no axes."""

    frame: Frame
    bars: tuple[ChartBar, ...]
    lines: tuple[AxisTick, ...] = ()
    dates: tuple[AxisTick, ...] = ()


def bar_chart(counts: Sequence[Count], step: timedelta) -> BarChart:
    """Lay out counts of times that follow each other, each as long as `step`."""
    lines = axis(max((one.value for one in counts), default=0))
    bars = _bars(PLOT, counts, step, lines[-1])
    every = max(1, math.ceil(len(bars) / DATES))
    return BarChart(
        frame=PLOT,
        bars=bars,
        lines=tuple(AxisTick(_up(PLOT, value, lines[-1]), f"{value:,}") for value in lines),
        dates=tuple(AxisTick(round(bar.x + bar.width / 2, 2), bar.label) for bar in bars[::every]),
    )


def spark_chart(counts: Sequence[Count], step: timedelta) -> BarChart:
    """Lay out the same as small as a word, without axes."""
    most = max((one.value for one in counts), default=0)
    return BarChart(SPARK, _bars(SPARK, counts, step, most))


def _bars(
    frame: Frame, counts: Sequence[Count], step: timedelta, most: int
) -> tuple[ChartBar, ...]:
    place = (frame.right - frame.left) / max(1, len(counts))
    return tuple(
        ChartBar(
            x=round(frame.left + (number + GAP / 2) * place, 2),
            y=round(frame.ground - (high := _height(frame, count.value, most)), 2),
            width=round(place * (1 - GAP), 2),
            height=round(high, 2),
            label=time_label(count.start, step),
            shows=count,
        )
        for number, count in enumerate(counts)
    )


def _height(frame: Frame, value: int, most: int) -> float:
    return max(LEAST_BAR, value / most * (frame.ground - frame.top)) if value else 0.0


def _up(frame: Frame, value: int, most: int) -> float:
    return round(frame.ground - value / most * (frame.ground - frame.top), 2)


def axis(most: int) -> tuple[int, ...]:
    """Return whole numbers for an axis, from 0 to one that is `most` or more, evenly apart.

    They are as people count: 1, 2 or 5 with noughts apart.
    """
    rough = max(1.0, most / LINES)
    power = 10 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    return tuple(range(0, max(1, math.ceil(most / step)) * step + 1, step))


def time_label(start: datetime, step: timedelta) -> str:
    """Return when a time began, as exactly as its length asks for."""
    return f"{start:%-d %b}" if step >= DAY else f"{start:%-d %b %H:%M}"


def shade(value: float, most: float, shades: int) -> int:
    """Return which of so many shades shows a number: 0 for none, the last for `most`.

    By its logarithm: what one pair has is often a hundred times what another has.
    """
    if value <= 0 or most <= 0:
        return 0
    return max(1, min(shades, math.ceil(math.log1p(value) / math.log1p(most) * shades)))
