"""A bar of progress on standard error, with the rate and the time that remains."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

EVERY = 50
"""Items between two updates: an update costs as much as a small piece of work."""

Item = TypeVar("Item")


class Bar:
    """How far something is: the bar goes by units, the rate by items."""

    def __init__(self, shown: Progress, task: TaskID) -> None:
        """Start at nothing."""
        self._shown = shown
        self._task = task
        self._units = 0
        self._items = 0

    def add(self, units: int) -> None:
        """Count an item that is so many of the total's units."""
        self._units += units
        self._items += 1
        if self._items % EVERY == 0:
            elapsed = self._shown.tasks[0].elapsed or 0.0
            rate = f"{self._items / elapsed:,.0f}/s" if elapsed else ""
            count = f"{self._items:,}"
            self._shown.update(self._task, completed=self._units, count=count, rate=rate)

    def passed(self, items: Iterable[Item]) -> Iterator[Item]:
        """Count items as they pass, each a unit."""
        for item in items:
            yield item
            self.add(1)


@contextmanager
def bar(what: str, total: int | None, *, hidden: bool = False) -> Iterator[Bar]:
    """Show a bar while something goes on; without a total it says only how fast. On a terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        *((BarColumn(), TaskProgressColumn()) if total else ()),
        TextColumn("{task.fields[count]}"),
        TextColumn("[dim]{task.fields[rate]}"),
        *((TimeRemainingColumn(),) if total else ()),
    )
    off = hidden or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as shown:
        yield Bar(shown, shown.add_task(what, total=total, count="", rate=""))
