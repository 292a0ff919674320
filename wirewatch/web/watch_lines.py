"""Watches as the page shows them: their rules in words, and how well they do."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from streams.matching.explain import explain
from streams.matching.match import Watches
from streams.model.story import Story
from streams.model.tags import Tags
from streams.model.watch import Watch
from wirewatch.archive.count_rows import WatchCount
from wirewatch.archive.overview import watch_counts
from wirewatch.archive.watch_history import openings, verdicts_on
from wirewatch.history.watch_report import WatchVersionReport, watch_reports
from wirewatch.web.watch_words import watch_words

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Story(
    id="0" * 32, version="0" * 32, feed="-", source="-", headline="", first_seen=_BEGINNING
)
_NOTHING = Tags(language=None, countries=(), pairs=(), topics=(), tagger="")


class Rule(NamedTuple):
    """A part of a watch: its key, and what it wants in words."""

    key: str
    wanted: str


class WatchLine(NamedTuple):
    """A watch, and its alerts of the last thirty days by how they stand now."""

    watch: Watch
    words: tuple[str, ...]
    rules: tuple[Rule, ...]
    counts: WatchCount | None


def rules_of(watch: Watch) -> tuple[Rule, ...]:
    """Return what a watch asks for: in the words in which a story is told what it lacks."""
    held = explain(Watches([watch]).see(_BLANK, _NOTHING), watch)
    checks = {check.part: check.wanted for check in held.checks}
    return tuple(Rule(key.replace("_", " "), wanted) for key, wanted in sorted(checks.items()))


def watch_lines(db: sqlite3.Connection, watches: Iterable[Watch], now: datetime) -> list[WatchLine]:
    """Return a line for every watch, in the order of the file."""
    counts = {one.watch: one for one in watch_counts(db, now - MONTH, now)}
    return [
        WatchLine(watch, watch_words(watch), rules_of(watch), counts.get(watch.id))
        for watch in watches
    ]


def reports_of(db: sqlite3.Connection, watch: str, now: datetime) -> list[WatchVersionReport]:
    """Return how well each version of a watch did in the last ninety days, the newest first."""
    since = now - QUARTER
    return watch_reports(openings(db, watch, since), verdicts_on(db, watch), since)[::-1]
