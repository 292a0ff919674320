"""What holds of every plan, whatever is asked for and whatever comes."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from connectors.delivery.routing.local_time import digest_due, quiet_until
from connectors.delivery.routing.plan import LARGEST, plan
from connectors.delivery.routing.preferences import (
    DAY,
    HOUR,
    Period,
    Preferences,
    QuietHours,
    Weekday,
)
from connectors.delivery.routing.records import (
    REPEAT,
    AlertSoFar,
    Held,
    QueuedEvent,
    SentMessage,
    Situation,
)
from streams.model.watch import Severity
from tests.connectors.delivery.routing.test_plan import NOON, queued, sent

ZONES = st.sampled_from(
    ["UTC", "Asia/Phnom_Penh", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"]
)
TIMES = st.floats(NOON, NOON + 400 * DAY)
MINUTES = st.integers(0, 24 * 60 - 1)


@given(ZONES, TIMES, MINUTES, st.sampled_from(Period), st.sampled_from(Weekday))
def test_a_digest_is_never_far(
    zone: str, after: float, minute: int, period: Period, day: Weekday
) -> None:
    asked = Preferences(time_zone=zone, digest=period, digest_at=minute, digest_day=day)
    due = digest_due(asked, period, after)
    longest = {Period.HOURLY: HOUR, Period.DAILY: 25 * HOUR, Period.WEEKLY: 7 * DAY + HOUR}
    assert after < due <= after + longest[period]


@given(ZONES, TIMES, MINUTES, MINUTES)
def test_quiet_hours_end(zone: str, now: float, start: int, end: int) -> None:
    asked = Preferences(time_zone=zone, quiet_hours=QuietHours(start, end))
    looks = 0
    while (until := quiet_until(asked, now)) is not None:
        assert now < until
        now, looks = until, looks + 1
        if start == end:
            break  # the whole day: the configuration refuses it
        assert looks <= 61  # minutes in which a clock that was put back shows an hour again


ASKED = st.builds(
    Preferences,
    min_severity=st.sampled_from(Severity),
    quiet_hours=st.none() | st.just(QuietHours(11 * 60, 13 * 60)),
    digest=st.none() | st.sampled_from(Period),
    group_wait=st.sampled_from([0.0, 60.0]),
    cooldown=st.sampled_from([0.0, 600.0]),
    hourly_cap=st.none() | st.integers(1, 4),
    critical_at_once=st.booleans(),
)
EVENTS = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(["opened", "updated", "withdrawn", "closed", REPEAT]),
    st.sampled_from("vw"),
    st.sampled_from(Severity),
    st.none() | st.sampled_from(Held),
    st.booleans(),
)
ALERTS = st.builds(
    AlertSoFar,
    known=st.just(True),
    heard=st.booleans(),
    withdrawn=st.booleans(),
    withdrawals=st.integers(0, 4),
    muted=st.booleans(),
)
SENT = st.builds(
    SentMessage,
    st.floats(NOON - 2 * HOUR, NOON),
    st.sampled_from([frozenset("v"), frozenset("vw")]),
    st.booleans(),
)


def queue_of(
    rows: Iterable[tuple[str, str, str, Severity, Held | None, bool]],
) -> list[QueuedEvent]:
    return [
        queued(n, alert, kind=kind, watch=watch, severity=severity, held=held, due=due or not held)
        for n, (alert, kind, watch, severity, held, due) in enumerate(rows)
    ]


@given(
    st.lists(EVENTS, max_size=12),
    ASKED,
    st.dictionaries(st.sampled_from("abcd"), ALERTS),
    st.lists(SENT, max_size=6),
)
def test_whatever_is_asked_nothing_is_lost_told_twice_or_out_of_order(
    rows: list[tuple[str, str, str, Severity, Held | None, bool]],
    asked: Preferences,
    alerts: dict[str, AlertSoFar],
    past: list[SentMessage],
) -> None:
    queue = queue_of(rows)
    made = plan(queue, Situation(alerts=alerts, sent=tuple(past)), asked, NOON)
    told = [number for message in sent(made) for number in message]
    assert len(told) == len(set(told))
    assert not set(told) & (made.held.keys() | made.dropped.keys())
    assert not made.held.keys() & made.dropped.keys()
    # What is due is decided on; what isn't due and doesn't go along stays.
    decided = {*told, *made.held, *made.dropped}
    assert {event.id for event in queue if event.due} <= decided
    assert all(hold.until > NOON for hold in made.held.values())
    # An alert's events go in order, and none overtakes one that stays.
    for alert in "abcd":
        ids = [number for number in told if queue[number].alert == alert]
        assert ids == sorted(ids)
        stay = [e.id for e in queue if e.alert == alert and e.id not in {*told, *made.dropped}]
        assert not ids or not stay or max(ids) < min(stay)


@given(
    st.integers(1, 5), st.lists(st.floats(NOON - HOUR + 1, NOON), max_size=8), st.integers(0, 300)
)
def test_a_cap_holds(cap: int, past: list[float], count: int) -> None:
    before = tuple(SentMessage(time, frozenset("w"), critical=False) for time in past)
    made = plan(
        [queued(n) for n in range(count)], Situation(sent=before), Preferences(hourly_cap=cap), NOON
    )
    assert len(made.messages) == min(max(cap - len(past), 0), count)
    waited = [queued(n, held=Held.HOURLY_CAP) for n in range(count)]
    made = plan(waited, Situation(), Preferences(hourly_cap=cap), NOON)
    assert all(len(message.events) <= LARGEST for message in made.messages)
    assert len(made.messages) <= cap
