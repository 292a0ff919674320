"""Go through the tables of a file: the good ones, and all that is wrong with the others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wirewatch.config.check import CheckedSection, Shape, check
from wirewatch.config.document import Section
from wirewatch.config.faults import LineFault
from wirewatch.config.wording import shown

Together = Callable[[CheckedSection], Iterator[tuple[str, str]]]
"""Gives each key that doesn't fit the others, and why."""
ShapeOf = Callable[[Section], Shape]


@dataclass(frozen=True)
class Found:
    """The values of each faultless table, in order, and all that is wrong with the others."""

    tables: tuple[Mapping[str, Any], ...]
    problems: tuple[LineFault, ...]


def find(sections: list[Section], shape: Shape | ShapeOf, together: Together) -> Found:
    """Check each table by its shape, then its keys together, then its id against the others'.

    Where tables differ by what is in them, `shape` says which one each must have.
    """
    tables, problems = [], []
    seen: dict[str, int] = {}
    for number, section in enumerate(sections, 1):
        checked = check(section, shape if isinstance(shape, Shape) else shape(section))
        wrong = list(checked.problems)
        wrong += [
            LineFault(checked.lines.get(key, section.line), f"{key}: {message}")
            for key, message in together(checked)
        ]
        if (name := checked.values.get("id")) in seen:
            wrong.append(
                LineFault(
                    checked.lines["id"], f"id: already taken in line {seen[name]}; choose another"
                )
            )
        elif name is not None:
            seen[name] = checked.lines["id"]
        label = f"{section.name} {_label(section, number)}"
        problems += [LineFault(p.line, f"{label}: {p.message}") for p in wrong]
        if not wrong and checked.whole:
            tables.append(checked.values)
    return Found(tuple(tables), tuple(problems))


def ids(sections: list[Section]) -> list[str]:
    """Return the ids that stand in a file, be the rest of their tables right or wrong."""
    leaves = (leaf for section in sections for leaf in section.leaves if leaf.key == "id")
    return [leaf.value for leaf in leaves if isinstance(leaf.value, str)]


def _label(section: Section, number: int) -> str:
    named = ids([section])
    return shown(named[0]) if named else f"number {number}"
