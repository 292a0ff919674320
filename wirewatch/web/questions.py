"""What an address asks for, read into a query of the archive. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

import msgspec

from streams.model.tags import Relation, TopicRole
from streams.model.watch import Severity
from wirewatch.archive.queries import BadQuestionError
from wirewatch.archive.standing import CLOSED, OPEN, WITHDRAWN
from wirewatch.config import rules

MOST_ROWS = 200
"""Rows that are given at once."""
_AGO = re.compile(r"([1-9][0-9]{0,3})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
STATES = (OPEN, WITHDRAWN, CLOSED)
RELATIONS = tuple(one.value for one in Relation)
ROLES = tuple(one.value for one in TopicRole)
SEVERITIES = tuple(one.value for one in Severity)
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"state": STATES, "min_severity": SEVERITIES, "relation": RELATIONS, "role": ROLES}
)
RULED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"pair": rules.pair, "country": rules.country, "topic": rules.slug, "language": rules.language}
)
QueryT = TypeVar("QueryT", bound=msgspec.Struct)


def require_names(asked: Iterable[str], names: Iterable[str]) -> None:
    """Raise `BadQuestionError` for a name that nothing can be asked by: it is mistyped."""
    known = tuple(names)
    for name in asked:
        if name not in known:
            can = f"{', '.join(known)} can" if known else "nothing can"
            raise BadQuestionError(f"{name!r} can't be asked for here: {can}")


def query_of(kind: type[QueryT], asked: Mapping[str, str], now: datetime) -> QueryT:
    """Read a query out of the questions of an address. Raises `BadQuestionError`."""
    require_names(asked, kind.__struct_fields__)
    values: dict[str, object] = {name: text.strip() for name, text in asked.items()}
    values = {name: value for name, value in values.items() if value}
    for name, text in asked.items():
        if name in values:
            values[name] = _value(name, text.strip(), now)
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise BadQuestionError(str(error)) from error


def require_known(name: str, value: str) -> None:
    """Raise `BadQuestionError` for a value that a question of few answers doesn't have."""
    known = KNOWN.get(name, ())
    if value and known and value not in known:
        raise BadQuestionError(f"{name} is none of {', '.join(known)}")


def at_least(wanted: str, severity: str) -> bool:
    """Say whether an alert matters as much as is wanted; all do where nothing is."""
    return not wanted or Severity(severity).rank >= Severity(wanted).rank


def told_by(wanted: str, outlets: Iterable[str]) -> bool:
    """Say whether an outlet is among some. As in the archive, `a` is `A`, but `é` isn't `É`."""
    name = wanted.encode().lower()
    return not wanted or any(one.encode().lower() == name for one in outlets)


def moment(text: str, now: datetime) -> datetime:
    """Read a moment: `7d` ago, or a day or time of ISO 8601, in UTC if unsaid."""
    if found := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        # In addresses a plus sign is a blank.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadQuestionError(
            f"{text!r} is not a time: write it like 7d (ago), 2026-11-01 or 2026-11-01T12:00Z"
        ) from None


def ruled(name: str, text: str) -> str:
    """Return a value as its rule takes it. Raises `BadQuestionError`."""
    try:
        return RULED[name](text)
    except ValueError as error:
        raise BadQuestionError(f"{name}: {error}") from error


def _value(name: str, text: str, now: datetime) -> object:
    match name:
        case "since" | "until":
            return moment(text, now)
        case "pair" | "country" | "topic" | "language":
            return ruled(name, text)
        case "limit":
            if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_ROWS:
                raise BadQuestionError(f"limit is a number from 1 to {MOST_ROWS}")
            return int(text)
        case "shadow":
            if text not in _FLAGS:
                raise BadQuestionError("shadow is 1 or 0")
            return _FLAGS[text]
        case _:
            require_known(name, text)
            return text
