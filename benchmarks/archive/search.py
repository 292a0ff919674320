"""The archive with many made-up stories: how fast it fills, its size, and how fast it answers.

Rows are written as from Kafka, without one. What each view asks for is measured at a tenth of the
stories, and with all. Of a folder that has an archive already, such as `benchmarks.web.views`
keeps, only that is measured.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from benchmarks.archive.made_up import (
    BEGAN,
    COUNTRIES,
    DAY,
    ENDED,
    FEEDS,
    OUTLETS,
    STORIES_AN_ALERT,
    YEAR,
    Build,
    body,
    cursor_at,
)
from benchmarks.support.options import Options
from streams.model.story import digest, story_id
from wirewatch.archive import queries, story_search
from wirewatch.archive.counting import Counted, Step
from wirewatch.archive.layout import FILE
from wirewatch.archive.neighbours import related_alerts, story_versions
from wirewatch.archive.overview import sources, watch_counts
from wirewatch.archive.rows import AlertQuery, StoryQuery
from wirewatch.archive.timelines import pair_counts, pair_topic_timeline, spikes_of, timeline
from wirewatch.archive.writer import writing

STORIES = 100_000
TURNS = 40

Ask = Callable[[sqlite3.Connection], object]


def asked(chance: random.Random, until: datetime, alerts: int) -> dict[str, Ask]:
    """Return what each view asks for, with words, pairs and times by chance."""
    khmer, chinese = body("km", chance), body("zh", chance)
    at = BEGAN + (until - BEGAN) * chance.random()
    cursor = cursor_at(at)
    pair = "-".join(sorted(chance.sample(COUNTRIES[:8], 2)))
    month = max(at, BEGAN + 30 * DAY)
    some = digest(("alert", str(chance.randrange(alerts))))
    one = story_id(
        feed=f"feed-{7 % FEEDS}",
        guid=str(7 + FEEDS * chance.randrange(30)),
        link=None,
        headline="",
        body="",
    )
    searches = {
        "newest, from any page on": StoryQuery(cursor=cursor),
        "a common word": StoryQuery(words="word2"),
        "two words": StoryQuery(words=f"word3 word{chance.randrange(50, 500)}"),
        "a rare word": StoryQuery(words=f"word{chance.randrange(10**4, 10**5)}"),
        "Khmer, 3 characters": StoryQuery(words=khmer[:3]),
        "Chinese, 2 characters": StoryQuery(words=chinese[:2]),
        "pair, relation, topic": StoryQuery(pair="KH-US", relation="between", topic="defense"),
        "pair, word, any page": StoryQuery(pair="KH-US", words="word5", cursor=cursor),
        "watch": StoryQuery(watch="watch-3"),
        "watch, word": StoryQuery(watch="watch-3", words="word2"),
    }
    facets = ("newest, from any page on", "a common word", "pair, relation, topic", "watch")
    return {
        **{f"search: {name}": _stories(query) for name, query in searches.items()},
        **{f"facets: {name}": _facets(searches[name]) for name in facets},
        "pairs of a day": lambda db: pair_counts(db, at, at + DAY),
        "pairs of 30 days": lambda db: pair_counts(db, month - 30 * DAY, month),
        "pairs of a year": lambda db: pair_counts(db, BEGAN, ENDED),
        "spikes of all pairs in 30 days": lambda db: spikes_of(
            db, Counted.PAIR, month - 30 * DAY, month
        ),
        "timeline of a pair, 90 days": lambda db: timeline(
            db, Counted.PAIR, pair, at - 90 * DAY, at, Step.DAY
        ),
        "timeline of a pair and topic, 30 days": lambda db: pair_topic_timeline(
            db, pair, "defense", month - 30 * DAY, month, Step.DAY
        ),
        "feeds": lambda db: sources(db, month - 30 * DAY, month),
        "watches": lambda db: watch_counts(db, BEGAN),
        "alerts, newest": lambda db: queries.alerts(db, AlertQuery(limit=50)),
        "alerts of a watch and pair": lambda db: queries.alerts(
            db, AlertQuery(watch="watch-3", pair="KH-US", limit=50)
        ),
        "alerts of an outlet": lambda db: queries.alerts(
            db, AlertQuery(outlet=f"Outlet {7 * alerts % OUTLETS}", limit=50)
        ),
        "alerts of an outlet that has none": lambda db: queries.alerts(
            db, AlertQuery(outlet="Nobody", limit=50)
        ),
        "critical alerts": lambda db: queries.alerts(
            db, AlertQuery(min_severity="critical", limit=50)
        ),
        "an alert": lambda db: (queries.alert(db, some), related_alerts(db, some)),
        "versions of a story": lambda db: story_versions(db, one),
    }


def _stories(query: StoryQuery) -> Ask:
    return lambda db: story_search.stories(db, query)


def _facets(query: StoryQuery) -> Ask:
    return lambda db: story_search.story_facets(db, query)


def p95(db: sqlite3.Connection, wanted: list[Ask]) -> tuple[float, float]:
    """Return the milliseconds within which 95 of 100 answers are there.

    The second are those of processor time: on a busy machine what an idle one would take.
    """
    took, worked = list[float](), list[float]()
    for ask in wanted:
        began, processor = time.perf_counter(), time.process_time()
        ask(db)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - processor)
    place = int(TURNS * 0.95) - 1
    return sorted(took)[place] * 1000, sorted(worked)[place] * 1000


def main(count: int, folder: Path | None) -> None:
    """Fill an archive, unless there is one, and print what was measured."""
    with ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if (data / FILE).exists():
            measure(data, ENDED, count // STORIES_AN_ALERT)
            return
        with writing(data) as db:
            build = Build(db, count)
            for stage in (count // 10, count):
                build.up_to(stage)
                filled(data, build)
                measure(data, BEGAN + YEAR * (stage / count), build.alerts)


def filled(data: Path, build: Build) -> None:
    """Print how the filling went so far."""
    size = (data / FILE).stat().st_size / build.number
    rate, bound = build.number / build.seconds, build.number / build.processor
    print(f"\n{build.number:,} stories: {rate:,.0f}/s ({bound:,.0f}/s of processor time)", end="")
    print(f", {size:,.0f} bytes each", flush=True)


def measure(data: Path, until: datetime, alerts: int) -> None:
    """Print how fast every view is answered."""
    chance = random.Random(2)
    every = [asked(chance, until, alerts) for _ in range(TURNS)]
    with queries.reading(data) as db:
        for kind in every[0]:
            took, worked = p95(db, [one[kind] for one in every])
            print(f"{kind}: p95 {took:.1f} ms, {worked:.1f} ms of processor time", flush=True)


if __name__ == "__main__":
    options = Options(__doc__, takes="two minutes; with a million stories half an hour")
    options.number("stories", STORIES, "stories")
    options.add_argument("folder", nargs="?", type=Path, help="where the archive is or stays")
    given = options.given()
    main(given.stories, given.folder)
