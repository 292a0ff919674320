"""`wirewatch replay`: run stories of the past through tag, match and gather, and say what comes."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console

from connectors.kafka import Received
from connectors.log import Log
from streams.alert import AlertEvent
from streams.match import Watches
from streams.tagging import Tagger
from wirewatch.progress import Bar, bar
from wirewatch.replaying.difference import Comparison
from wirewatch.replaying.pipeline import Dated, Pipeline, tagged
from wirewatch.replaying.show import show, show_differences, write, write_line
from wirewatch.replaying.stories import Complaints, FromLines, FromLog
from wirewatch.replaying.totals import Totals


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to replay by: a draft, and for a comparison the watches in force.

    `alerts` is how many of the last alerts are shown to people.
    """

    tagger: Tagger
    draft: Watches
    current: Watches | None = None
    backfill: bool = False
    as_json: bool = False
    alerts: int = 20


class Stories(Protocol):
    """Stories to replay."""

    def __iter__(self) -> Iterator[Dated]:
        """Give them in the order in which they came."""
        ...

    def given(self, name: str) -> str | int:
        """Give a story's id as it was handed in."""
        ...


def replay_lines(lines: Iterable[bytes], total: int | None, plan: Plan) -> int:
    """Replay JSON lines of `total` bytes; give the number of lines that were no story."""
    complaints = Complaints()
    with _bar(total, plan) as shown:
        stories = FromLines(_counted(lines, shown), complaints)
        result = replay(stories, plan)
    _tell(result, plan)
    return complaints.count


def replay_log(log: Log, plan: Plan) -> int:
    """Replay what the log of `stories` holds; give the number of records that were no story."""
    complaints = Complaints()
    with _bar(log.total, plan) as shown:
        stories = FromLog(_passed(log, shown), complaints)
        result = replay(stories, plan)
    _tell(result, plan)
    return complaints.count


@dataclass(frozen=True)
class Result:
    """What a replay came to."""

    totals: Totals
    comparison: Comparison | None
    seconds: float


def replay(stories: Stories, plan: Plan) -> Result:
    """Run stories through the watches of a plan; for programs, print each event as it comes."""
    began = time.monotonic()
    draft = Pipeline(plan.draft, backfill=plan.backfill)
    current = Pipeline(plan.current, backfill=plan.backfill) if plan.current else None
    comparison = Comparison(plan.draft, plan.current) if plan.current else None
    totals = Totals(plan.alerts)

    def tell(events: Iterable[AlertEvent]) -> None:
        for event in events if plan.as_json else ():
            write(event, stories.given)

    for dated in stories:
        one = tagged(dated, plan.tagger)
        came = draft.step(one, dated.now)
        totals.enter(dated.now, came)
        tell(came.events)
        if current is not None and comparison is not None:
            comparison.enter(one, came, current.step(one, dated.now))
    tell(draft.end())
    return Result(totals, comparison, time.monotonic() - began)


def _tell(result: Result, plan: Plan) -> None:
    differences = result.comparison.differences() if result.comparison else None
    if plan.as_json:
        for difference in differences or ():
            write_line(difference)
        sys.stdout.buffer.flush()
        return
    console = Console(highlight=False)
    show(console, result.totals, plan.draft, result.seconds)
    if differences is not None:
        show_differences(console, differences)


def _bar(total: int | None, plan: Plan) -> AbstractContextManager[Bar]:
    """Show progress, but not between lines of JSON on the same terminal."""
    return bar("replay", total, hidden=plan.as_json and sys.stdout.isatty())


def _counted(lines: Iterable[bytes], shown: Bar) -> Iterator[bytes]:
    for line in lines:
        yield line
        shown.add(len(line))


def _passed(log: Iterable[Received], shown: Bar) -> Iterator[Received]:
    for record in log:
        yield record
        shown.add(1)
