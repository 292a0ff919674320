"""Sections against the records they should become: generic over the struct, all faults at once.

Each value is converted on its own by its field's type, then by the rule for its key.
What is said about a value never repeats a text, unless its rule is known to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec

from wirewatch.config.document import UNREADABLE, Leaf, Section
from wirewatch.config.faults import LineFault
from wirewatch.config.wording import choose, mismatch, nearest, shown

Rule = Callable[[Any], object]
"""Gives the value to keep, or raises `ValueError` with what is wrong."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a table may hold.

    `refused` says why a key that people will try is not there; `lax` takes numbers and
    true or false from text, as environment variables give them. `missing` is added to what is
    said of a key that isn't there.
    """

    kind: type[msgspec.Struct]
    rules: Mapping[str, Rule]
    refused: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    lax: bool = False
    missing: str = ""


@dataclass(frozen=True)
class CheckedSection:
    """The good values of a section, the line of each key, and all that is wrong."""

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    problems: tuple[LineFault, ...]

    @property
    def whole(self) -> bool:
        """Whether every key has a value: one in a broken line has none, and no problem here."""
        return self.values.keys() == self.lines.keys()


def check(section: Section, shape: Shape) -> CheckedSection:
    """Convert what a section holds, and find every fault in it."""
    fields = {info.encode_name: info for info in msgspec.structs.fields(shape.kind)}
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    problems: list[LineFault] = []
    for leaf in section.leaves:
        if leaf.key not in fields:
            problems.append(LineFault(leaf.line, _unknown(leaf.key, shape)))
        elif leaf.key in lines:
            problems.append(
                LineFault(leaf.line, f"{leaf.key}: already set in line {lines[leaf.key]}")
            )
        else:
            lines[leaf.key] = leaf.line
            value, wrong = _value(leaf, _wanted(fields[leaf.key].type), shape)
            problems.extend(wrong)
            if not wrong and value is not UNREADABLE:
                values[leaf.key] = value
    problems.extend(
        LineFault(section.line, f"{key}: missing{shape.missing}")
        for key, info in fields.items()
        if info.required and key not in lines
    )
    return CheckedSection(values, lines, tuple(problems))


def _unknown(key: str, shape: Shape) -> str:
    if key in shape.refused:
        return f"{key}: {shape.refused[key]}"
    keys = [info.encode_name for info in msgspec.structs.fields(shape.kind)]
    return f"unknown key {shown(key)}{nearest(key, keys)} (keys: {', '.join(keys)})"


def _wanted(kind: object) -> object:
    """Return the type that a value must have when it is given: TOML has no null."""
    kinds = [one for one in get_args(kind) if one is not NoneType]
    return kinds[0] if isinstance(kind, UnionType) and len(kinds) == 1 else kind


def _value(leaf: Leaf, kind: object, shape: Shape) -> tuple[object, list[LineFault]]:
    """Return the value made, and each thing wrong with it."""
    if leaf.value is UNREADABLE:
        return UNREADABLE, []
    if get_origin(kind) is tuple and isinstance(leaf.value, list):
        return _items(leaf, leaf.value, kind, shape)
    try:
        return _one(leaf.value, kind, leaf.key, shape), []
    except ValueError as error:
        return None, [LineFault(leaf.line, f"{leaf.key}: {error}")]


def _items(
    leaf: Leaf, items: list[object], kind: object, shape: Shape
) -> tuple[object, list[LineFault]]:
    item_kind, *rest = get_args(kind)
    made, problems = [], []
    if rest != [...] and len(items) != 1 + len(rest):
        problems.append(LineFault(leaf.line, f"{leaf.key}: {mismatch(kind, items)}"))
    for number, item in enumerate(items):
        try:
            made.append(_one(item, item_kind, leaf.key, shape))
        except ValueError as error:
            problems.append(LineFault(leaf.line_of(number), f"{leaf.key}: {error}"))
    return tuple(made), problems


def _one(value: object, kind: object, key: str, shape: Shape) -> object:
    if isinstance(kind, type) and issubclass(kind, StrEnum) and isinstance(value, str):
        choose(value, kind)
    try:
        made = msgspec.convert(value, kind, strict=not shape.lax, dec_hook=_path)
    except msgspec.ValidationError:
        raise mismatch(kind, value) from None
    rule = shape.rules.get(key)
    return made if rule is None or made is None else rule(made)


def _path(kind: type, value: object) -> object:
    """Convert what msgspec doesn't know: paths."""
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    raise TypeError
