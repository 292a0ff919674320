"""An account of a story for people: its path, its watches, its alerts; and as a line of JSON."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from streams.matching.explain import Check, Explanation
from streams.model.alert import Kind
from streams.model.story import Story
from streams.model.tags import Tags
from streams.model.verdict import Verdict
from streams.tagging import MAIN
from streams.tagging.near_examples import Near
from wirewatch.counted import counted
from wirewatch.history.alert_stories import AlertStory
from wirewatch.history.story_account import SHORT, Life, StageStep, StoryAccount, grouped
from wirewatch.render import evidence

NEAREST = 3
"""Watches shown that a story doesn't fit; `--watch` shows any."""
WORDS = 6
HYPOTHESIS = "what would happen if it came now, with no alert open: nothing of this is on Kafka"


class ExplainLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account as a line of JSON."""

    story: str | int
    version: str
    headline: str
    url: str | None
    steps: tuple[StageStep, ...]
    watches: tuple[Explanation, ...]
    alerts: tuple[dict[str, object], ...]
    nearest_examples: Near
    verdicts: tuple[Verdict, ...]
    hypothesis: bool


_encoder = msgspec.json.Encoder()


def write(account: StoryAccount, given: str | int) -> None:
    """Print an account as a line of JSON."""
    line = ExplainLine(
        story=given,
        version=account.story.version,
        headline=account.story.headline,
        url=account.story.url,
        steps=account.steps,
        watches=account.watches,
        alerts=tuple(map(_life_line, account.alerts)),
        nearest_examples=account.near,
        verdicts=account.verdicts,
        hypothesis=account.hypothesis,
    )
    sys.stdout.buffer.write(_encoder.encode(line) + b"\n")


def _life_line(life: Life) -> dict[str, object]:
    return {
        "alert": life.alert,
        "watch": life.watch,
        "grouping": life.grouping,
        "events": [
            {
                "event": event.event or None,
                "kind": event.kind,
                "reason": event.reason,
                "story": event.story.id,
                "at": event.times.raised,
            }
            for event in life.events
        ],
        "stories": life.stories,
    }


def show(console: Console, account: StoryAccount, *, every: bool) -> None:
    """Print an account for people; without `every` only the nearest of the watches it missed."""
    console.print(_head(account.story))
    if account.hypothesis:
        console.print(Text(HYPOTHESIS, "yellow"))
    console.print()
    console.print(_steps(account.steps))
    if in_none := [said for said in account.verdicts if said.alert is None]:
        console.print()
        console.print(Group(*map(verdict_line, in_none)))
    for life in account.alerts:
        console.print()
        console.print(_life(life, account.story.id))
        for said in account.verdicts:
            if said.alert == life.alert:
                console.print(Padding(verdict_line(said), (0, 0, 0, 2)))
    if account.tagged is not None:
        console.print(_tagged(account, account.tagged.tags))
    fitting = [one for one in account.watches if one.fits]
    missed = [one for one in account.watches if not one.fits]
    for one in (*fitting, *(missed if every else missed[:NEAREST])):
        console.print()
        console.print(_watch(one))
    if not every and len(missed) > NEAREST:
        console.print()
        farther = len(missed) - NEAREST
        more = f"{farther} more {'watch is' if farther == 1 else 'watches are'} farther off"
        console.print(Text(f"{more}; --watch ID shows any of them", "dim"))
    console.rule(style="dim")


def _tagged(account: StoryAccount, tags: Tags) -> RenderableType:
    """Lay out what was found in a story, and by what."""
    tied = list(evidence.tied_pairs(account.story, tags))
    parts: list[RenderableType] = [Text(), evidence.table(tags, MAIN)]
    parts += [Text(), *tied] if tied else []
    return Group(*parts, *evidence.nearest_examples(account.near))


def _head(story: Story) -> RenderableType:
    facts = [story.source, story.url or "", _moment("published", story.published)]
    facts.append(f"story {story.id}")
    told = " · ".join(plain(fact) for fact in facts if fact)
    return Group(Text(plain(story.headline) or "(no headline)", "bold"), Text(told, "dim"))


def _moment(what: str, at: datetime | None) -> str:
    return f"{what} {at:%Y-%m-%d %H:%M} UTC" if at else ""


def _steps(steps: Iterable[StageStep]) -> Table:
    table = Table.grid(padding=(0, 2))
    for step in steps:
        mark = Text("✓", "green") if step.passed else Text("✗", "bold red")
        at = f"{step.at:%m-%d %H:%M:%S}" if step.at else ""
        said = Text(plain(step.said), "" if step.passed else "bold")
        table.add_row(mark, step.stage, Text(at, "dim"), said)
    return table


def _life(life: Life, story: str) -> RenderableType:
    """Lay out what was told of an alert, and when the story came into it."""
    table = Table.grid(padding=(0, 2))
    shown = [one for one in life.events if one.kind is not Kind.JOINED or one.story.id == story]
    for event in shown:
        at = f"{event.times.raised:%m-%d %H:%M:%S}" if event.times.raised else ""
        table.add_row(
            Text(at, "dim"),
            Text(event.kind, "red"),
            event.reason,
            Text(plain(event.story.headline)),
            Text(plain(event.story.source), "dim"),
        )
    shadow = " · shadow, delivered to nobody" if any(one.shadow for one in life.events) else ""
    rest = (f" of {life.watch}{shadow}", "dim")
    head = Text.assemble(("alert ", "dim"), life.alert[:SHORT], rest)
    parts: list[RenderableType] = [head, Padding(table, (0, 0, 0, 2))]
    if life.stories:
        parts.append(Padding(_stories(life.stories), (1, 0, 0, 2)))
    elif others := len(life.events) - len(shown):
        joined = "once another story" if others == 1 else f"{others} times other stories"
        parts.append(Text(f"  {joined} joined without anything to tell", "dim"))
    return Group(*parts)


def _stories(stories: Sequence[AlertStory]) -> RenderableType:
    """Lay out the stories of an alert, with what tied each there."""
    lines = [Text(f"its {counted(len(stories), 'story')}", "dim")]
    for one in stories:
        at = f"{one.at:%m-%d %H:%M:%S}  " if one.at else ""
        told = " · ".join(plain(part) for part in (one.headline, one.source) if part)
        lines.append(Text.assemble((f"{at}{one.story[:SHORT]}  ", "dim"), told))
        tie = "why is not on record any more" if one.grouping is None else grouped(one.grouping)
        lines.append(Text(f"  {'parted from it; ' if one.left else ''}{plain(tie)}", "dim"))
    return Group(*lines)


def verdict_line(one: Verdict) -> Text:
    """Say who called an alert what; of one that was missed also whose it would have been."""
    whose = f" by {one.watch}" if one.alert is None else ""
    note = f": {one.note}" if one.note else ""
    return Text(plain(f"called {one.said}{whose} · {one.by}, {one.at:%m-%d %H:%M}{note}"), "cyan")


def _watch(one: Explanation) -> RenderableType:
    verdict = ("fits", "bold green") if one.fits else ("doesn't fit", "bold red")
    head = Text.assemble((one.watch, "bold"), ("  ", ""), verdict, (f"  {plain(one.title)}", "dim"))
    table = Table.grid(padding=(0, 2))
    for check in one.checks:
        table.add_row(*_check(check))
    helps = [change for check in one.missed for change in check.changes]
    parts: list[RenderableType] = [head, Padding(table, (0, 0, 0, 2))]
    if one.missed and all(check.changes for check in one.missed):
        parts.append(Text(f"  would match with {', '.join(helps)}", "yellow"))
    return Group(*parts)


def _check(check: Check) -> Sequence[RenderableType]:
    mark = Text("✓", "green") if check.passed else Text("✗", "bold red")
    margin = "" if check.margin is None else f"{check.margin:+.2f}"
    words = list(dict.fromkeys(plain(span.surface) for span in check.spans))
    more = f" and {len(words) - WORDS} more" if len(words) > WORDS else ""
    return (
        mark,
        Text(check.part.replace("_", " ")),
        Text(plain(check.found)),
        Text(f"wants {plain(check.wanted)}", "dim"),
        Text(margin, "green" if check.passed else "red", justify="right"),
        Text(", ".join(words[:WORDS]) + more, "dim"),
    )
