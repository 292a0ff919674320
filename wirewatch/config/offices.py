"""The operator's own office holders: `offices.txt`, in the form of the shipped table."""

from datetime import date

from streams.tagging import Office
from wirewatch.config import rules
from wirewatch.config.faults import LineFault
from wirewatch.config.wording import shown

FILE = "offices.txt"
COLUMNS = "code; names, parted by `,`; from; to (YYYY-MM-DD, or empty)"


def offices(text: str) -> tuple[tuple[Office, ...], list[LineFault]]:
    """Return the office holders of a file, and what is wrong with each line."""
    found: list[Office] = []
    problems: list[LineFault] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            found.append(_office(line))
        except ValueError as error:
            problems.append(LineFault(number, str(error)))
    return tuple(found), problems


def _office(line: str) -> Office:
    columns = [column.strip() for column in line.split(";")]
    if len(columns) != 4:
        raise ValueError(f"{len(columns)} columns, but a line has four: {COLUMNS}")
    code, group, since, until = columns
    names = tuple(filter(None, (name.strip() for name in group.split(","))))
    if not names:
        raise ValueError(f"no name: a line is {COLUMNS}")
    first, last = _date(since), _date(until)
    if first and last and first > last:
        raise ValueError(f"the term ends ({last}) before it begins ({first})")
    return Office(rules.country(code), names, first, last)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{shown(text)} is not a date: write YYYY-MM-DD, or nothing") from None
