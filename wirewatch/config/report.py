"""Faults put into words for people: one line each, and a count at the end. Pure."""

from wirewatch.config.faults import ConfigError, Fault
from wirewatch.counted import counted

TOLD = 5
"""Faults told in the log; `wirewatch check` has all."""


def lines(error: ConfigError) -> list[str]:
    """Return the report: `feeds.toml:12: feed "voa-khmer": interval: ...`, then the count."""
    return [*each(error), _count(error.faults)]


def each(error: ConfigError) -> list[str]:
    """Return a line for each fault."""
    return [_line(fault) for fault in error.faults]


def told(error: ConfigError) -> dict[str, object]:
    """Return the first faults and their number, for the log."""
    *faults, count = lines(error)
    more = len(faults) - TOLD
    rest = [f"and {more} more: `wirewatch check` lists all"] if more > 0 else []
    return {"because": [*faults[:TOLD], *rest], "faults": count}


def _line(fault: Fault) -> str:
    place = f"{fault.file}:{fault.line}" if fault.line else fault.file
    return f"{place}: {fault.message}"


def _count(faults: tuple[Fault, ...]) -> str:
    places = {fault.file for fault in faults}
    where = next(iter(places)) if len(places) == 1 else counted(len(places), "place")
    return f"{counted(len(faults), 'fault')} in {where}"
