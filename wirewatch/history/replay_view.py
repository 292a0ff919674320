"""A replay's result: for people as tables, for programs as lines of JSON."""

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Grouping, Kind
from streams.model.verdict import Opinion
from streams.model.watch import Severity
from wirewatch.counted import counted
from wirewatch.history.replay_difference import AlertDifference, DifferenceKind
from wirewatch.history.replay_totals import ReplayTotals
from wirewatch.history.verdicts import Voice

SIGNS = {
    DifferenceKind.GAINED: ("+", "green"),
    DifferenceKind.LOST: ("-", "red"),
    DifferenceKind.CHANGED: ("~", "yellow"),
}
MOST_WATCHES = 40
FEW = 100
"""Stories below which a rate says nothing."""
Given = Callable[[str], str | int]
"""Gives a story's id as it was handed in."""


class ReplayLine(msgspec.Struct, frozen=True, kw_only=True):
    """An alert event as a line of JSON. `story` is what it rests on, `stories` all so far.

    `related` are the alerts that one which `opened` may belong to, `grouping` says by what.
    """

    alert: str
    event: str
    kind: Kind
    reason: str
    watch: str
    title: str
    severity: Severity
    story: str | int
    stories: tuple[str | int, ...]
    outlets: tuple[str, ...]
    headline: str
    at: datetime
    related: tuple[str, ...]
    grouping: Grouping | None


_encoder = msgspec.json.Encoder()


def write(event: AlertEvent, given: Given) -> None:
    """Print an event as a line of JSON."""
    line = ReplayLine(
        alert=event.alert,
        event=event.event,
        kind=event.kind,
        reason=event.reason,
        watch=event.watch,
        title=event.title,
        severity=event.severity,
        story=given(event.story.id),
        stories=tuple(map(given, event.stories)),
        outlets=event.outlets,
        headline=event.story.headline,
        at=event.times.raised or event.story.first_seen,
        related=event.related,
        grouping=event.grouping,
    )
    write_line(line)


def write_line(line: msgspec.Struct) -> None:
    """Print a record as a line of JSON."""
    sys.stdout.buffer.write(_encoder.encode(line) + b"\n")


def show(console: Console, totals: ReplayTotals, watches: Watches, seconds: float | None) -> None:
    """Print what a replay came to, and its rate if it has one."""
    if seconds is None:
        rate = ""
    elif totals.stories < FEW:
        rate = f" in {seconds:.1f} s"
    else:
        rate = f" ({totals.stories / seconds:,.0f}/s)"
    span = f" from {totals.first:%Y-%m-%d} to {totals.last:%Y-%m-%d}" if totals.first else ""
    console.print(Text(f"{counted(totals.stories, 'story')}{span}{rate}", "bold"))
    console.print()
    console.print(_by_watch(totals, watches))
    if totals.opened:
        console.print()
        opened = sum(n for (_, kind), n in totals.events.items() if kind is Kind.OPENED)
        shown = len(totals.opened)
        which = "alerts" if opened == shown else f"last {counted(shown, 'alert')}"
        console.print(_alerts(which, totals.opened))


def _by_watch(totals: ReplayTotals, watches: Watches) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("watch")
    for heading in ("stories", "alerts", "updated", "corrected", "withdrawn"):
        table.add_column(heading, justify="right")
    rows = sorted(totals.rows(watches), key=lambda row: -int(row[1]))
    for row in rows[:MOST_WATCHES]:
        table.add_row(*row)
    if len(rows) > MOST_WATCHES:
        table.add_row(f"and {len(rows) - MOST_WATCHES} more", style="dim")
    return table


def _alerts(which: str, opened: Iterable[AlertEvent]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("opened", no_wrap=True)
    table.add_column("watch", no_wrap=True)
    table.add_column(which)
    table.add_column("outlet", overflow="ellipsis", no_wrap=True)
    for event in opened:
        table.add_row(*_opened(event))
    return table


def _opened(event: AlertEvent) -> tuple[Text, ...]:
    """Return when an alert opened, its watch, its headline and who brought it."""
    at = event.times.raised or event.story.first_seen
    style = "bold red" if event.severity is Severity.CRITICAL else ""
    return (
        Text(f"{at:%Y-%m-%d %H:%M}"),
        Text(event.watch),
        Text(plain(event.story.headline) or "(no headline)", style),
        Text(plain(event.story.source)),
    )


def show_differences(console: Console, differences: Iterable[AlertDifference]) -> None:
    """Print how a draft differs."""
    found = list(differences)
    counts = ", ".join(
        _counted(change, [one for one in found if one.difference is change])
        for change in DifferenceKind
    )
    console.print()
    console.print(Text(f"against the watches in force: {counts}", "bold"))
    for one in found:
        sign, style = SIGNS[one.difference]
        text = Text()
        text.append(f"{sign} {one.difference:<8}", style)
        text.append(f"{one.at:%Y-%m-%d %H:%M}  {one.watch}  ", "dim")
        text.append(plain(one.headline) or "(no headline)")
        console.print(text)
        console.print(Padding(Text(plain(one.because), "dim"), (0, 0, 0, 2)))
        if one.voices:
            said = "; ".join(map(_said, one.voices))
            console.print(Padding(Text(f"called {plain(said)}", "cyan"), (0, 0, 0, 2)))


def _counted(change: DifferenceKind, found: Sequence[AlertDifference]) -> str:
    """Say how many there are, and of how many people said what."""
    opinions = [one.verdict for one in found]
    said = [
        f"{opinions.count(one)} {one if one is Opinion.DISPUTED else f'called {one}'}"
        for one in Opinion
        if one in opinions
    ]
    return f"{len(found)} {change}" + (f" ({', '.join(said)})" if said else "")


def _said(voice: Voice) -> str:
    return f"{voice.said} by {voice.by}" + (f": {voice.note}" if voice.note else "")


def show_opened(console: Console, event: AlertEvent) -> None:
    """Print an alert that has just opened as a line."""
    console.print(Text("  ").join(_opened(event)), soft_wrap=True)
