"""An alert's end is the same in whatever order, and however often, its records come.

What may depend on the order: which story opens the alert, and so its id; how many `updated` and
`corrected` events there are and what they say; what a copy is said to be a copy of, where what it
copies was edited away or killed by a story of another id before it came. What may not:
which stories tell the event in the end, in which version, whether it is withdrawn, and whether the
last that a subscriber heard says so.
"""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streams.contract.codec import decode, encode
from streams.grouping import Gathering
from streams.grouping.alert_status import tellers
from streams.grouping.versions import newest
from streams.model.alert import AlertEvent, AlertState, Kind
from streams.model.heard import Heard
from streams.model.story import GONE, TAKEN_BACK, Status, Story, digest
from streams.model.watch import Match, Notice, Tick
from tests.support.gathered import LANDING, REPORTS, RESCUE, notice, told
from tests.support.samples import NOON

ORDERS = int(os.environ.get("WIREWATCH_ORDERS", "200"))
"""Orders tried; more by the environment."""
HOURS = 6
"""From the first version to the last: less than the window, which would part the event."""
OUTLETS = ("Mekong Courier", "Gulf Wire", "Pacific Desk")
HEADLINES = (RESCUE, "Kampot flood: navy helicopters fly villagers out", "Navy in Kampot flood")
TEXTS = (LANDING, REPORTS[0], REPORTS[2])
SECOND = "Tuek Chhou shuts Kampong Bay bridge, villagers wait"
SECOND_TEXT = (
    "At the Kampong Bay bridge, shut by the Tuek Chhou, villagers of Kampot told how navy"
    " helicopters came for them, and where the flood had left no dry road."
)
PARTITIONS = 2


class Step(NamedTuple):
    """One version of a story of the event, seen so many minutes after noon."""

    outlet: int
    what: str
    minute: int
    revision: int | None = None


WHAT = ("usable", "edited", "corrected", "withheld", "canceled", "outgrown", "gone", "copy", "kill")
SECONDS = ("second", "second killed")
histories = st.lists(
    st.builds(
        Step,
        outlet=st.integers(0, len(OUTLETS) - 1),
        what=st.sampled_from((*WHAT, *SECONDS)),
        minute=st.integers(0, 60 * HOURS),
        revision=st.none(),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda step: step.minute,
)


def records(step: Step, number: int) -> list[Match | Notice]:
    """What `match` makes of a version: a match, a notice, or both."""
    match = told(
        f"{step.outlet}",
        headline=HEADLINES[step.outlet],
        body=TEXTS[step.outlet],
        source=OUTLETS[step.outlet],
        hours=step.minute / 60,
    )
    story = msgspec.structs.replace(match.story, published=NOON, revision=step.revision)
    story = _changed(story, step, number)
    match = msgspec.structs.replace(match, story=story)
    if story.status in TAKEN_BACK or step.what == "outgrown":
        return [notice(match)]
    told_of = story.edited or story.status is Status.CORRECTED
    return [match, notice(match)] if told_of else [match]


def all_records(history: list[Step]) -> list[Match | Notice]:
    """What `match` makes of a history, in its order."""
    return [record for number, step in enumerate(history) for record in records(step, number)]


def _changed(story: Story, step: Step, number: int) -> Story:
    """Return a story of the event as a step makes it."""
    change = msgspec.structs.replace
    match step.what:
        case "edited":
            body = f"{story.body} Rain is forecast for {number} more days."
            story = change(story, body=body, edited=True)
        case "corrected":
            story = change(story, body=f"{story.body} Ten were hurt.", status=Status.CORRECTED)
        case "withheld" | "canceled":
            story = change(story, status=Status(step.what))
        case "outgrown":
            story = change(story, headline="Market day", body="Fish was dear.", edited=True)
        case "gone":
            story = change(story, status=Status.CANCELED, flags=(GONE,))
        case "copy":
            # The words of the next outlet, in a paper that has no others.
            other = (step.outlet + 1) % len(OUTLETS)
            story = change(
                story,
                id=f"copy {step.outlet}",
                source=f"Paper {step.outlet}",
                headline=HEADLINES[other],
                body=TEXTS[other],
                published=None,
            )
        case "second" | "second killed":
            # The same outlet's other story, which a kill of the first doesn't name.
            story = change(
                story,
                id=f"second {step.outlet}",
                headline=f"{SECOND} for {OUTLETS[step.outlet]}",
                body=f"{SECOND_TEXT} {OUTLETS[step.outlet]} was there.",
                status=Status.CANCELED if step.what == "second killed" else Status.USABLE,
            )
        case "kill":
            story = change(
                story,
                id=f"kill {number}",
                headline=f"KILL: {story.headline}",
                body="Do not use.",
                status=Status.CANCELED,
            )
    said = (story.headline, story.body, story.status, *story.flags)
    return change(story, version=digest(said))


class Table:
    """A gathering as a worker has it: what it remembers is written, and read after a restart."""

    def __init__(self) -> None:
        self.alerts: dict[str, bytes] = {}
        self.heard: dict[str, bytes] = {}
        self.events: list[AlertEvent] = []
        self._gathering = Gathering()

    def restart(self) -> None:
        self._gathering = Gathering(
            [decode(state, AlertState) for state in self.alerts.values()],
            [decode(heard, Heard) for heard in self.heard.values()],
        )

    def step(self, record: Match | Notice | Tick) -> None:
        outcome = self._gathering.step(record, NOON)
        self.events += outcome.events
        self.alerts |= {name: encode(state) for name, state in outcome.changed.items()}
        for name in outcome.dropped:
            del self.alerts[name]
        for story, heard in outcome.heard.items():
            if heard is None:
                del self.heard[story]
            else:
                self.heard[story] = encode(heard)

    def states(self) -> list[AlertState]:
        return [decode(state, AlertState) for state in self.alerts.values()]


def end(table: Table) -> set[tuple[str, str]]:
    """The stories that tell the event in the end, each with its newest version."""
    return {
        (story, last.version)
        for state in table.states()
        for story, member in tellers(state.stories).items()
        if (last := newest(member.versions)) is not None and last.fits
    }


def last_heard(table: Table) -> dict[str, Kind]:
    """The kind of each alert's last event that wasn't its closing."""
    return {event.alert: event.kind for event in table.events if event.kind is not Kind.CLOSED}


def play(given_records: Iterable[Match | Notice | Tick], random: Random | None = None) -> Table:
    table = Table()
    for record in given_records:
        table.step(record)
        if random is not None and random.random() < 0.1:
            table.restart()
    for number in range(PARTITIONS):
        table.step(tick(NOON + timedelta(hours=HOURS + 73), number))
    return table


def shuffled(whole: list[Match | Notice], random: Random) -> list[Match | Notice | Tick]:
    """Return records in any order, some again and again, with the time between them.

    A tick never overtakes what has yet to come; of what came before, all may come again.
    """
    first = random.sample(whole, len(whole))
    again = random.choices(whole, k=random.randint(0, len(whole)))
    order: list[Match | Notice | Tick] = []
    left = list(first)
    repeats = list(again)
    while left or repeats:
        if left and (not repeats or random.random() < 0.6):
            order.append(left.pop(0))
        else:
            order.append(repeats.pop(0))
        if random.random() < 0.3:
            coming = [one.story.first_seen for one in (*left, *repeats)]
            at = min(coming, default=NOON + timedelta(hours=HOURS))
            order.append(tick(at, random.randrange(PARTITIONS)))
    return order


def without_mixtures(history: list[Step]) -> list[Step]:
    """Leave copies out where an edit or a kill of another id may keep out what they copy."""
    if not {step.what for step in history} & {"outgrown", "kill"}:
        return history
    return [step for step in history if step.what != "copy"]


def tick(at: datetime, partition: int) -> Tick:
    return Tick(at=at, partitions=(partition,), of=PARTITIONS)


@settings(
    max_examples=ORDERS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories, st.booleans(), st.randoms(use_true_random=False))
@example([Step(0, "withheld", 0), Step(0, "usable", 5)], False, Random(1))
@example([Step(0, "usable", 0), Step(0, "second", 5), Step(0, "canceled", 9)], False, Random(1))
def test_no_order_and_no_repeat_changes_the_end(
    history: list[Step], numbered: bool, random: Random
) -> None:
    history = sorted(without_mixtures(history), key=lambda step: step.minute)
    if numbered:  # by wires, in any order
        numbers = random.sample(range(1, len(history) + 1), len(history))
        history = [
            step._replace(revision=number) for step, number in zip(history, numbers, strict=True)
        ]
    whole = all_records(history)
    straight, mixed = play(whole), play(shuffled(whole, random), random)
    assert end(straight) == end(mixed)
    for table in (straight, mixed):
        heard = last_heard(table)
        for state in table.states():
            assert state.closed
            assert state.withdrawn == (heard[state.alert] is Kind.WITHDRAWN)
            assert state.withdrawn == (not tellers(state.stories))


COPIES_OF_A_HELD_STORY = (
    [
        Step(0, "usable", 0),
        Step(0, "copy", 1),
        Step(0, "usable", 2),
        Step(0, "withheld", 3),
        Step(1, "edited", 4),
        Step(1, "withheld", 49),
        Step(1, "usable", 50),
    ],
    [
        Step(1, "edited", 0, 3),
        Step(1, "corrected", 1, 1),
        Step(0, "copy", 6, 2),
        Step(1, "withheld", 9, 4),
        Step(1, "usable", 11, 5),
    ],
    [
        Step(1, "second killed", 4),
        Step(1, "edited", 5),
        Step(1, "edited", 6),
        Step(1, "canceled", 7),
        Step(1, "usable", 8),
        Step(0, "copy", 11),
    ],
)


@pytest.mark.parametrize("history", COPIES_OF_A_HELD_STORY)
def test_a_copy_counts_again_with_its_outlets_release_whichever_comes_first(
    history: list[Step],
) -> None:
    whole = all_records(history)
    straight = end(play(whole))
    assert {name for name, _ in straight} >= {"copy 0"}
    for seed in range(100):
        random = Random(seed)
        assert end(play(shuffled(whole, random), random)) == straight, seed
