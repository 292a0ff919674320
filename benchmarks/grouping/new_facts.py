"""Updates that say something new, to be looked at one by one.

Each FILE holds JSON lines with `id`, `headline`, `body` and a `date` or `published`. Its stories go
into one watch that takes everything, at their own time; each `new fact` is printed with what was
new, and with the headlines that its alert had before. Then how many stories joined an alert, and
what was told of that.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.grouping.stories import matched, story_of
from benchmarks.support.options import Options, existing
from streams.grouping import Gathering, joined_in_silence
from streams.grouping.notify_rules import NEW_FACT
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Story

ANY_DAY = datetime(2020, 1, 1, tzinfo=UTC)
HEADLINES = 3


def main(files: list[Path]) -> None:
    """Gather each file, and print what was told as new."""
    for file in files:
        rows = [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]
        told: Counter[str] = Counter()
        headlines: defaultdict[str, list[str]] = defaultdict(list)
        gathering = Gathering()
        print(file.stem)
        for one in sorted(map(story, rows), key=lambda one: one.first_seen):
            match = matched(one)
            outcome = gathering.step(match, one.first_seen)
            silent = joined_in_silence(match, outcome, one.first_seen)
            for event in (*outcome.events, *silent):
                if event.reason == NEW_FACT:
                    show(event, headlines[event.alert])
                told[event.reason if event.kind is Kind.UPDATED else event.kind] += 1
                headlines[event.alert].append(event.story.headline)
        print(", ".join(f"{what} {count}" for what, count in told.most_common()))


def show(event: AlertEvent, before: list[str]) -> None:
    """Print an update, and what was known before."""
    new = "; ".join(f"{change.what} {change.after}" for change in event.changes)
    print(f"  {event.story.headline}\n    new: {new}")
    for headline in before[:1] + before[1:][1 - HEADLINES :]:
        print(f"    before: {headline}")


def story(row: dict[str, Any]) -> Story:
    """Read a story of a data set."""
    given = row.get("date") or row.get("published")
    at = datetime.fromisoformat(given) if given else ANY_DAY
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return story_of(row["id"], row["headline"], row["body"], at)


if __name__ == "__main__":
    options = Options(__doc__, takes="some minutes")
    options.add_argument("files", nargs="+", type=existing, metavar="FILE", help="stories")
    main(options.given().files)
