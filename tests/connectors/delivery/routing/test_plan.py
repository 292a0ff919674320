"""Who is told what and when, decided on a clock that is a parameter."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from connectors.delivery.routing.local_time import digest_due, quiet_until
from connectors.delivery.routing.plan import plan
from connectors.delivery.routing.preferences import (
    DAY,
    HOUR,
    Period,
    Preferences,
    QuietHours,
    UpdateReason,
    Weekday,
    update_reason,
)
from connectors.delivery.routing.records import (
    REPEAT,
    AlertSoFar,
    Held,
    Plan,
    QueuedEvent,
    SentMessage,
    Situation,
)
from streams.grouping import notify_rules, weights
from streams.model.alert import Kind
from streams.model.alert_reasons import JOINED, PARTED
from streams.model.watch import Severity

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
NIGHT = QuietHours(22 * 60, 7 * 60)
HEARD = AlertSoFar(known=True, heard=True)


def queued(number: int = 1, alert: str = "", **other: Any) -> QueuedEvent:  # noqa: ANN401 - its fields
    given: dict[str, Any] = {
        "kind": "opened",
        "watch": "w",
        "severity": Severity.NORMAL,
        "reason": "new story",
    }
    given |= {"id": number, "event": f"e{number}", "alert": alert or f"a{number}", "added": NOON}
    return QueuedEvent(**(given | other))


def sent(made: Plan) -> list[list[int]]:
    return [[event.id for event in message.events] for message in made.messages]


def at(text: str, zone: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def test_without_preferences_each_event_goes_at_once_by_itself() -> None:
    made = plan([queued(1), queued(2), queued(3, "a1")], Situation(), Preferences(), NOON)
    assert (sent(made), made.held, made.dropped) == ([[1], [2], [3]], {}, {})
    assert {message.why for message in made.messages} == {None}


@pytest.mark.parametrize(
    ("asked", "event"),
    [
        (Preferences(watches=("other",)), queued()),
        (Preferences(min_severity=Severity.HIGH), queued()),
        (Preferences(events=(Kind.OPENED,)), queued(kind="closed")),
        (
            Preferences(update_reasons=(UpdateReason.OFFICIAL,)),
            queued(kind="updated", reason="new fact"),
        ),
    ],
)
def test_what_nobody_asked_for_is_dropped_with_the_reason(
    asked: Preferences, event: QueuedEvent
) -> None:
    made = plan([event], Situation(alerts={"a1": HEARD}), asked, NOON)
    assert sent(made) == []
    assert made.dropped[1]


def test_the_first_that_is_grave_enough_opens_an_alert() -> None:
    asked = Preferences(min_severity=Severity.HIGH, events=(Kind.OPENED,))
    graver = queued(2, "a1", kind="updated", reason="severity up", severity=Severity.HIGH)
    made = plan([queued(1), graver], Situation(), asked, NOON)
    assert (sent(made), list(made.dropped)) == ([[2]], [1])


def test_who_asks_for_updates_alone_gets_them_though_it_heard_of_no_opening() -> None:
    asked = Preferences(events=(Kind.UPDATED,), update_reasons=(UpdateReason.NEW_FACT,))
    opening = queued(1)
    fact = queued(2, "a1", kind="updated", reason="new fact")
    other = queued(3, "a1", kind="updated", reason="severity up")
    made = plan([opening, fact, other], Situation(), asked, NOON)
    assert (sent(made), sorted(made.dropped)) == ([[2]], [1, 3])


def test_every_reason_of_an_update_has_a_name() -> None:
    texts = [*notify_rules.BACK.values(), *weights.TOLD_OUTLETS.values()]
    texts += [notify_rules.NEW_FACT, notify_rules.OFFICIAL, notify_rules.GRAVER, notify_rules.AGAIN]
    texts += [f"{word} by Mekong Courier" for word in notify_rules.WITHDRAWN.values()]
    texts += [f"{JOINED} anna", f"{PARTED} anna"]
    assert {update_reason(text) for text in texts} == set(UpdateReason)
    assert update_reason("something new") is None


@pytest.mark.parametrize(
    "asked",
    [
        Preferences(quiet_hours=QuietHours(11 * 60, 13 * 60)),
        Preferences(digest=Period.WEEKLY),
        Preferences(cooldown=HOUR),
        Preferences(group_wait=60),
        Preferences(hourly_cap=1),
        Preferences(events=(Kind.OPENED,), min_severity=Severity.CRITICAL, watches=("other",)),
    ],
)
def test_what_takes_back_what_was_told_waits_for_nothing(asked: Preferences) -> None:
    past = (SentMessage(NOON - 60, frozenset({"w"}), critical=False),)
    back = queued(kind="withdrawn")
    heard = Situation(alerts={"a1": replace(HEARD, muted=True)}, sent=past)
    assert sent(plan([back], heard, asked, NOON)) == [[1]]
    unheard = Situation(alerts={"a1": AlertSoFar(known=True)}, sent=past)
    assert sent(plan([back], unheard, asked, NOON)) == []


def test_a_withdrawal_leaves_the_group_that_waits_and_takes_what_waits_of_its_alert() -> None:
    asked = Preferences(group_wait=60)
    waits = queued(1, "told", kind="updated", held=Held.GROUP_WAIT, due=False)
    queue = [waits, queued(2, "told", kind="withdrawn"), queued(3, "other")]
    past = Situation(alerts={"told": HEARD}, group_due=NOON + 40)
    made = plan(queue, past, asked, NOON)
    assert sent(made) == [[1, 2]]
    assert made.held[3].until == NOON + 40


def test_a_critical_alert_waits_for_neither_digest_nor_quiet_hours_nor_cooldown() -> None:
    asked = Preferences(quiet_hours=QuietHours(11 * 60, 13 * 60), digest=Period.DAILY, cooldown=DAY)
    past = Situation(sent=(SentMessage(NOON - 60, frozenset({"w"}), critical=True),))
    critical = queued(severity=Severity.CRITICAL)
    assert sent(plan([critical], past, asked, NOON)) == [[1]]
    patient = msgspec.structs.replace(asked, critical_at_once=False)
    assert sent(plan([critical], past, patient, NOON)) == []


def test_with_what_goes_at_once_goes_what_waits_of_its_alert() -> None:
    asked = Preferences(digest=Period.DAILY)
    opened = queued(1, held=Held.DIGEST, due=False)
    other = queued(2, held=Held.DIGEST, due=False)
    critical = queued(3, "a1", kind="updated", severity=Severity.CRITICAL)
    made = plan([opened, other, critical], Situation(), asked, NOON)
    assert sent(made) == [[1, 3]]
    assert made.messages[0].why is None


def test_the_alerts_of_one_minute_go_in_one_message() -> None:
    asked = Preferences(group_wait=60)
    made = plan([queued(1), queued(2)], Situation(), asked, NOON)
    assert {hold.until for hold in made.held.values()} == {NOON + 60}
    late = plan([queued(3)], Situation(group_due=NOON + 60), asked, NOON + 50)
    assert late.held[3].until == NOON + 60
    waited = [queued(n, held=Held.GROUP_WAIT) for n in (1, 2, 3)]
    made = plan([*waited, queued(4)], Situation(), asked, NOON + 60)
    assert (sent(made), made.messages[0].why) == ([[1, 2, 3, 4]], Held.GROUP_WAIT)


def test_a_cooldown_holds_the_rest_of_its_watch_alone_and_tells_it_after() -> None:
    asked = Preferences(cooldown=HOUR)
    queue = [queued(1), queued(2), queued(3, watch="v"), queued(4)]
    made = plan(queue, Situation(), asked, NOON)
    assert sent(made) == [[1], [3]]
    assert {hold.until for hold in made.held.values()} == {NOON + HOUR}
    past = Situation(sent=(SentMessage(NOON, frozenset({"w"}), critical=False),))
    assert plan([queued(5)], past, asked, NOON + 60).held[5].until == NOON + HOUR
    waited = [queued(n, held=Held.COOLDOWN) for n in (2, 4, 5)]
    made = plan(waited, past, asked, NOON + HOUR)
    assert (sent(made), made.messages[0].why) == ([[2, 4, 5]], Held.COOLDOWN)


def test_what_is_over_the_cap_becomes_a_digest() -> None:
    asked = Preferences(hourly_cap=2)
    past = Situation(sent=(SentMessage(NOON - 600, frozenset({"w"}), critical=False),))
    made = plan([queued(n) for n in range(1, 6)], past, asked, NOON)
    assert (sent(made), list(made.held)) == ([[1]], [2, 3, 4, 5])
    assert {hold.until for hold in made.held.values()} == {NOON - 600 + HOUR}
    waited = [queued(n, held=Held.HOURLY_CAP) for n in (2, 3, 4, 5)]
    made = plan(waited, Situation(), asked, NOON - 600 + HOUR)
    assert (sent(made), made.messages[0].why) == ([[2, 3, 4, 5]], Held.HOURLY_CAP)


def test_a_cap_that_others_used_up_holds_no_critical_alert() -> None:
    asked = Preferences(hourly_cap=1)
    past = Situation(sent=(SentMessage(NOON - 1, frozenset({"w"}), critical=False),))
    graver = queued(2, "a1", kind="updated", severity=Severity.CRITICAL)
    made = plan([queued(1), graver, queued(3)], past, asked, NOON)
    assert (sent(made), list(made.held)) == ([[1, 2]], [3])


def test_an_alert_that_comes_and_goes_must_stay_before_it_is_told_again() -> None:
    asked = Preferences(flap_wait=900)
    back = queued(5, "a1", kind="updated", reason="reinstated")

    def until(withdrawals: int) -> float | None:
        alert = AlertSoFar(known=True, heard=True, withdrawn=True, withdrawals=withdrawals)
        hold = plan([back], Situation(alerts={"a1": alert}), asked, NOON).held.get(5)
        return hold.until if hold else None

    assert [until(n) for n in (1, 2, 3)] == [None, NOON + 900, NOON + 1800]
    assert until(1000) == NOON + 6 * HOUR


def test_a_muted_alert_is_not_told_and_not_repeated() -> None:
    muted = Situation(alerts={"a1": replace(HEARD, muted=True)})
    queue = [queued(1, kind="updated"), queued(2, "a1", kind=REPEAT, severity=Severity.CRITICAL)]
    made = plan(queue, muted, Preferences(), NOON)
    assert (sent(made), list(made.dropped)) == ([], [1, 2])


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-23T21:59:59", None),
        ("2026-11-23T22:00:00", "2026-11-24T07:00:00"),
        ("2026-11-24T06:59:59", "2026-11-24T07:00:00"),
        ("2026-11-24T07:00:00", None),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(now: str, end: str | None) -> None:
    asked = Preferences(quiet_hours=NIGHT, time_zone="Asia/Phnom_Penh")
    wanted = at(end, "Asia/Phnom_Penh") if end else None
    assert quiet_until(asked, at(now, "Asia/Phnom_Penh")) == wanted


def test_a_digest_of_every_day_comes_at_the_local_time_when_clocks_change() -> None:
    asked = Preferences(digest=Period.DAILY, digest_at=7 * 60, time_zone="Europe/Paris")
    after = at("2026-10-24T12:00:00", "Europe/Paris")
    due = digest_due(asked, Period.DAILY, after)
    assert due == at("2026-10-25T07:00:00", "Europe/Paris")
    assert due - after == 20 * HOUR


def test_a_weekly_digest_comes_on_its_day() -> None:
    asked = Preferences(digest=Period.WEEKLY, digest_at=600, digest_day=Weekday.FRIDAY)
    due = digest_due(asked, Period.WEEKLY, NOON)
    assert due == at("2026-11-27T10:00:00", "UTC")
    assert digest_due(asked, Period.WEEKLY, due) == due + 7 * DAY
