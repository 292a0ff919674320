"""Main and background topics by cues alone, on labelled stories and on the tests' traps.

FILE holds a story a line. Its labels are `topics`, or those of `gold`: `topics`, and if given
`topics_optional` (right either way), `background` and `unsure` (left out). Only topics that occur
in the file's labels are counted. `--lang` reads the stories of one language (`lang`) alone.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.support.options import Options, existing
from streams.model.story import Story
from streams.model.tags import TopicRole
from streams.tagging import tag
from tests.streams.tagging.test_topic_traps import TOPICS, main_headlines, stories
from wirewatch.evaluation.counts import Counts, compare
from wirewatch.input.story_input import StoryInput, told_story

Row = dict[str, Any]


class Labelled(NamedTuple):
    """A story with its main topics, those that are right either way, and its background."""

    story: Story
    main: frozenset[str]
    optional: frozenset[str]
    background: frozenset[str]


def main(files: Sequence[Path], lang: str | None) -> None:
    """Measure each file by itself, then the traps, and print what was found."""
    for path in files:
        _measure(path.name, list(_labelled(path, lang)))
    print("\ntraps taken for the topic; stories on it that are found")
    for topic in TOPICS:
        traps, true = len(stories(topic, "-")), len(stories(topic, "+"))
        wrong, right = len(main_headlines(topic, "-")), len(main_headlines(topic, "+"))
        print(f"  {topic:13} {wrong} of {traps}; {right} of {true}")


def _measure(name: str, read: Sequence[Labelled]) -> None:
    topics = sorted({topic for one in read for topic in one.main})
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    background: Counter[TopicRole | None] = Counter()
    for one in read:
        roles = {found.slug: found.role for found in tag(one.story).topics}
        for topic in topics:
            asked = frozenset({topic})
            found = asked if roles.get(topic) is TopicRole.MAIN else frozenset()
            counts[topic] += compare(found, one.main & asked, one.optional)
        background.update(roles.get(topic) for topic in one.background)
    print(f"\n{name}: {len(read)} stories, main topics")
    for topic in topics:
        one_topic = counts[topic]
        right, wrong, missed = one_topic.right, one_topic.wrong, one_topic.missed
        print(f"  {topic:13} F1 {one_topic.f1:.3f}: {right} right, {wrong} wrong, {missed} missed")
    if background:
        there = background.total() - background[None]
        as_main = background[TopicRole.MAIN]
        print(f"  background    found {there} of {background.total()}, as main {as_main}")


def _labelled(path: Path, lang: str | None) -> Iterator[Labelled]:
    for line in path.read_bytes().split(b"\n"):
        row: Row = json.loads(line) if line.strip() else {}
        gold: Row = row.get("gold", row)
        if gold.get("topics") is None or gold.get("unsure"):
            continue
        if lang in (None, row.get("lang")):
            yield Labelled(
                _story(row),
                *map(_slugs, (gold.get(key) or () for key in KEYS)),
            )


KEYS = ("topics", "topics_optional", "background")


def _story(row: Row) -> Story:
    told = StoryInput(
        headline=row.get("headline"),
        summary=row.get("summary"),
        body=row.get("body"),
        language=row.get("language"),
        published=row.get("published") or row.get("date"),
    )
    return told_story(told)


def _slugs(given: Iterable[str]) -> frozenset[str]:
    slugs = (topic.replace("_", "-") for topic in given)
    return frozenset("china-ties" if slug == "china" else slug for slug in slugs)


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute for some thousand stories")
    options.add_argument("files", nargs="*", type=existing, metavar="FILE", help="labelled stories")
    options.add_argument("--lang", metavar="CODE", help="read the stories of one language alone")
    given = options.given()
    main(given.files, given.lang)
