"""Coverage notices: told within a source's rhythm, once, and hardly ever without a cause."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.delivery.coverage.decision import CoverageNews, CoverageState, Outage, behind, look
from connectors.delivery.coverage.sources import Missing, patience, trouble
from connectors.delivery.coverage.wording import line
from streams.model.feed_health import FeedHealth, FeedState, Gap
from streams.model.watch import Watch
from tests.connectors.delivery.coverage.simulated import (
    DAY,
    MONTH,
    SimulatedSource,
    Simulation,
    moment,
)

ALL = Watch(id="all", title="All", everything=True)
RATES = (96, 60, 48, 40, 30, 24, 16, 12, 8)
"""Stories a day of nine sources, from an agency to a ministry."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def nine(seed: int) -> list[SimulatedSource]:
    return [
        SimulatedSource(f"s{number}", rate, random.Random(f"{seed} {number}"))
        for number, rate in enumerate(RATES)
    ]


def source(**changed: object) -> FeedHealth:
    """A source that was polled at the start of time and is well."""
    known = FeedHealth(
        feed="a",
        source="The A",
        state=FeedState.OK,
        detail="",
        polled=moment(0),
        last_ok=moment(0),
        entries=20,
        stories=0,
        last_story=moment(0),
        next_poll=moment(600),
        rhythm=1_800.0,
    )
    return replace(known, **changed)


@pytest.mark.parametrize("seed", range(2))
def test_a_month_of_irregular_sources_gives_at_most_one_false_notice_a_source(seed: int) -> None:
    sources = nine(seed)
    alone = [Watch(id=one.name, title="", outlets=(one.name,), everything=True) for one in sources]
    simulation = Simulation(sources, [ALL, *alone])
    simulation.run(MONTH)
    opened = [one for one in simulation.news if not one.over]
    assert not [one for one in opened if one.watch == ALL.id]
    # The faults of some minutes a day are true ones; what is left are lulls.
    false = [one for one in opened if one.at - one.since > 6 * HOUR]
    assert len(false) <= len(sources)
    assert max(Counter(one.watch for one in false).values(), default=0) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_three_of_nine_that_drop_out_are_told_once_within_a_rhythm_and_once_when_back(
    seed: int,
) -> None:
    began, ended = 3 * DAY + 10 * 3_600, 4 * DAY + 10 * 3_600
    sources = nine(seed)
    for one in sources[:3]:
        one.down = lambda now: began <= now < ended
    simulation = Simulation(sources, [ALL])
    simulation.run(began)
    rhythm = max(patience(one.rhythm.usual) for one in sources[:3])
    simulation.run(6 * DAY)
    first, last = simulation.news
    assert (first.over, first.of) == (False, 9)
    assert set(first.missing) >= {"s0", "s1", "s2"}
    # The rhythm, a poll and a look.
    assert moment(began) <= first.at <= moment(began) + rhythm + 15 * MINUTE
    assert last.over
    assert moment(ended) <= last.at <= moment(ended) + 15 * MINUTE
    assert last.caught_up > 0


def test_three_of_nine_that_are_read_and_bring_nothing_more_are_told_of_too() -> None:
    began, ended = 3 * DAY, 8 * DAY
    sources = nine(1)
    for one in sources[:3]:
        one.quiet = lambda now: began <= now < ended
    simulation = Simulation(sources, [ALL])
    simulation.run(10 * DAY)
    first, last = simulation.news
    assert (first.over, last.over) == (False, True)
    assert moment(began) < first.at < moment(ended) < last.at


@pytest.mark.parametrize(
    ("health", "now", "how"),
    [
        (source(), 600, None),
        (source(state=FeedState.UNREACHABLE), 1_700, None),
        (source(state=FeedState.UNREACHABLE), 1_860, Missing.UNREADABLE),
        (source(state=FeedState.BLOCKED), 1_860, Missing.BLOCKED),
        (source(state=FeedState.SILENT), 600, Missing.SILENT),
        (source(), 600 + 1_860, Missing.NOT_POLLED),
        (source(gap=Gap(since=moment(-900), until=moment(0))), 600, Missing.GAPPED),
        (source(gap=Gap(since=moment(-9_000), until=moment(-8_000))), 600, None),
        (source(state=FeedState.UNREACHABLE, last_ok=None), 9_000, None),
        (source(state=FeedState.REMOVED, next_poll=None), 9_000, None),
    ],
)
def test_a_source_is_missing_only_beyond_what_its_rhythm_explains(
    health: FeedHealth, now: float, how: Missing | None
) -> None:
    found = trouble(health, moment(now))
    assert (None if found is None else found.how) is how


def test_a_source_that_never_brought_anything_weighs_a_quarter() -> None:
    health = {name: source(feed=name) for name in "abcde"}
    missing = {name: source(feed=name, state=FeedState.SILENT) for name in "cde"}
    state = CoverageState(looked=moment(0))
    used = {"all": {"a": moment(0), "b": moment(-DAY), "c": moment(-60 * DAY)}}
    _, news = look(state, [ALL], {**health, **missing}, used, moment(60))
    assert [one.missing for one in news] == [("c", "d", "e")], "0.75 of 2.75"
    _, news = look(state, [ALL], {**health, "d": missing["d"]}, used, moment(60))
    assert news == [], "0.25 of 2.75"
    weights = [one.weight for one in behind(ALL, health, used["all"], moment(60))]
    assert weights == [1.0, 1.0, 0.25, 0.25, 0.25]


def test_behind_a_watch_stand_the_outlets_that_it_names() -> None:
    health = {name: source(feed=name, source=f"The {name.upper()}") for name in "abc"}

    def names(watch: Watch) -> list[str]:
        return [one.health.feed for one in behind(watch, health, {}, moment(0))]

    assert names(ALL) == ["a", "b", "c"]
    assert names(replace(ALL, outlets=("the b", "c"))) == ["b", "c"]
    assert names(replace(ALL, outlets_none=("a",))) == ["b", "c"]


def test_a_machine_that_slept_is_given_time_to_poll_first() -> None:
    health = {"a": source()}
    state = CoverageState(looked=moment(600))
    morning = 9 * 3_600.0
    state, news = look(state, [ALL], health, {}, moment(morning))
    assert news == []
    polled = source(polled=moment(morning + 60), next_poll=moment(morning + 660))
    for minute in range(1, 15):
        now = moment(morning + 60 * minute)
        state, news = look(state, [ALL], {"a": polled}, {}, now)
        assert news == []


def test_what_is_missing_for_a_week_is_the_operators_and_hides_no_other_outage() -> None:
    health = {name: source(feed=name) for name in "abcd"}
    dead = source(feed="d", state=FeedState.GONE, last_ok=moment(-8 * DAY))
    outage = Outage(since=dead.polled, told=moment(-7 * DAY), feeds=("d",), share=0.25)
    state = CoverageState(outages={"all": outage}, looked=moment(0))
    state, news = look(state, [ALL], {**health, "d": dead}, {}, moment(60))
    for minute in range(2, 20):
        state, more = look(state, [ALL], {**health, "d": dead}, {}, moment(60 * minute))
        news += more
    (over,) = news
    assert (over.over, over.still) == (True, ("d",))
    silent = {**health, "d": dead, "a": source(state=FeedState.SILENT)}
    _, (again,) = look(state, [ALL], silent, {}, moment(60 * 20))
    assert (again.missing, again.of) == (("a",), 3)


def test_the_line_names_how_many_since_when_and_who() -> None:
    began = 2 * DAY + 10 * 3_600
    sources = nine(1)
    for one in sources[:3]:
        one.down = lambda now: began <= now < began + 7_200
    simulation = Simulation(sources, [ALL])
    simulation.run(3 * DAY)
    first, last = simulation.news
    names = {one.name: f"Outlet {one.name}" for one in sources}
    since = "09:50 UTC" if first.since == moment(began) - 10 * MINUTE else "10:00 UTC"
    outlets = "(Outlet s0, Outlet s1, Outlet s2"
    assert line(first, names) == (
        f"3 of 9 sources can't be read since {since} {outlets}): "
        "stories of that time may be missing"
    )
    caught = f"): {last.caught_up:,} stories came since"
    assert line(last, names) == (
        f"sources are back since 12:00 UTC {outlets}, missing since {since}{caught}"
    )


def test_what_is_lost_for_good_and_who_is_still_missing_is_said() -> None:
    gap = Gap(since=moment(-7_200), until=moment(0))
    news = CoverageNews(
        watch="all",
        over=True,
        since=moment(-7_200),
        at=moment(600),
        missing=("a", "b"),
        of=9,
        caught_up=1,
        gaps=(("a", gap),),
        still=("b",),
    )
    assert line(news, {"a": "The A", "b": "The B"}) == (
        "sources are back since 00:10 UTC (The A, The B, missing since 01 Nov 22:00 UTC): 1 story"
        " came since; still missing: The B. Stories may be missing for good:"
        " The A 01 Nov 22:00 to 00:00 UTC"
    )


@pytest.mark.parametrize(
    ("how", "of", "says"),
    [
        ("silent silent", 9, "2 of 9 sources bring nothing since 22:00 UTC (The A, The B): "),
        ("gapped", 1, "1 of 1 source has a gap since 22:00 UTC (The A): "),
        ("blocked blocked", 3, "2 of 3 sources block us since 22:00 UTC (The A, The B): "),
        (
            "unreadable gapped",
            4,
            "2 of 4 sources are missing since 22:00 UTC (The A can't be read, The B has a gap): ",
        ),
    ],
)
def test_the_line_says_how_sources_are_missing(how: str, of: int, says: str) -> None:
    kinds = tuple(Missing[name.upper()] for name in how.split())
    news = CoverageNews(
        watch="all",
        over=False,
        since=moment(-7_200),
        at=moment(-600),
        missing=("a", "b")[: len(kinds)],
        of=of,
        how=kinds,
    )
    found = line(news, {"a": "The A", "b": "The B"})
    assert found == says + "stories of that time may be missing"
