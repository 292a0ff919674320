"""Spikes in a timeline: on simulated weeks, and by the archive's own counts."""

import math
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from benchmarks.archive.spikes import BUNCHING, LEVELS, SHAPES, rates
from tests.support.archived import archive
from tests.support.samples import NOON, sample_story, sample_tagged
from wirewatch.archive import queries
from wirewatch.archive.count_rows import Bucket
from wirewatch.archive.counting import Counted
from wirewatch.archive.spikes import LEAST_PAST, PAST, chance_of, spike_over, spikes
from wirewatch.archive.timelines import spikes_of

DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)
PAIRS = 15
ALWAYS = MIDNIGHT


def buckets(*counts: int) -> list[Bucket]:
    return [Bucket(at=MIDNIGHT + n * DAY, stories=count) for n, count in enumerate(counts)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_on_simulated_weeks_few_days_are_spikes_and_most_true_ones_are_found(
    shape: Callable[[int], float],
) -> None:
    chance = random.Random(7)
    every = [
        rates(level, bunching, shape, PAIRS, chance) for level in LEVELS for bunching in BUNCHING
    ]
    false, found = (sum(column) / len(every) for column in zip(*every, strict=True))
    assert false <= 0.15, "of a pair in four weeks"
    assert found >= 0.5


@pytest.mark.parametrize("calm", [0, 1, 4])
def test_after_calm_weeks_many_stories_are_a_spike(calm: int) -> None:
    expected = spike_over([calm] * 28, 30)
    assert expected is not None
    assert abs(expected - calm) < 0.5


def test_the_busy_weekday_is_no_spike_and_as_much_on_a_quiet_one_is() -> None:
    weeks = [2, 2, 2, 2, 2, 2, 20] * 8
    assert spike_over(weeks[:-1], 20) is None
    assert spike_over(weeks, 20) is not None


def test_a_spike_neither_hides_the_next_nor_goes_on_for_ever() -> None:
    past = [3] * 40
    for _ in range(2):
        assert spike_over(past, 40) is not None
        past.append(40)
    assert spike_over(past + [40] * 20, 40) is None, "that is usual by now"


def test_what_grows_by_and_by_is_no_spike() -> None:
    days = [round(4 * 1.03**day) for day in range(PAST + 30)]
    assert not spikes(buckets(*days), 30, ALWAYS)


@pytest.mark.parametrize("count", [0, 4])
def test_few_stories_are_no_spike_however_calm_it_was(count: int) -> None:
    assert spike_over([0] * 50, count) is None


def test_without_two_weeks_of_past_nothing_is_said() -> None:
    assert spike_over([1] * (LEAST_PAST - 1), 500) is None
    assert spike_over([1] * LEAST_PAST, 500) is not None
    young = buckets(*[0] * 40, *[3] * (LEAST_PAST - 1), 500)
    assert spikes(young, 30, young[40].at) == (), "the days before anybody looked don't count"
    assert spikes(young, 1, young[10].at) != ()


def test_a_timeline_that_begins_is_a_spike_if_somebody_had_looked_before() -> None:
    new = buckets(*[0] * 40, 8)
    assert [one.stories for one in spikes(new, 5, new[20].at)] == [8]
    assert spikes(new, 5, new[35].at) == ()


def test_only_the_last_days_are_judged_and_each_by_the_days_before_it() -> None:
    days = buckets(*[1] * 20, 30, *[1] * 20, 40, 1)
    assert [one.stories for one in spikes(days, 10, ALWAYS)] == [40]
    (first, last) = spikes(days, 30, ALWAYS)
    assert (first.at, first.stories) == (days[20].at, 30)
    assert (last.at, last.stories) == (days[41].at, 40)


@pytest.mark.parametrize(("count", "expected"), [(0, 3.0), (3, 0.5), (60, 20.0)])
def test_with_next_to_no_spread_the_chance_is_that_of_poissons_law(
    count: int, expected: float
) -> None:
    fewer = sum(
        math.exp(-expected) * expected**number / math.factorial(number) for number in range(count)
    )
    assert chance_of(count, expected, 1e-6) == pytest.approx(1 - fewer, abs=1e-4)


def test_the_spikes_of_all_pairs_are_found_by_their_own_counts(tmp_path: Path) -> None:
    def told(name: str, days: int) -> object:
        seen = {"first_seen": MIDNIGHT - days * DAY}
        return sample_tagged(msgspec.structs.replace(sample_story(name), **seen))

    records = [told(f"{day}", day) for day in range(1, 40)]
    records += [told(f"burst {n}", 2) for n in range(20)]
    archive(tmp_path, records)  # type: ignore[arg-type] # all are records
    with queries.reading(tmp_path) as db:
        found = spikes_of(db, Counted.PAIR, MIDNIGHT - 7 * DAY, MIDNIGHT)
        before = spikes_of(db, Counted.PAIR, MIDNIGHT - 20 * DAY, MIDNIGHT - 7 * DAY)
    assert list(found) == ["KH-US"]
    assert [(one.at, one.stories) for one in found["KH-US"]] == [(MIDNIGHT - 2 * DAY, 21)]
    assert before == {}
