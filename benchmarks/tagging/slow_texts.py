"""What the stages take for texts made to be slow, and how that grows with their size.

Each shape fills the body of a story, once with half of what is read of it and once with all, and
goes through the steps of a worker: tag, match (with the shipped watch, and with a watch with
words) and gather (a story that opens an alert, and one like it that joins). Printed is the
processor time of the larger story, and what it is of the smaller one's: 2 where twice the text
takes twice the time. Ends with 1 if a story takes longer than a chunk of 500 may.
"""

import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from itertools import pairwise

from rich.console import Console
from rich.table import Table

from benchmarks.support.options import Options
from benchmarks.tagging.fuzz import NAMES, SENTENCES, UNITS
from streams.grouping import Gathering
from streams.matching.match import Watches
from streams.model.story import Story, story_version
from streams.model.tags import Tags
from streams.model.timestamps import Timestamps
from streams.model.watch import Match, Watch, Why
from streams.tagging import shipped
from streams.tagging.passages import MOST_CHARACTERS

MOST_SECONDS = 0.1
"""A chunk has 500 stories, and the watchdog waits 90 s for it."""
MOST = MOST_CHARACTERS["body"]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHIPPED = Watch(id="shipped", title="Shipped", pairs=("KH-US",), topics=("defense",))
WORDS = Watch(
    id="words",
    title="Words",
    words=("military", "China*", "កម្ពុជា", "cambodia", "a*", "editing", "the"),
    words_near=("president", "said"),
    words_none=("football",),
)
CLUSTER = "e" + "\u0301" * 40 + " "
SHAPES = {
    **UNITS,
    "credits": "(Editing by x)",
    "credits and countries": "China (Editing by x)",
    "credits never closed": "(Editing by ",
    "credits without an end": "(Reporting " + "x" * 290,
    "links to other stories": "Read more: x\n",
    "links, one a line of spaces": "  \t  \n",
    "headings never ended": "Related\n \n",
    "headings without a line": "Top from " + "x" * 39,
    "spaces and Related": " " * 40 + "Related",
    "a line of spaces": " \t" * 400 + "x\n",
    "quotes": "\"'”’",
    "stops and quotes": ".\"'”’)]" * 20,
    "stops and brackets": "." + ")" * 5_000,
    "sentences of one word": "Go. ",
    "sentences of one country": "China. ",
    "sentences of one country, then another": "China. France. ",
    "abbreviations": "Mr. Dr. A. B. ",
    "capitals and stops": "A.B.C.",
    "Chinese stops": "。！？",
    "Khmer stops": "។",
    "digits": "1",
    "figures": "1,234.5 ",
    "one figure": "1,",
    "figures all different": " ".join(map(str, range(100_000, 130_000))) + " ",
    "addresses": "https://example.org/a/b?c=d&e=%20#f ",
    "a token of letters and marks": "a-",
    "hyphens": "-",
    "apostrophes": "O'",
    "Thai": SENTENCES[19],
    "one Thai letter": "ก",
    "one Chinese letter": "中",
    "one Khmer letter": "ក",
    "Khmer with spaces": "ក ",
    "Japanese": "はのをに中",
    "one kana": "は",
    "Korean": "한국의",
    "Arabic": SENTENCES[24],
    "Arabic particles": "وال",
    "Russian": SENTENCES[27],
    "scripts in turn": "Chinaកម្ពុជា中国ไทย한국Китай ",
    "clusters of marks": CLUSTER,
    "decomposed": "Vie\u0323\u0302t Nam ",
    "one zero-width space": "\u200b",
    "zero-width letters": "a\u200b",
    "zero-width between Khmer": "ក\u200b ",
    "surrogates": "\ud800",
    "full-width spaces": "\u3000",
    "emoji": "\U0001f1f0\U0001f1ed",
    "dotted capital I": "İ",
    "correction notes": "Corrects to (Correction: An earlier version of this ",
    "two countries in turn": "China France ",
    "two countries a sentence": "China met France. ",
    "between": "between China and France ",
    "countries in turn, a sentence each": " met Kenya. ".join(NAMES.values()),
    "ten countries a sentence": ". ".join(
        " met ".join(list(NAMES.values())[at : at + 10]) for at in range(0, 190, 3)
    )
    + ". ",
    "ten places a sentence": "in "
    + ". in ".join(" in ".join(list(NAMES.values())[at : at + 10]) for at in range(0, 190, 3))
    + ". ",
    "ambiguous names": "Georgia Jordan Chad Jackson Paris Turkey ",
    "ambiguous names in a list": "Georgia, Jordan, Chad, Paris, Turkey, ",
    "persons": "Michael Jordan Paris Hilton ",
    "titles": "President Prime Minister Jordan ",
    "President ... of": "President x of Georgia ",
    "towns elsewhere": "Paris, Texas, Glasgow, Ky., ",
    "schools": "University of Paris Hospital ",
    "American local news": "Berlin, N.H. county sheriff ",
    "officials abroad": "the Pentagon in Paris ",
    "visits": "Blinken arrives in Hanoi and visits Vietnam. ",
    "one cue": "military ",
    "cues": "navy missile troops warship arms embargo human rights ",
    "cues against": "goalkeeper army football league ",
    "a stem": "militaris",
    "phrases that nearly overlap": "chinese embassy influence de la ",
    "names that nearly overlap": "St. John'",
    "ten countries far apart": (" met " + "x " * 4_000).join(list(NAMES.values())[:10]) + ". ",
    "a heading and spaces": "\nRelated" + " " * 1_000_000,
    "a heading from somewhere and spaces": "\nRelated from" + " " * 1_000_000,
    "a link and spaces": "\nRead more" + " " * 1_000_000,
    "a long phrase cut short": "joint military exercis ",
    "phrases nearly": "South China Se ",
    "words of one letter": "a ",
    "words all different": " ".join(f"w{number:x}q" for number in range(40_000)) + " ",
    "names all different": " ".join(f"N{number:x}" for number in range(40_000)) + " ",
    "words of 40 letters": "abcdefghij" * 4 + " ",
    "words that end anywhere": "the " + "a" * 60 + " ",
    "datelines": "PARIS (AP) — ",
    "times": "10:30 AM EST ",
    "colons": "a:",
    "slugs": "KILL: ",
    "lines of one country": "China\n",
    "carriage returns": "\r\n",
    "tabs": "\t",
    "no-break spaces": "\xa0",
    "punctuation": "!?.,;:",
    "nothing but control characters": "\x07",
    "underscores": "_",
}


def text_of(unit: str, size: int) -> str:
    """Return a text of so many characters, a unit again and again."""
    return (unit * (size // len(unit) + 1))[:size]


def story_of(name: str, body: str) -> Story:
    """Make a story."""
    return Story(
        id=name,
        version=story_version(headline=name, body=body),
        feed="slow",
        source="Slow Wire",
        headline="China and Cambodia met the US military on Tuesday",
        body=body,
        language="en",
        first_seen=NOW,
        published=NOW,
    )


def main(*names: str) -> int:
    """Measure, and print; give the exit code."""
    console = Console(highlight=False, width=150)
    steps = ("tag", "match", "words", "gather", "all")
    table = Table(
        "ms, and growth by twice the text", *steps, box=None, pad_edge=False, padding=(0, 3, 0, 0)
    )
    stages(story_of("warm", text_of(SHAPES["prose"], 1_000)))
    slowest: dict[str, float] = {}
    rows = []
    for name in names or SHAPES:
        few = best(story_of(name, text_of(SHAPES[name], MOST // 2)))
        many = best(story_of(name, text_of(SHAPES[name], MOST)))
        slowest[name] = sum(many)
        cells = [
            f"{1e3 * large:6.1f} {large / max(small, 1e-4):4.1f}"
            for small, large in zip((*few, sum(few)), (*many, sum(many)), strict=True)
        ]
        rows.append((sum(many), name, cells))
    for _, name, cells in sorted(rows, reverse=True):
        table.add_row(name, *cells)
    console.print(table)
    return int(max(slowest.values()) > MOST_SECONDS)


def best(story: Story) -> list[float]:
    """Return the least time of each stage, of two tries."""
    return [min(pair) for pair in zip(stages(story), stages(story), strict=True)]


def stages(story: Story) -> list[float]:
    """Return the processor time that each stage takes for a story."""
    shipped_watch, words_watch, gathering = Watches([SHIPPED]), Watches([WORDS]), Gathering()
    clock = [time.process_time()]
    tags = shipped().tag(story)
    clock.append(time.process_time())
    shipped_watch.fitting(story, tags)
    clock.append(time.process_time())
    words_watch.fitting(story, tags)
    clock.append(time.process_time())
    gathering.step(_match(story, tags), NOW)
    clock.append(time.process_time())
    return [after - before for before, after in pairwise(clock)]


def _match(story: Story, tags: Tags) -> Match:
    why = Why(everything=True, min_pair_score=0.5, min_topic_score=0.5)
    return Match(watch="e", title="E", story=story, tags=tags, why=why, times=Timestamps())


def _shape(text: str) -> str:
    if text not in SHAPES:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(SHAPES)}")
    return text


if __name__ == "__main__":
    options = Options(__doc__, takes="some minutes")
    options.add_argument(
        "shapes", nargs="*", type=_shape, metavar="SHAPE", help="such as 'one country'; else all"
    )
    raise SystemExit(main(*options.given().shapes))
