"""What `wirewatch subscribers list` shows: no address, no secret. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from rich.table import Table

from connectors.delivery.outbox.subscriber_state import SubscriberState
from connectors.delivery.routing.preferences import FLAP_SECONDS, Preferences
from connectors.delivery.sinks.settings import SinkSettings
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.delivery.sinks.terminal_text import plain
from connectors.http.origin import host_of
from streams.model.watch import Severity

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SHORT = 10
"""Digits of an alert's id that are shown: `wirewatch subscribers unmute` takes them."""
MOST_MUTED = 3
"""Muted alerts that are shown; `--json` has all."""


class SubscriberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber as `list` gives it to programs. Times are in UTC."""

    id: str
    kind: str
    where: str
    watches: tuple[str, ...]
    min_severity: str
    when: str
    waiting: dict[str, int]
    last_sent: datetime | None = None
    paused: bool = False
    paused_until: datetime | None = None
    failing_since: datetime | None = None
    last_error: str | None = None
    stopped: str | None = None
    stopped_since: datetime | None = None
    muted: dict[str, datetime] = {}
    """Muted alerts, the last one first, with since when: each stays so until it is unmuted."""


def row(subscriber: Subscriber, state: SubscriberState) -> SubscriberRow:
    """Return what is told of a subscriber."""
    until = state.paused_until
    return SubscriberRow(
        id=subscriber.id,
        kind=subscriber.kind,
        where=where(subscriber.sink),
        watches=subscriber.watches,
        min_severity=subscriber.min_severity,
        when=when(subscriber),
        waiting=state.waiting,
        last_sent=_time(state.last_sent),
        paused=until is not None,
        paused_until=None if until in (None, float("inf")) else _time(until),
        failing_since=_time(state.failing_since),
        last_error=state.last_error,
        stopped=state.stopped.why if state.stopped else None,
        stopped_since=_time(state.stopped.since if state.stopped else None),
        muted={alert: datetime.fromtimestamp(at, UTC) for alert, at in state.muted.items()},
    )


def where(sink: SinkSettings) -> str:
    """Return to whom or what a sink sends: a person's address, a chat, the host of a server."""
    given = {name: getattr(sink, name, None) for name in ("to", "chat", "url", "server")}
    for name, value in given.items():
        if isinstance(value, str):
            return value if name in {"to", "chat"} else host_of(value)
    return ""


def table(rows: Sequence[SubscriberRow], now: float) -> Table:
    """Lay the rows out for people."""
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("subscriber", "by", "watches", "when", "waiting", "last sent", "state"):
        shown.add_column(name, overflow="fold")
    for one in rows:
        last = "-" if one.last_sent is None else f"{_ago(now - one.last_sent.timestamp())} ago"
        by = f"{one.kind} {plain(one.where)}".strip()
        waiting = ", ".join(f"{count} {why}" for why, count in sorted(one.waiting.items())) or "-"
        watches = ", ".join(one.watches) or "all"
        shown.add_row(one.id, by, watches, one.when, waiting.replace("_", " "), last, _state(one))
    return shown


def when(asked: Preferences) -> str:
    """Return in a few words when a subscriber is told."""
    said = ["at once" if asked.digest is None else f"{asked.digest} digest"]
    if asked.min_severity is not Severity.LOW:
        said.append(f"from {asked.min_severity}")
    if asked.quiet_hours is not None:
        quiet = asked.quiet_hours
        said.append(f"quiet {_clock(quiet.start)}-{_clock(quiet.end)} {asked.time_zone}")
    if asked.group_wait:
        said.append(f"grouped for {_ago(asked.group_wait)}")
    if asked.cooldown:
        said.append(f"cooldown {_ago(asked.cooldown)}")
    if asked.hourly_cap is not None:
        said.append(f"at most {asked.hourly_cap} an hour")
    if asked.flap_wait != FLAP_SECONDS:
        later = f"{_ago(asked.flap_wait)} later" if asked.flap_wait else "at once"
        said.append(f"after two withdrawals {later}")
    return ", ".join(said)


def _state(one: SubscriberRow) -> str:
    """Return how it gets on, and which alerts it is told no more of."""
    if not one.muted:
        return _health(one)
    named = ", ".join(
        f"{plain(alert)[:SHORT]} since {since:%Y-%m-%d %H:%M} UTC"
        for alert, since in list(one.muted.items())[:MOST_MUTED]
    )
    rest = len(one.muted) - MOST_MUTED
    more = f" and {rest} more" if rest > 0 else ""
    return f"{_health(one)}; muted until you unmute: {named}{more}"


def _health(one: SubscriberRow) -> str:
    if one.paused:
        until = one.paused_until
        return "paused" if until is None else f"paused until {until:%Y-%m-%d %H:%M} UTC"
    if one.stopped_since is not None:
        return f"stopped since {one.stopped_since:%Y-%m-%d %H:%M} UTC: {plain(one.stopped or '')}"
    if one.failing_since is not None:
        why = f": {plain(one.last_error)}" if one.last_error else ""
        return f"failing since {one.failing_since:%Y-%m-%d %H:%M} UTC{why}"
    return "ok"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _ago(seconds: float) -> str:
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
