"""A box around an alert whose right side stands where it belongs, whatever script is in it.

Terminals disagree on how wide some characters are: vowels of Khmer and other scripts of South Asia
that stand beside their letter, and composed emoji. So lines are broken as the widest reading asks,
and on a terminal the right side is put at its column rather than behind so many blanks.
"""

import unicodedata
from collections.abc import Iterable

from rich.cells import get_character_cell_size
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from rich.segment import Segment
from rich.style import Style

NARROWEST = 20
"""Cells that are always left for the text: a terminal this narrow may break lines as it likes."""
SIDES = 4
"""Cells that the box itself takes of a line."""


class Box:
    """A title in the upper border, a text in the lower one, and the content between."""

    def __init__(self, content: RenderableType, *, title: str, foot: str, style: str) -> None:
        """Put a box around the content; the texts must be plain already."""
        self._content = content
        self._title = title
        self._foot = foot
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as wide as there is room."""
        width = max(options.max_width, NARROWEST + SIDES)
        style = console.get_style(self._style)
        yield from _border("╭", self._title, "╮", width, style)
        for line in _lines(console, options, self._content, width - SIDES):
            missing = width - SIDES - sum(cells(part.text) for part in line)
            yield Segment("│ ", style)
            yield from line
            yield Segment(" " * (missing + 1))
            yield Control.move_to_column(width - 1)
            yield Segment("│", style)
            yield Segment.line()
        yield from _border("╰", self._foot, "╯", width, style)


def cells(text: str) -> int:
    """Return how many columns a text takes at most on any terminal."""
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if char == "\N{VARIATION SELECTOR-16}":  # makes the one before it wide
        return 1
    known = get_character_cell_size(char)
    return max(known, 1) if unicodedata.category(char) == "Mc" else known


def _lines(
    console: Console, options: ConsoleOptions, content: RenderableType, width: int
) -> Iterable[list[Segment]]:
    """Lay the content out, narrower where lines would be too long for some terminal."""
    asked = width
    while True:
        inner = options.update(width=asked, height=None)
        lines = console.render_lines(content, inner, pad=False)
        over = max((sum(cells(part.text) for part in line) for line in lines), default=0) - width
        if over <= 0 or asked <= NARROWEST:
            return lines
        asked = max(NARROWEST, asked - max(1, over // 2))


def _border(left: str, told: str, right: str, width: int, style: Style) -> RenderResult:
    shown = _cut(told, width - len("╭─  ─╮"))
    middle = f" {shown} " if told else ""
    rest = width - len("╭─╮") - cells(middle)
    yield Segment(f"{left}─{middle}" + "─" * rest, style)
    yield Control.move_to_column(width - 1)
    yield Segment(right, style)
    yield Segment.line()


def _cut(text: str, room: int) -> str:
    """Return as much of a text as there is room for, in one pass however long it is."""
    used = kept = 0
    for place, char in enumerate(text):
        used += _cells(char)
        if used <= room - 1:
            kept = place + 1
        if used > room:
            return f"{text[:kept]}…"
    return text
