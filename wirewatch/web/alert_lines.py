"""Alerts as a list shows them, and what an address asks for."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from streams.model.alert import AlertEvent
from wirewatch.archive import queries
from wirewatch.archive.alert_events import last_events
from wirewatch.archive.queries import BadQuestionError
from wirewatch.archive.rows import AlertQuery, AlertRow
from wirewatch.web.questions import at_least, require_known, ruled, told_by

PERIODS: Mapping[str, timedelta] = MappingProxyType(
    {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
)
PERIOD_WORDS: Mapping[str, str] = MappingProxyType(
    {"24h": "24 hours", "7d": "7 days", "30d": "30 days"}
)
_OUTLET = re.compile(r"[^\x00-\x1f]{0,200}")
_WATCH = re.compile(r"[^\x00-\x1f]{1,100}")


class AlertLine(NamedTuple):
    """An alert, and what happened to it last."""

    alert: AlertRow
    last: AlertEvent | None


class AlertFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for; what is empty asks for nothing."""

    watch: str = ""
    pair: str = ""
    state: str = ""
    min_severity: str = ""
    outlet: str = ""
    since: str = ""
    shadow: str = ""

    def query(self, now: datetime, cursor: str, limit: int) -> AlertQuery:
        """Return what to ask the archive."""
        return AlertQuery(
            watch=self.watch,
            pair=self.pair,
            state=self.state,
            min_severity=self.min_severity,
            outlet=self.outlet,
            since=now - PERIODS[self.since] if self.since else None,
            shadow=bool(self.shadow),
            limit=limit,
            cursor=cursor,
        )

    def takes(self, row: AlertRow, now: datetime) -> bool:
        """Say whether an alert is among those asked for, as the archive would."""
        return (
            self.concerns(row)
            and self.pair in ("", row.pair)
            and self.state in ("", row.state)
            and at_least(self.min_severity, row.severity)
            and told_by(self.outlet, row.outlets)
            and (not self.since or row.opened >= now - PERIODS[self.since])
        )

    def concerns(self, row: AlertRow) -> bool:
        """Say whether an alert is, or may have been before."""
        return self.watch in ("", row.watch) and (bool(self.shadow) or not row.shadow)

    @property
    def asked(self) -> dict[str, object]:
        """The questions of the address."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    def words(self, watches: Mapping[str, str]) -> list[str]:
        """Return the same for people; `watches` has the titles."""
        at_least = f"from {self.min_severity}" if self.min_severity else ""
        since = f"in the last {PERIOD_WORDS[self.since]}" if self.since else ""
        title = watches.get(self.watch, self.watch)
        shadow = "shadow watches too" if self.shadow else ""
        given = (title, self.pair, self.state, at_least, self.outlet, since, shadow)
        return [one for one in given if one]


def alert_lines(db: sqlite3.Connection, query: AlertQuery, now: datetime) -> list[AlertLine]:
    """Return alerts with what happened to them last."""
    rows = queries.alerts(db, query, now)
    last = last_events(db, [row.id for row in rows])
    return [AlertLine(row, last.get(row.id)) for row in rows]


def filters_of(asked: Mapping[str, str]) -> AlertFilters:
    """Read what an address asks for. Raises `BadQuestionError`."""
    given = {name: asked.get(name, "").strip() for name in AlertFilters.__struct_fields__}
    if given["watch"] and not _WATCH.fullmatch(given["watch"]):
        raise BadQuestionError("this is not the id of a watch")
    if given["pair"]:
        given["pair"] = ruled("pair", given["pair"])
    for name in ("state", "min_severity"):
        require_known(name, given[name])
    if not _OUTLET.fullmatch(given["outlet"]):
        raise BadQuestionError("this is not the name of an outlet")
    if given["since"] and given["since"] not in PERIODS:
        raise BadQuestionError(f"since is none of {', '.join(PERIODS)}")
    return AlertFilters(**given)
