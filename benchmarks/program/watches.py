"""What a story costs with ten watches and with ten thousand.

Stories of 3 KB, every tenth about the US and Cambodia, are tagged beforehand. Measured is the match
stage as a worker runs it, from the bytes of a tagged story to its matches, and the match alone, in
processor time. Of the watches, one in five asks for words too. They are drawn from all pairs of
countries, or from the pairs that the stories are full of, which is the worst that can be.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import combinations

from iso3166 import countries_by_alpha2

from benchmarks.support.options import Options
from benchmarks.support.stand import COUNTRIES, story
from streams.contract.codec import encode
from streams.contract.topics import TAGGED
from streams.matching.match import Watches
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from streams.model.watch import Watch
from streams.tagging import shipped, tag
from streams.worker.batch import Record
from streams.worker.stages import match_step

STORIES = 1_000
FEW, MANY = 10, 10_000
TURNS = 7
NOW = datetime(2026, 3, 2, tzinfo=UTC)
BUSY = ("FR", "VN", "JP", "KE", "BR", "PL", "IN", "CL")
"""The countries that the stories name."""


def main() -> None:
    """Measure, and print the figures."""
    stories = [_tagged(number) for number in range(STORIES)]
    print(f"{os.cpu_count()} cores; {STORIES:,} stories, {len(COUNTRIES)} countries in them")
    for name, codes in (("all pairs", sorted(countries_by_alpha2)), ("busy pairs", list(BUSY))):
        few, many = (_watches(number, codes) for number in (FEW, MANY))
        print(f"watches of {name}")
        for what, run in (("stage", _stage), ("match alone", _match)):
            _figures(what, run(stories, few), run(stories, many))
        found = sum(len(many.fitting(one.story, one.tags)) for one in stories) / STORIES
        print(f"  {'matches a story, of 10,000':<32} {found:.1f}")


def _watches(number: int, codes: Sequence[str]) -> Watches:
    """Return so many watches: the first are always the same."""
    dice = random.Random(5)
    names = ["-".join(pair) for pair in combinations(codes, 2)]
    found = [Watch(id="own", title="Own", pairs=("KH-US",), topics=("defense",))]
    for one in range(1, number):
        words = ("harbour*", f"port {one}") if one % 5 == 0 else ()
        pairs, topics = (dice.choice(names),), (dice.choice(shipped().topics),)
        found.append(Watch(id=str(one), title="W", pairs=pairs, topics=topics, words=words))
    return Watches(found)


def _tagged(number: int) -> TaggedStory:
    one = story(number, matching=number % 10 == 0)
    return TaggedStory(story=one, tags=tag(one), times=Timestamps())


def _stage(stories: Sequence[TaggedStory], watches: Watches) -> Callable[[], None]:
    records = [
        Record(topic=TAGGED.name, partition=0, offset=0, timestamp=0, key=None, value=encode(one))
        for one in stories
    ]

    def run() -> None:
        for record in records:
            match_step(watches, record, NOW, backfill=False)

    return run


def _match(stories: Sequence[TaggedStory], watches: Watches) -> Callable[[], None]:
    def run() -> None:
        for one in stories:
            watches.fitting(one.story, one.tags)

    return run


def _figures(what: str, few: Callable[[], None], many: Callable[[], None]) -> None:
    """Time both in turn; print the medians and their ratio."""
    times: dict[Callable[[], None], list[float]] = {few: [], many: []}
    for turn in range(TURNS + 1):
        for run, mine in times.items():
            began = time.process_time()
            run()
            if turn:
                mine.append((time.process_time() - began) / STORIES * 1e6)
    one, other = (statistics.median(mine) for mine in times.values())
    print(f"  {what:<14} {FEW:,} watches {one:7.1f} us, {MANY:,} {other:7.1f} us a story", end="")
    print(f", {other / one:.2f} times")


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.given()
    main()
