"""A day's spike explained: what was counted, against which days before, what decided."""

import sys
from collections.abc import Sequence
from datetime import datetime

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from streams.model.alert import AlertEvent
from streams.model.spike import DaySpike
from streams.model.verdict import Verdict
from wirewatch.archive.spikes import FEWEST, LEAST_PAST, PAST, RARE, TIMES
from wirewatch.counted import counted
from wirewatch.history.explain_view import verdict_line
from wirewatch.history.story_account import SHORT


class SpikeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A spike as a line of JSON."""

    alert: str
    watch: str
    reason: str
    at: datetime | None
    outlets: tuple[str, ...]
    spike: DaySpike
    verdicts: tuple[Verdict, ...]


def write_spike(event: AlertEvent, spike: DaySpike, verdicts: Sequence[Verdict]) -> None:
    """Print a spike as a line of JSON."""
    line = SpikeLine(
        alert=event.alert,
        watch=event.watch,
        reason=event.reason,
        at=event.times.raised,
        outlets=event.outlets,
        spike=spike,
        verdicts=tuple(verdicts),
    )
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")


def show_spike(
    console: Console, event: AlertEvent, spike: DaySpike, verdicts: Sequence[Verdict]
) -> None:
    """Print a spike for people."""
    console.print(Text(plain(event.reason), "bold"))
    told = f" · told {event.times.raised:%Y-%m-%d %H:%M:%S} UTC" if event.times.raised else ""
    shadow = " · shadow, delivered to nobody" if event.shadow else ""
    head = f"spike · alert {event.alert[:SHORT]} of {event.watch}{told}{shadow}"
    console.print(Text(plain(head), "dim"))
    console.print()
    table = Table.grid(padding=(0, 2))
    for name, text in spike_facts(event, spike):
        table.add_row(Text(name, "dim"), Text(plain(text)))
    console.print(table)
    if spike.telling:
        console.print()
        console.print(Text("some of the stories", "dim"))
    for one in spike.telling:
        console.print(Text(plain(f"• {one.headline or '(no headline)'} ({one.source})")))
        console.print(Text(plain(f"  story {one.story[:SHORT]}  {one.url or ''}".rstrip()), "dim"))
    for said in verdicts:
        console.print()
        console.print(verdict_line(said))
    console.rule(style="dim")


def spike_facts(event: AlertEvent, spike: DaySpike) -> list[tuple[str, str]]:
    """Return what was counted, what it was held against, and the rule. Pure."""
    what = f"{spike.pair} with the topic {spike.topic}" if spike.topic else spike.pair
    low, high = spike.usual_low, spike.usual_high
    usual = f"{low} to {high}" if low < high else f"{low}"
    outlets = counted(len(event.outlets), "outlet")
    return [
        (
            "counted",
            f"stories of {what} on {spike.day:%Y-%m-%d} (UTC), when it was told:"
            f" {spike.stories}, by {outlets}",
        ),
        (
            "against",
            f"the same count on each day before, {LEAST_PAST} to {PAST} of them: {spike.expected:g}"
            f" to be expected, {usual} usual for a {spike.day:%A}",
        ),
        (
            "decided",
            f"at least {FEWEST} stories, at least {TIMES:g} times what was to be expected, and by"
            f" chance on fewer than one day in {RARE:,}",
        ),
    ]
