"""Charts can be read: whole numbers on even lines, bars in their place, dates that don't touch."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.web.charts import (
    DATES,
    LEAST_BAR,
    LINES,
    BarChart,
    Count,
    axis,
    bar_chart,
    shade,
    spark_chart,
)

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)


def chart(*values: int, step: timedelta = DAY) -> BarChart:
    return bar_chart([Count(START + step * n, value) for n, value in enumerate(values)], step)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (5, (0, 2, 4, 6)),
        (40, (0, 10, 20, 30, 40)),
        (41, (0, 20, 40, 60)),
        (7_000, (0, 2_000, 4_000, 6_000, 8_000)),
    ],
)
def test_an_axis_counts_as_people_do(most: int, expected: tuple[int, ...]) -> None:
    assert axis(most) == expected


@given(st.integers(0, 10**9))
def test_an_axis_holds_all_in_few_even_steps(most: int) -> None:
    lines = axis(most)
    assert lines[0] == 0
    assert lines[-1] >= most
    assert 2 <= len(lines) <= LINES + 1
    assert len({b - a for a, b in itertools.pairwise(lines)}) == 1


@given(st.lists(st.integers(0, 10**6), max_size=400))
def test_bars_stand_on_the_ground_within_the_chart_in_their_order(values: list[int]) -> None:
    drawn = chart(*values)
    assert [bar.shows.value for bar in drawn.bars] == values
    for bar in drawn.bars:
        assert bar.y + bar.height == pytest.approx(drawn.frame.ground, abs=0.02)
        assert drawn.frame.left <= bar.x
        assert bar.x + bar.width <= drawn.frame.right + 0.02
        assert bar.y >= drawn.frame.top - 0.02
    ends = [bar.x + bar.width for bar in drawn.bars]
    assert all(bar.x >= end for bar, end in zip(drawn.bars[1:], ends[:-1], strict=True))
    assert len(drawn.dates) <= DATES


def test_one_of_a_thousand_can_be_seen_and_nothing_has_no_bar() -> None:
    none, one, many = chart(0, 1, 1_000).bars
    assert none.height == 0
    assert one.height == LEAST_BAR
    assert many.height > 100


def test_the_heights_are_those_of_the_lines() -> None:
    drawn = chart(10, 40)
    lines = {line.label: line.at for line in drawn.lines}
    assert [bar.y for bar in drawn.bars] == [lines["10"], lines["40"]]


def test_a_time_is_told_as_exactly_as_its_length_asks_for() -> None:
    assert [date.label for date in chart(1, 2).dates] == ["1 Mar", "2 Mar"]
    hours = chart(1, 2, step=timedelta(hours=1))
    assert [date.label for date in hours.dates] == ["1 Mar 00:00", "1 Mar 01:00"]


def test_a_chart_of_nothing_has_axes() -> None:
    assert [line.label for line in chart().lines] == ["0", "1"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_is_never_a_lighter_shade(a: int, b: int) -> None:
    most = max(a, b)
    assert shade(min(a, b), most, 5) <= shade(most, most, 5) == (5 if most else 0)
    assert (shade(a, most, 5) == 0) is (a == 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_a_chart_as_small_as_a_word_shows_the_same_within_its_frame(values: list[int]) -> None:
    counts = [Count(START + DAY * n, value) for n, value in enumerate(values)]
    drawn = spark_chart(counts, DAY)
    assert [bar.shows.value for bar in drawn.bars] == values
    assert all(0 <= bar.y <= drawn.frame.ground for bar in drawn.bars)
    assert all((bar.height > 0) is (bar.shows.value > 0) for bar in drawn.bars)
    assert drawn.lines == drawn.dates == ()
