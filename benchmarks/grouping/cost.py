"""What gathering costs with few and many open alerts, and what an open alert weighs.

Invented stories of about 3,000 characters on a Zipf-like vocabulary, four of five an event of their
own, one of five another report of a recent one. Each figure of speed is of 2,000 stories, in
processor time; the last one beside alerts of weeks ago, which a watch with a long window keeps
open. Memory is how much the process grew from the first 2,000 alerts on, for each of the others;
the record, which the table keeps too, is not in it.
"""

import random
import resource
import time
from bisect import bisect
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import msgspec

from benchmarks.grouping.stories import EVERYTHING, story_of
from benchmarks.support.options import Options
from streams.contract.codec import encode
from streams.grouping import Gathering
from streams.model.story import Story
from streams.model.tags import PairTag, Relation, Tags
from streams.model.timestamps import Timestamps
from streams.model.watch import Match

FEW = 2_000
MANY = 200_000
MEASURED = 2_000
WORDS = 440
PAIR = PairTag(a="KH", b="US", relation=Relation.BETWEEN, score=0.9, spans=())
OLD = timedelta(weeks=4)
VOCABULARY = 60_000
START = datetime(2026, 3, 2, tzinfo=UTC)
TAGS = Tags(language="en", countries=(), pairs=(), topics=(), tagger="none")


class Press:
    """Invents stories, the same each time; all within the window."""

    def __init__(self, stories: int) -> None:
        """Invent so many stories in two days."""
        self._dice = random.Random(11)
        self._step = timedelta(days=2) / stories
        syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
        self._words = [
            "".join(self._dice.choice(syllables) for _ in range(2 + number % 3))
            for number in range(VOCABULARY)
        ]
        self._ranks = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
        self._recent: list[list[str]] = []
        self._made = 0

    def match(self, age: timedelta = timedelta()) -> Match:
        """Return the next story, matched; it is dated so much before it is seen."""
        self._made += 1
        if self._recent and self._made % 5 == 0:
            words = self._dice.choice(self._recent)
            words = self._dice.sample(words, len(words) * 2 // 3) + self._some(WORDS // 3)
        else:
            words = self._some(WORDS)
            self._recent = [*self._recent[-99:], words]
        return _matched(
            story_of(
                f"story {self._made}",
                " ".join(words[:9]),
                " ".join(words),
                START + self._made * self._step - age,
                seen=START + self._made * self._step,
                source=f"Outlet {self._made % 97}",
            )
        )

    def _some(self, count: int) -> list[str]:
        places = (self._dice.random() * self._ranks[-1] for _ in range(count))
        words = [self._words[bisect(self._ranks, place)] for place in places]
        return [word.title() if self._dice.random() < 0.15 else word for word in words]


def _matched(story: Story) -> Match:
    return Match(
        watch="everything",
        title="Everything",
        story=story,
        tags=TAGS,
        why=EVERYTHING,
        times=Timestamps(published=story.published),
    )


def main(most: int = MANY) -> None:
    """Measure, and print a table."""
    press, gathering = Press(most * 5 // 4 + 3 * MEASURED), Gathering()
    few = _measured(press, gathering, FEW)
    _show(f"stories/s with {FEW:>7} open alerts", f"{1 / few:.0f}")
    began, first = _memory(), len(gathering)
    many = _measured(press, gathering, most)
    grown = (_memory() - began) / max(1, len(gathering) - first)
    _show(f"stories/s with {most:>7} open alerts", f"{1 / many:.0f}")
    _show("ratio of the cost", f"{many / few:.2f}")
    _show("bytes of memory an alert", f"{grown:.0f}")
    states = [
        len(encode(state))
        for _ in range(MEASURED)
        for state in gathering.step(press.match(), START).changed.values()
    ]
    _show("bytes of an alert's record, median", str(sorted(states)[len(states) // 2]))
    past, of_old = Press(most * 5 // 4 + 3 * MEASURED), Gathering()
    old = _measured(past, of_old, most, OLD)
    _show(f"stories/s with {most:>7} of weeks ago", f"{1 / old:.0f}")
    _show("ratio of the cost", f"{old / few:.2f}")


def _show(what: str, value: str) -> None:
    print(f"{what:<37} {value:>9}", flush=True)


def _measured(
    press: Press, gathering: Gathering, alerts: int, age: timedelta = timedelta()
) -> float:
    """Fill up to so many open alerts, and give the seconds that a story takes from there on."""
    while len(gathering) < alerts:
        gathering.step(press.match(age), START)
    matches = [press.match() for _ in range(MEASURED)]
    if age:
        # Only a watch of a pair asks what the headlines say is done.
        why = msgspec.structs.replace(EVERYTHING, pair=PAIR)
        matches = [msgspec.structs.replace(match, why=why) for match in matches]
    began = time.process_time()
    for match in matches:
        gathering.step(match, START)
    return (time.process_time() - began) / MEASURED


def _memory() -> int:
    """Return the bytes of memory that the process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    options = Options(__doc__, takes="a quarter of an hour; with 20000 alerts some minutes")
    options.number("alerts", MANY, "alerts")
    main(options.given().alerts)
