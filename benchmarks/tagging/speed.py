"""How fast the tagger is on one core, beside a bare scan for its words and beside spaCy.

Stories are of about 3 KB, every tenth with much to tag. The bare scan lowers the text and finds
the tagger's phrases with the library the tagger uses: nothing less could find them. Tagger and
scan take turns, and the median of three counts. Rates are in processor time: what else the machine
does changes them less.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import msgspec
import psutil
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from rich.console import Console

from benchmarks.support.options import Options
from benchmarks.support.stand import story
from benchmarks.tagging.peers import SPACY, PeerError, answer
from streams.model.story import Story
from streams.tagging import shipped, tag

STORIES = 1_000
FOR_SPACY = 200
TURNS = 3
STARTS = 5
IMPORT = "from streams.tagging import shipped, tag"
FIRST = f"""
import datetime
from streams.model.story import Story
{IMPORT}
now = datetime.datetime.now(datetime.UTC)
tag(Story(id="1", version="1", feed="f", source="s", first_seen=now, language=LANGUAGE,
    headline="US and Cambodia discuss military drills in Phnom Penh this week"))
"""
MEMORY = f"""
import sys
import msgspec, psutil
from streams.model.story import Story
process = psutil.Process()
bare = process.memory_info().rss
{IMPORT}
shipped()
imported = process.memory_info().rss
for line in sys.stdin.buffer:
    tag(msgspec.json.decode(line, type=Story))
print(bare, imported, process.memory_info().rss)
"""


def main() -> None:
    """Measure, and print the figures."""
    psutil.Process().cpu_affinity([0])
    print(
        f"one of {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"ahocorasick-rs {version('ahocorasick-rs')}, {', '.join(SPACY[:2])}, "
        f"tagger {shipped().version}"
    )
    stories = [story(number, matching=number % 10 == 0) for number in range(STORIES)]
    told = [msgspec.structs.replace(one, language="en") for one in stories]
    size = statistics.mean(len(one.headline) + len(one.body) for one in stories)
    print(f"{STORIES:,} stories of {size:,.0f} characters on average, median of {TURNS} turns")
    scan = bare_scan()
    ours, english, bare = turns(
        (lambda: tag_all(stories), lambda: tag_all(told), lambda: scan(stories))
    )
    figure("tag, the language to be found out", f"{ours:,.0f} stories/s")
    figure("tag, the feed says the language", f"{english:,.0f} stories/s")
    figure(f"bare scan for {len(phrases()):,} phrases", f"{bare:,.0f} stories/s")
    figure("tag takes", f"{bare / ours:.1f} times as long as the bare scan")
    try:
        with Console(stderr=True).status("spaCy"):
            peer = FOR_SPACY / answer("spacy", stories[:FOR_SPACY]).seconds
        figure(f"spaCy, {FOR_SPACY} stories", f"{peer:,.0f} stories/s")
        figure("tag is", f"{ours / peer:,.0f} times as fast as spaCy")
    except PeerError as error:
        figure("spaCy", str(error))
    starts()
    memory(stories)


def phrases() -> list[str]:
    """Return the phrases that the tagger scans for."""
    return shipped()._scanner.phrases


def bare_scan() -> Callable[[Sequence[Story]], None]:
    """Make a scan for the tagger's phrases that does nothing with what it finds."""
    automaton = AhoCorasick(
        phrases(),
        implementation=Implementation.ContiguousNFA,
        matchkind=MatchKind.LeftmostLongest,
    )

    def scan(stories: Sequence[Story]) -> None:
        for one in stories:
            automaton.find_matches_as_indexes(f"{one.headline}\n{one.body}".lower())

    return scan


def tag_all(stories: Sequence[Story]) -> None:
    """Tag every story."""
    for one in stories:
        tag(one)


def turns(ways: Sequence[Callable[[], None]]) -> list[float]:
    """Go each way in turn, after one that doesn't count; give the median of stories a second."""
    rates: list[list[float]] = [[] for _ in ways]
    for turn in range(TURNS + 1):
        for way, mine in zip(ways, rates, strict=True):
            began = time.process_time()
            way()
            if turn:
                mine.append(STORIES / (time.process_time() - began))
    return [statistics.median(mine) for mine in rates]


def starts() -> None:
    """Time processes from their start to their end, less one that does nothing."""
    nothing = run_time("pass")
    ways = {
        "import": IMPORT,
        "words read": f"{IMPORT}; shipped()",
        "first tag, language told": FIRST.replace("LANGUAGE", '"en"'),
        "first tag, language to be found out": FIRST.replace("LANGUAGE", "None"),
    }
    for name, code in ways.items():
        figure(f"start to {name}", f"{run_time(code) - nothing:.2f} s")


def run_time(code: str) -> float:
    """Return the median time of a process that runs the code."""
    times: list[float] = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def memory(stories: Sequence[Story]) -> None:
    """Tag the stories in a process that does nothing else; print its resident set."""
    lines = b"\n".join(map(msgspec.json.encode, stories))
    command = [sys.executable, "-c", MEMORY]
    output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout
    bare, imported, after = (int(word) / 1e6 for word in output.split())
    figure("resident set without the tagger", f"{bare:,.0f} MB")
    figure("resident set with its words read", f"{imported:,.0f} MB")
    figure(f"resident set after {len(stories):,} stories", f"{after:,.0f} MB")


def figure(name: str, value: str) -> None:
    """Print a figure."""
    print(f"{name:<45} {value}", flush=True)


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute or two")
    options.given()
    main()
