"""A TOML text as its statements, each with its line: pure, and it goes on after a fault.

`tomllib` gives no lines, and stops at the first fault. But a TOML text is a row of
statements (a header, or a key with its value), each ended by a line break; so the
shortest run of lines that `tomllib` takes on its own is one statement. It decides where
strings, lists and comments end: nothing here parses a value. Where a statement of many lines may
end is looked up beforehand (`toml_lines.py`), so that each is parsed once.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import Any

from wirewatch.config.faults import LineFault
from wirewatch.config.toml_lines import closed_after, item_lines

BEGINS = re.compile(r"\s*(\[{1,2}[\w .-]+\]|[\w.-]+\s*=)")
"""What looks like the beginning of a statement: where reading goes on after a fault."""
KEY = re.compile(r"\s*([\w-]+)\s*=")
HEADER = re.compile(r"\s*\[+\s*([\w.-]+)")
PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_MOST_PARTS = 200
_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
_DEEP_KEY = re.compile(rf"(?<![\w\"'-])(?:{_PART}){{{_MOST_PARTS}}}")
"""A key of more parts than any table here is deep: `tomllib` takes hours over one of a megabyte."""
_MOST_READ_AGAIN = 20
"""How many times a text may be read anew behind what is broken or never closed."""

UNREADABLE = object()
"""The value of a key whose statement is broken: that fault has been told, no need for more."""


@dataclass(frozen=True)
class Leaf:
    """A key with its value, the line it begins in, and its text."""

    key: str
    value: object
    line: int
    text: str = ""

    def line_of(self, item: int) -> int:
        """Return the line in which an item of the list ends."""
        ends = self._item_lines
        return self.line + (ends[item] if item < len(ends) else self.text.count("\n"))

    @cached_property
    def _item_lines(self) -> list[int]:
        return item_lines(self.text.split("\n"))


@dataclass
class Section:
    """A table as it is written: the root has no name, `[[feed]]` is doubled."""

    name: str
    doubled: bool = False
    line: int = 0
    leaves: list[Leaf] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """The root section, then one for each header, in order; and what is no TOML."""

    sections: tuple[Section, ...]
    problems: tuple[LineFault, ...]


def read(text: str) -> Document:
    """Read all that can be read."""
    sections, problems = [Section("")], []
    lines = text.replace("\r\n", "\n").split("\n")
    start, left = 0, _MOST_READ_AGAIN * len(text)
    while start < len(lines):
        end, parsed = _statement(lines, start)
        if isinstance(parsed, ValueError):
            problems.append(_problem(parsed, start + 1))
            left -= sum(map(len, lines[start:end]))
            if left < 0:
                problems.append(LineFault(start + 1, "too much is broken: the rest is not read"))
                break
            end = _resume(lines, start, end)
            sections.extend(_broken(lines[start], start + 1, sections[-1]))
        else:
            source = "\n".join(lines[start:end])
            sections.extend(_whole(source, parsed, start + 1, sections[-1]))
        start = end
    return Document(tuple(sections), tuple(problems))


def referee(text: str) -> LineFault | None:
    """Ask `tomllib` for the whole: it knows what no statement shows by itself."""
    parsed = _parse(text)
    return _problem(parsed) if isinstance(parsed, ValueError) else None


def _parse(text: str) -> dict[str, Any] | ValueError:
    if _DEEP_KEY.search(text):
        return ValueError(f"A key of more than {_MOST_PARTS} parts")
    try:
        # The line break is part of the statement: without it a cut one looks merely unfinished.
        return tomllib.loads(text + "\n")
    except ValueError as error:
        return error
    except RecursionError:
        return ValueError("Too deeply nested")


def _statement(lines: list[str], start: int) -> tuple[int, dict[str, Any] | ValueError]:
    """Return the end of the statement that begins at `start`, and what it says."""
    end, parsed = start + 1, _parse(lines[start])
    if _unfinished(parsed):
        rest = len(lines) - start
        for count in chain(closed_after(islice(lines, start, None)), (rest,)):
            end = start + count
            parsed = _parse("\n".join(lines[start:end]))
            if not _unfinished(parsed):
                break
    return end, parsed


def _unfinished(parsed: dict[str, Any] | ValueError) -> bool:
    return isinstance(parsed, ValueError) and str(parsed).endswith("(at end of document)")


def _resume(lines: list[str], start: int, end: int) -> int:
    """Find where to go on: after a broken statement of many lines, at what looks like the next."""
    if end == start + 1:
        return end
    likely = (n for n in range(start + 1, len(lines)) if BEGINS.match(lines[n]))
    return next(likely, len(lines))


def _problem(error: ValueError, first: int | None = None) -> LineFault:
    """Put an error into words; `first` is the line its statement begins in."""
    said = str(error)
    place = PLACE.search(said)
    reason = f"not TOML: {PLACE.sub('', said)}"
    begin = first or 1
    if place is None:
        return LineFault(begin, reason)
    if place[1] is None:
        return LineFault(begin, f"{reason}: what begins here is never closed")
    line = begin + int(place[1]) - 1
    begun = f", in what begins in line {first}" if first and line > first else ""
    return LineFault(line, f"{reason} at column {place[2]}{begun}")


def _whole(source: str, parsed: dict[str, Any], line: int, last: Section) -> Iterator[Section]:
    """Add a key to the last section, or give the sections that a statement opens."""
    if source.lstrip().startswith("["):
        yield _header(parsed, line)
        return
    for key, value in parsed.items():
        leaf = Leaf(key, value, line, source)
        if not last.name and _is_tables(value):
            yield from (
                Section(key, True, at, [Leaf(k, v, at) for k, v in table.items()])
                for at, table in ((leaf.line_of(n), table) for n, table in enumerate(value))
            )
        else:
            last.leaves.append(leaf)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _header(parsed: dict[str, Any], line: int) -> Section:
    names, inner = [], parsed
    while inner:
        (name, value), *_ = inner.items()
        names.append(name)
        if isinstance(value, list):
            return Section(".".join(names), True, line)
        inner = value
    return Section(".".join(names), False, line)


def _broken(source: str, line: int, last: Section) -> Iterator[Section]:
    """Keep what a broken line was meant to be, so that one slip isn't told twice."""
    if header := HEADER.match(source):
        yield Section(header[1], "[[" in source or "]]" in source, line)
    elif key := KEY.match(source):
        last.leaves.append(Leaf(key[1], UNREADABLE, line))


def decoded(data: bytes) -> tuple[str, list[LineFault]]:
    """Decode line by line, so that each line that is not UTF-8 is told, and the rest read."""
    lines, problems = [], []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            lines.append(line.decode(errors="replace"))
            problems.append(
                LineFault(
                    number, f"not UTF-8 (byte 0x{line[error.start]:02x}): save the file as UTF-8"
                )
            )
    return "\n".join(lines), problems
