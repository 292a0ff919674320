"""How faults speak: values safely quoted, types in plain words, the nearest right name. Pure."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from msgspec import inspect

SHOWN = 60
"""Characters of a value that a message repeats."""
HUGE = 10**15
"""From here on a number is not worth its digits."""
MOST_NAMED = 20
"""Names that a message lists; the others are counted."""


def shown(text: str) -> str:
    """Quote a text, cut, with whatever doesn't print made visible: it may come from anyone."""
    seen = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text[:SHOWN]
    )
    return f'"{seen}"' if len(text) <= SHOWN else f'"{seen}..."'


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return `; did you mean "x"?`, or nothing if no allowed name is near."""
    close = difflib.get_close_matches(name.lower(), sorted(allowed), n=1)
    return f"; did you mean {shown(close[0])}?" if close else ""


def not_called(value: str, known: Collection[str], what: str = "") -> str:
    """Say that nothing has this name, and what there is."""
    names = sorted(known)
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    there = f"there are {', '.join(names[:MOST_NAMED])}{more}" if names else "there are none"
    near = nearest(value, names) or f"; {there}"
    return f"{f'no {what}' if what else 'nothing here'} is called {shown(value)}{near}"


def choose(value: str, allowed: Iterable[str]) -> str:
    """Return the value back if it is one of the allowed ones, else raise `ValueError`."""
    names = list(allowed)
    if value in names:
        return value
    raise ValueError(f"{shown(value)} is not one of {', '.join(names)}{nearest(value, names)}")


def expected(kind: object) -> str:
    """Say what a type wants, in an operator's words."""
    return _expected(inspect.type_info(kind))


_PLAIN: Mapping[type[inspect.Type], str] = MappingProxyType(
    {
        inspect.StrType: "text in quotes",
        inspect.CustomType: "a path in quotes",
        inspect.BoolType: "true or false",
        inspect.IntType: "a whole number",
        inspect.DictType: 'a table of texts, such as { Name = "..." }',
    }
)


def _expected(info: inspect.Type) -> str:
    match info:
        case inspect.FloatType(ge=low, le=high):
            least = "" if low is None else f" from {low:g}"
            return f"a number{least}" + ("" if high is None else f" to {high:g}")
        case inspect.EnumType(cls=choices):
            return " or ".join(choice.value for choice in choices)
        case inspect.VarTupleType():
            return "a list in brackets"
        case inspect.TupleType(item_types=items):
            return f"a list of exactly {len(items)} in brackets"
        case inspect.UnionType(types=kinds):
            return " or ".join(_expected(k) for k in kinds if not isinstance(k, inspect.NoneType))
    return _PLAIN[type(info)]


def found(value: object) -> str:
    """Say what stands there: numbers as they are; texts never, for they may be secret."""
    match value:
        case bool():
            return str(value).lower()
        case int() if abs(value) >= HUGE:
            return "a huge number"
        case int() | float():
            return str(value)
        case str():
            return "text" if value else "empty text"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a table"
    return "a date or time"


def mismatch(kind: object, value: object) -> ValueError:
    """Return the error for a value of the wrong type or out of range."""
    return ValueError(f"expected {expected(kind)}, found {found(value)}")
