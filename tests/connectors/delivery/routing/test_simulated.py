"""What subscribers get and when, through the outbox and the sender, on a clock made by hand."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.routing.preferences import DAY, HOUR, Period, QuietHours
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, retry
from connectors.delivery.sinks.settings import WebhookSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.model.alert import Kind
from streams.model.watch import Severity
from tests.connectors.delivery.routing.simulated import NOON, Simulation, alert_event, in_order

AWAY = retry("no connection", away=True)
SINK = WebhookSettings(url="https://desk.example/")


def simulated(folder: Path, **asked: Any) -> Simulation:  # noqa: ANN401 - what the subscriber asks
    return Simulation(folder, Subscriber(id="anna/mail", sink=SINK, **asked))


@pytest.mark.parametrize("asked", [{}, {"hourly_cap": 10, "group_wait": 60.0}])
def test_a_receiver_that_was_down_for_a_day_and_flaps_gets_all_once_and_in_order(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    desk = simulated(tmp_path, **asked)
    back = NOON + DAY

    def answer(now: float) -> DeliveryOutcome:
        if now < back or desk.tries % 3 == 0:
            return AWAY
        return DELIVERED

    desk.answer = answer
    raised = []
    for part in range(6):
        for number in range(8):
            alert = f"{part}-{number}"
            events = [alert_event(alert), alert_event(alert, Kind.UPDATED, reason="new fact")]
            raised += events
            desk.raise_(*events)
        desk.pass_time(4 * HOUR)
        if part % 2 == 0:
            desk.restart()
    assert desk.told == []
    desk.pass_time(2 * DAY)
    assert sorted(desk.events) == sorted(event.event for event in raised)
    told = [event for one in desk.told for event in one.told.events]
    assert in_order(told) == in_order(raised)
    assert len({one.told.id for one in desk.told}) == len(desk.told)
    if cap := asked.get("hourly_cap"):
        times = [one.at for one in desk.told]
        assert max(sum(at - HOUR < other <= at for other in times) for at in times) <= cap


def test_what_comes_over_the_cap_comes_as_a_digest_within_the_hour(tmp_path: Path) -> None:
    desk = simulated(tmp_path, hourly_cap=3)
    desk.raise_(*(alert_event(str(number)) for number in range(50)))
    desk.pass_time(HOUR)
    assert [len(one.steps) for one in desk.told] == [1, 1, 1, 47]
    assert desk.told[-1].told.title == "Too many at once"
    assert "47 alerts over your cap of 3" in desk.told[-1].told.note


def test_a_cooldown_tells_how_many_came_in_it(tmp_path: Path) -> None:
    desk = simulated(tmp_path, cooldown=HOUR)
    desk.raise_(alert_event("a"))
    desk.pass_time(600)
    desk.raise_(*(alert_event(name) for name in "bcd"), alert_event("other", watch="v"))
    desk.pass_time(HOUR)
    assert [len(one.steps) for one in desk.told] == [1, 1, 3]
    assert desk.told[-1].told.note == "3 more in the last hour"


def test_quiet_hours_hold_all_but_what_is_critical_and_end_in_one_message(tmp_path: Path) -> None:
    desk = simulated(tmp_path, quiet_hours=QuietHours(13 * 60, 14 * 60))
    desk.pass_time(HOUR)
    desk.raise_(alert_event("a"), alert_event("b"), alert_event("c", severity=Severity.CRITICAL))
    desk.pass_time(60)
    assert desk.steps == [[("c", "opened")]]
    desk.pass_time(HOUR)
    assert desk.steps[1:] == [[("a", "opened"), ("b", "opened")]]
    assert desk.told[-1].at == NOON + 2 * HOUR


def test_with_a_critical_update_comes_the_opening_that_waited(tmp_path: Path) -> None:
    desk = simulated(tmp_path, digest=Period.DAILY, digest_at=8 * 60)
    desk.raise_(alert_event("a"), alert_event("b"))
    desk.pass_time(60)
    desk.raise_(alert_event("a", Kind.UPDATED, severity=Severity.CRITICAL, reason="severity up"))
    desk.pass_time(60)
    assert desk.steps == [[("a", "opened"), ("a", "updated")]]
    desk.pass_time(DAY)
    assert desk.steps[1:] == [[("b", "opened")]]


WAITS: list[dict[str, Any]] = [
    {"quiet_hours": QuietHours(12 * 60, 13 * 60)},
    {"digest": Period.DAILY},
    {"group_wait": 60.0},
]


@pytest.mark.parametrize("asked", WAITS)
def test_an_alert_withdrawn_while_it_waits_is_never_told(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    desk = simulated(tmp_path, **asked)
    desk.raise_(alert_event("a"), alert_event("b"))
    desk.pass_time(10)
    desk.raise_(alert_event("a", Kind.WITHDRAWN))
    desk.pass_time(2 * DAY)
    assert desk.steps == [[("b", "opened")]]


@pytest.mark.parametrize(
    "asked",
    [
        {"quiet_hours": QuietHours(12 * 60 + 30, 14 * 60)},
        {"hourly_cap": 1},
        {"group_wait": 60.0},
        {"cooldown": DAY},
        {"min_severity": Severity.NORMAL, "events": (Kind.OPENED,)},
    ],
)
def test_an_alert_that_was_told_is_followed_by_its_withdrawal_whatever_is_asked(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    desk = simulated(tmp_path, **asked)
    desk.raise_(alert_event("a"))
    desk.pass_time(45 * 60)
    desk.outbox.change_by_hand(lambda db: routing.mute(db, "anna", "a", desk.now))
    desk.raise_(alert_event("a", Kind.UPDATED), alert_event("a", Kind.WITHDRAWN))
    at = desk.now
    desk.pass_time(10)
    assert desk.steps == [[("a", "opened")], [("a", "withdrawn")]]
    assert desk.told[-1].at == at


def test_a_withdrawal_reaches_a_subscriber_who_has_dropped_the_watch_since(tmp_path: Path) -> None:
    desk = simulated(tmp_path)
    desk.raise_(alert_event("a"))
    desk.pass_time(10)
    desk.sender.change(msgspec.structs.replace(desk.subscriber, watches=("v",)))
    desk.raise_(alert_event("a", Kind.UPDATED), alert_event("b"))
    desk.raise_(alert_event("a", Kind.WITHDRAWN))
    desk.pass_time(10)
    assert desk.steps == [[("a", "opened")], [("a", "withdrawn")]]


def test_preferences_are_looked_at_when_it_is_sent(tmp_path: Path) -> None:
    desk = simulated(tmp_path, digest=Period.WEEKLY)
    desk.raise_(alert_event("low", severity=Severity.LOW), alert_event("a"))
    desk.pass_time(60)
    desk.sender.change(
        msgspec.structs.replace(desk.subscriber, digest=None, min_severity=Severity.NORMAL)
    )
    desk.pass_time(1)
    assert desk.steps == [[("a", "opened")]]


def test_a_story_that_is_killed_and_released_again_and_again_is_told_a_few_times(
    tmp_path: Path,
) -> None:
    desk = simulated(tmp_path)
    desk.raise_(alert_event("a"))
    for number in range(10):
        desk.pass_time(60)
        desk.raise_(alert_event("a", Kind.WITHDRAWN, number=number))
        desk.pass_time(60)
        desk.raise_(alert_event("a", Kind.UPDATED, number=number, reason="reinstated"))
    kinds = [kind for one in desk.steps for _, kind in one]
    assert kinds == ["opened", "withdrawn", "updated", "withdrawn"]
    desk.pass_time(DAY)
    assert [kind for one in desk.steps for _, kind in one] == [*kinds, "updated"]


def test_an_open_critical_alert_is_told_again_until_it_is_over(tmp_path: Path) -> None:
    desk = simulated(tmp_path, repeat_interval=4 * HOUR)
    desk.raise_(alert_event("a", severity=Severity.CRITICAL), alert_event("b"))
    desk.pass_time(10 * HOUR)
    reasons = [event.reason for one in desk.told for event in one.told.events]
    assert reasons == ["new story", "new story", "still open: reminder 1", "still open: reminder 2"]
    assert len(set(desk.events)) == 4
    desk.raise_(alert_event("a", Kind.CLOSED, severity=Severity.CRITICAL))
    desk.pass_time(DAY)
    assert [one.steps for one in desk.told[4:]] == [[("a", "closed")]]


@pytest.mark.parametrize("how", ["mute", "withdraw"])
def test_what_is_muted_or_withdrawn_is_not_told_again(tmp_path: Path, how: str) -> None:
    desk = simulated(tmp_path, repeat_interval=HOUR)
    desk.raise_(alert_event("a", severity=Severity.CRITICAL))
    desk.pass_time(60)
    if how == "mute":
        desk.outbox.change_by_hand(lambda db: routing.mute(db, "", "a", desk.now))
    else:
        desk.raise_(alert_event("a", Kind.WITHDRAWN, severity=Severity.CRITICAL))
    desk.pass_time(DAY)
    assert len(desk.told) == 1 + (how == "withdraw")


def test_who_is_paused_gets_nothing_and_then_all(tmp_path: Path) -> None:
    desk = simulated(tmp_path)
    desk.outbox.change_by_hand(lambda db: routing.pause(db, "anna", desk.now, desk.now + 60))
    desk.raise_(alert_event("a"))
    desk.now += 59
    desk.pass_time(0)
    assert desk.told == []
    desk.now += 2
    desk.pass_time(0)
    assert desk.steps == [[("a", "opened")]]


def test_a_message_of_several_that_may_have_arrived_is_repeated_under_its_id(
    tmp_path: Path,
) -> None:
    desk = simulated(tmp_path, group_wait=30.0)
    ids: list[str] = []
    unsure = retry("timed out", maybe_taken=True)
    desk.answer = lambda _: unsure if len(ids) < 3 else DELIVERED
    take = desk._take

    async def noted(settings: object, told: Any) -> DeliveryOutcome:  # noqa: ANN401 - as given
        ids.append(told.id)
        return await take(settings, told)

    desk.sender._sinks = {"webhook": noted}
    desk.raise_(*(alert_event(name) for name in "abc"))
    desk.pass_time(60)
    desk.raise_(alert_event("d"))
    desk.pass_time(DAY)
    assert len(set(ids[:3])) == 1
    assert [len(one.steps) for one in desk.told] == [3, 1]


def test_messages_under_way_when_the_process_ends_are_sent_as_they_were(tmp_path: Path) -> None:
    desk = simulated(tmp_path, group_wait=30.0)
    desk.raise_(alert_event("a"), alert_event("b"))
    desk.pass_time(29)
    taken: list[str] = []
    for _ in range(2):
        (parcel,) = desk.outbox.take("anna/mail", desk.now + 1, preferences=desk.subscriber)
        taken.append(parcel.id)
        desk.outbox.close()
        desk.outbox = Outbox(tmp_path / "outbox.sqlite", desk.now)
    desk.restart()
    desk.raise_(alert_event("c"))
    desk.pass_time(60)
    assert [len(one.steps) for one in desk.told] == [2, 1]
    assert {desk.told[0].told.id} == set(taken)
