"""Where the brackets, strings and list items of a TOML text end, line by line; reads no value."""

import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(
    r"\s*+(?:(?P<end>#.*|$)|(?P<mark>[\[\]{},])|(?P<multi>\"{3}|'{3})"
    r"|\"(?:[^\"\\]|\\.)*+\"|'[^']*'|[^\s#\[\]{},\"']++|.)"
)
_CLOSES = {
    '"""': re.compile(r"(?:[^\"\\]|\\.?|\"{1,2}(?!\"))*+\"{3,5}"),
    "'''": re.compile(r"(?:[^']|'{1,2}(?!'))*+'{3,5}"),
}
"""Strings of many lines: up to two quotes more may stand before the three that close them."""
_OPENING, _CLOSING = "[{", "]}"
_VALUE, _LINE_BREAK = "value", "\n"


def closed_after(lines: Iterable[str]) -> Iterator[int]:
    """Yield the counts of lines after which no bracket and no string is open."""
    depth = 0
    for number, sign in _tokens(lines):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if sign == _LINE_BREAK and depth <= 0:
            yield number + 1


def item_lines(lines: Iterable[str]) -> list[int]:
    """Return in which line, from 0, each item of a statement's list ends."""
    found: list[int] = []
    depth = 0
    last: int | None = None  # the line of what was read last of an item
    for number, sign in _tokens(lines):
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        if depth == 0 or (depth == 1 and sign == ","):
            found += () if last is None else (last,)
            last = None
        elif sign in _CLOSING or sign == _VALUE:
            last = number
    return found


def _tokens(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield brackets, commas, values and line breaks outside strings, each with its line."""
    closes: re.Pattern[str] | None = None
    for number, line in enumerate(lines):
        at = 0
        if closes:
            closed = closes.match(line)
            if not closed:
                continue
            at, closes = closed.end(), None
            yield number, _VALUE
        while (token := _TOKEN.match(line, at)) and token.lastgroup != "end":
            at = token.end()
            if token.lastgroup == "mark":
                yield number, token["mark"]
                continue
            if token.lastgroup == "multi":
                closes = _CLOSES[token["multi"]]
                closed = closes.match(line, at)
                if not closed:
                    break
                at, closes = closed.end(), None
            yield number, _VALUE
        if not closes:
            yield number, _LINE_BREAK
