"""The harness that runs wirewatch unattended: its world is what it says, and its judge can fail."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.unattended.faults import plan
from benchmarks.unattended.feeds import ALWAYS, TEMPERS, SimulatedFeed
from benchmarks.unattended.judge import (
    Done,
    Expected,
    Line,
    Received,
    Sample,
    behind,
    growth,
    judge_alerts,
    judge_stories,
    longest_stand,
    recoveries,
    table,
)
from benchmarks.unattended.stories import Text, events, kill, news
from connectors.formats.registry import parse
from streams.matching.match import Watches
from streams.model.story import Status, Story
from streams.model.watch import Watch
from streams.tagging import tag
from tests.support.samples import NOON

DESK = ("desk",)


def _came(
    watch: str, kind: str, second: float, *, event: str = "", alert: str = "", version: str = "1"
) -> Received:
    """Make a request of a webhook, raised when it came."""
    return Received(
        subscriber="desk",
        event=event or f"{watch}-{kind}",
        alert=alert or f"alert of {watch}",
        watch=watch,
        kind=kind,
        version=version,
        raised=NOON + timedelta(seconds=second),
        at=second,
    )


KILLED = Expected(watch="a", at=0, killed=True)
PLAIN = Expected(watch="b", at=0)
RIGHT = (_came("a", "opened", 1), _came("b", "opened", 2), _came("a", "withdrawn", 30))


def _faults(*received: Received) -> Counter[str]:
    found = judge_alerts([KILLED, PLAIN], received, DESK)
    kinds = ("missing", "repeated", "other_id", "disorder", "uncalled", "unsigned")
    return Counter({kind: len(getattr(found, kind)) for kind in kinds if getattr(found, kind)})


def test_what_came_as_it_should_is_no_fault() -> None:
    assert _faults(*RIGHT) == Counter()


@pytest.mark.parametrize(
    ("received", "kind"),
    [
        (RIGHT[:1] + RIGHT[2:], "missing"),
        (RIGHT[:2], "missing"),
        ((replace(RIGHT[0], taken=False), *RIGHT[1:]), "missing"),
        ((*RIGHT, RIGHT[1]), "repeated"),
        ((*RIGHT, replace(RIGHT[1], event="another")), "other_id"),
        ((*RIGHT, _came("b", "opened", 40, event="x", alert="y", version="2")), "other_id"),
        ((RIGHT[2], *RIGHT[:2]), "disorder"),
        ((*RIGHT, _came("b", "updated", 50)), "uncalled"),
        ((*RIGHT, _came("b", "withdrawn", 50)), "uncalled"),
        ((*RIGHT, _came("c", "opened", 50)), "uncalled"),
        ((*RIGHT[:2], replace(RIGHT[2], signed=False)), "unsigned"),
    ],
)
def test_the_judge_sees_a_fault(received: tuple[Received, ...], kind: str) -> None:
    assert kind in _faults(*received)


def test_a_refused_request_may_come_again() -> None:
    assert _faults(replace(RIGHT[0], taken=False), *RIGHT) == Counter()


def test_an_entry_without_a_story_and_one_with_two_ids_are_seen() -> None:
    shown = [("f", "one"), ("f", "two"), ("g", "one"), ("g", "one")]
    stories = [("f", "one", "1"), ("f", "two", "2"), ("g", "one", "3"), ("g", "one", "4")]
    assert judge_stories(shown, [*stories, ("f", "two, as it was", "2")]) == ([], [])
    assert judge_stories(shown, stories[1:]).missing == ["f: one"]
    assert judge_stories(shown, [*stories, ("f", "two", "5")]).renamed == ["f: two: 2 ids"]


def test_recovery_counts_from_the_end_of_a_fault_to_an_alert_published_after_it() -> None:
    faults = [Done(name="one", began=10, ended=20), Done(name="two", began=50, ended=60)]
    expected = [Expected(watch=name, at=at) for name, at in (("a", 5), ("b", 25), ("c", 61))]
    came = [_came("a", "opened", 22), _came("b", "opened", 31), _came("c", "opened", 99)]
    assert [one.seconds for one in recoveries(faults, expected, came)] == [11, 39]
    assert [one.seconds for one in recoveries(faults, expected, came[:2])] == [11, None]
    soon = [faults[0], Done(name="two", began=30, ended=30)]
    assert recoveries(soon, expected, came)[0].seconds is None


def test_a_commit_that_stands_behind_its_end_is_seen() -> None:
    samples = [
        Sample(at=5.0 * n, places={"g t-0": (3, 3 + (n > 1)), "g t-1": (n, n)}) for n in range(9)
    ]
    assert longest_stand(samples) == (30.0, "g t-0")
    assert behind(samples[-1]) == ["g t-0: 3 of 4"]
    assert longest_stand(samples[:2]) == (0.0, "")


def test_the_account_shows_what_is_wrong() -> None:
    told = table([Line("missing", "1", False, ["event-1"]), Line("again", "0", True)])
    assert "FAULT" in told
    assert "event-1" in told
    assert table([Line("again", "0", True, ["quiet"])]).endswith("ok")


def _story(text: Text, status: Status = Status.USABLE) -> Story:
    return Story(
        id="s",
        version="1",
        feed="f",
        source="F",
        headline=text.headline,
        body=text.body,
        first_seen=NOON,
        status=status,
    )


def test_each_event_fits_its_own_watch_and_nothing_else_fits_any() -> None:
    dice = random.Random(3)
    made = list(events(dice, 900, range(len(TEMPERS))))
    watches = Watches(
        Watch(id=e.watch, title=e.code, pairs=(e.pair,), topics=("defense",), words=(e.code,))
        for e in made
    )

    def fitting(text: Text) -> list[str]:
        story = _story(text)
        return [watch.id for watch, _ in watches.fitting(story, tag(story))]

    for event in made:
        for text in (event.text, event.edit or event.text):
            assert fitting(text) == [event.watch], text
    assert not any(fitting(news(dice)) for _ in range(200))
    assert kill(made[0].text).headline == f"KILL: {made[0].text.headline}"
    assert {bool(e.edit) for e in made} == {e.killed for e in made} == {False, True}
    assert max(len(e.feeds) * e.outlets for e in made) == 100


@pytest.mark.parametrize("number", range(len(TEMPERS)))
def test_each_feed_is_one(number: int) -> None:
    feed = SimulatedFeed(number, replace(TEMPERS[number], packed=False))
    dice = random.Random(number)
    for _ in range(3):
        entry = feed.add(news(dice), NOON)
    feed.edit(entry, Text(headline="Caf\u00e9 bar", body="a < b"))
    body = feed.document(datetime.now(UTC))
    found = parse(body, "http://127.0.0.1/", feed.content_type)
    assert len(found.entries) == 3
    assert found.entries[0].title == "Caf\u00e9 bar"


def test_a_feed_is_given_at_first_and_meets_its_fault_later() -> None:
    for number, temper in enumerate(TEMPERS):
        feed = SimulatedFeed(number, temper)
        met = [feed.next_fault() for _ in range(30)]
        assert set(met) - {None} == {temper.fault} - {None}
        assert temper.fault in ALWAYS or met[:4] == [None] * 4


def test_half_an_hour_holds_all_faults() -> None:
    planned = plan(random.Random(1), "all", 1800)
    kinds = Counter(one.kind for one in planned)
    assert kinds == {"kill": 60, "stop": 5, "disk": 1}
    assert Counter(one.victim for one in planned if one.kind == "kill").most_common()[-1][1] == 12
    assert not plan(random.Random(1), "none", 1800)


def test_growth_is_told_once_all_has_warmed_up() -> None:
    """A part that takes 60 MiB at its first work and then stays, and one that leaks."""
    sizes = [
        (30.0 * n, Counter(warm=1024 * (100 if n < 20 else 160), leaks=1024 * (100 + n)))
        for n in range(120)
    ]
    assert growth(sizes) == {"warm": 0.0, "leaks": 120.0}
    assert growth(sizes[:10]) == {}
    assert growth([]) == {}
