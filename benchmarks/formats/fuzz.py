"""Break feeds in a million ways: no crash, no neighbour of a broken entry lost, all within limits.

The feeds are those of feedparser's own tests, fetched by pip, all under the folders, and wire
files made here. A mutant is a feed with one to four breaks, the same one for the same seed and
number. Each goes through a parser worker with the limits of the connector. In every other mutant
the breaks are within one of several entries: the entries before that one must all still be there,
and those behind it too, when only words were changed. Ends with 1 when anything was wrong.
"""

import multiprocessing
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.support.feed_files import feedparser_feeds, feeds_under
from benchmarks.support.options import Options, existing, positive
from benchmarks.support.wire_files import wire_files
from connectors.formats.entry import Entry
from connectors.parsing.parser_messages import ParseAnswer, Request
from connectors.parsing.parser_pool import SECONDS, ParserProcess

CHUNK = 200
SHORT, LONG = 4_000, 40_000
"""Bytes of the feeds that are broken: up to the first as a rule, up to the second at times."""
ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL)
TEXT = re.compile(rb">([^<>&\]\[]{3,})<")
NASTY = (
    *(b"&#x110000;", b"&#0;", b"&#xD800;", b"&#99999999999;", b"&nope;", b"&", b"&#;", b"&amp;lt;"),
    *(b"<", b">", b"</", b"/>", b"<item>", b"</item>", b"<entry>", b"</entry>", b"</channel>"),
    *(
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?xml version='1.0' encoding='utf-7'?>",
        b"<!DOCTYPE",
    ),
    *(
        b"<!ENTITY a 'b'>",
        b"\0",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"\x1b[2J",
    ),
    *(b"<pubDate>99999999999999999</pubDate>", b"<pubDate>Tue, 99 Foo 0000 99:99 ICT</pubDate>"),
    *(b"<title>" * 300, b"<author>" + b"a." * 20_000 + b"</author>", b"x" * 100_000, b"<a:b/>"),
    *(b"<link rel='self' href='http://[::'/>", b"xml:base='http://[' ", b"xmlns='' ", b"\\ud800"),
    *(b"<ttl>-1</ttl>", b"<guid isPermaLink='true'>http://[</guid>", b'"', b"{", b"[" * 5_000),
    *(
        b"<media:content url='a'/>",
        b"<content type='application/xhtml+xml'><div>",
        b"1e999",
        b"null",
    ),
)
WORDS = (b"zebra ", b"\xc3\xa9", b"7", b"", b"A" * 5_000, b"\xe1\x9e\x80", b" ")

Break = Callable[[bytes, random.Random], bytes]
BREAKS: tuple[Break, ...] = (
    lambda b, dice: _splice(b, dice, dice.choice(NASTY), cut=False),
    lambda b, dice: _splice(b, dice, dice.choice(NASTY), cut=True),
    lambda b, dice: _splice(b, dice, b"", cut=True),
    lambda b, dice: _splice(b, dice, bytes([dice.randrange(256)]), cut=False),
    lambda b, dice: _splice(b, dice, _part(b, dice), cut=False),
    lambda b, dice: _splice(b, dice, _part(b, dice).swapcase(), cut=True),
    lambda b, dice: b[: dice.randrange(len(b) + 1)],
    lambda b, dice: (
        b"".join(
            bytes([c ^ 1 << dice.randrange(8)]) if dice.random() < 0.003 else bytes([c])
            for c in b[:5_000]
        )
        + b[5_000:]
    ),
)


@dataclass(frozen=True)
class Mutant:
    """A broken feed, and the entries that must still be there."""

    body: bytes
    neighbours: frozenset[tuple[str, str, str]] = frozenset()


@dataclass
class Tally:
    """What came of some mutants."""

    outcomes: Counter[str] = field(default_factory=Counter)
    neighbours: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0

    def add(self, other: "Tally") -> None:
        """Add another one."""
        self.outcomes += other.outcomes
        self.neighbours += other.neighbours
        self.lost += other.lost
        self.bad += other.bad
        self.slowest = max(self.slowest, other.slowest)
        self.memory = max(self.memory, other.memory)


class Bench:
    """The feeds, a parser worker, and what each feed with several entries gives unbroken."""

    def __init__(self, feeds: list[bytes], seed: int) -> None:
        """Keep the feeds that aren't too long."""
        self.seed = seed
        self.worker = ParserProcess()
        self.feeds = [[feed for feed in feeds if 0 < len(feed) <= most] for most in (SHORT, LONG)]
        several = [feed for feed in self.feeds[1] if len(ENTRY.findall(feed)) > 1]
        self.whole = {feed: marks for feed in several if len(marks := self._marks(feed)) > 1}
        self.several = [
            [feed for feed in self.whole if len(feed) <= most] for most in (SHORT, LONG)
        ]

    def ask(self, body: bytes) -> ParseAnswer:
        """Parse as the connector does."""
        return self.worker.ask(Request(body, "https://x.example/feed", "application/xml", SECONDS))

    def _marks(self, feed: bytes) -> list[tuple[str, str, str]]:
        """Return the marks of the entries, if there are as many as there look to be."""
        answer = self.ask(feed)
        found = [marks(entry) for entry in answer.parsed.entries] if answer.parsed else []
        return found if len(found) == len(ENTRY.findall(feed)) else []

    def mutant(self, number: int) -> Mutant:
        """Make mutant `number`."""
        dice = random.Random(f"{self.seed}:{number}")
        long = dice.random() < 0.02
        if number % 2:
            return self._within_one(dice.choice(self.several[long]), dice)
        body = dice.choice(self.feeds[long])
        for _ in range(dice.randint(1, 4)):
            body = dice.choice(BREAKS)(body, dice)
        return Mutant(body)

    def _within_one(self, feed: bytes, dice: random.Random) -> Mutant:
        """Break one entry; say which others must survive that."""
        spans = [match.span() for match in ENTRY.finditer(feed)]
        place = dice.randrange(len(spans))
        start, end = spans[place]
        entry, known = feed[start:end], self.whole[feed]
        texts = list(TEXT.finditer(entry))
        if texts and dice.random() < 0.5:
            chosen = dice.choice(texts)
            broken = entry[: chosen.start(1)] + dice.choice(WORDS) + entry[chosen.end(1) :]
            others = known[:place] + known[place + 1 :]
        else:
            broken, others = entry, known[:place]
            for _ in range(dice.randint(1, 4)):
                broken = dice.choice(BREAKS)(broken, dice)
        return Mutant(feed[:start] + broken + feed[end:], frozenset(others))


def marks(entry: Entry) -> tuple[str, str, str]:
    """Return what an entry is known by."""
    return entry.guid, entry.link, entry.title


def _splice(body: bytes, dice: random.Random, piece: bytes, *, cut: bool) -> bytes:
    start = dice.randrange(len(body) + 1)
    end = min(len(body), start + dice.randrange(1, 60)) if cut else start
    return body[:start] + piece + body[end:]


def _flipped(body: bytes, dice: random.Random) -> bytes:
    flipped = bytearray(body)
    for _ in range(min(len(body), dice.randrange(1, 12))):
        flipped[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _part(body: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body) + 1)
    return body[start : start + dice.randrange(1, 400)]


BENCH: list[Bench] = []
"""The one of this process."""


def prepare(feeds: list[bytes], seed: int) -> None:
    """Make this process's bench."""
    BENCH.append(Bench(feeds, seed))


def try_all(numbers: range) -> Tally:
    """Parse the mutants of these numbers."""
    bench, tally = BENCH[0], Tally()
    for number in numbers:
        mutant = bench.mutant(number)
        began = time.perf_counter()
        answer = bench.ask(mutant.body)
        tally.slowest = max(tally.slowest, (time.perf_counter() - began, number))
        tally.outcomes["read" if answer.parsed else _kind(answer.reason)] += 1
        if answer.reason.startswith(("not understood", "it kills")):
            tally.bad.append((number, answer.reason))
        elif mutant.neighbours:
            there = set(map(marks, answer.parsed.entries)) if answer.parsed else set()
            gone = len(mutant.neighbours - there)
            tally.neighbours += len(mutant.neighbours)
            tally.lost += [(number, gone)] if gone else []
    # Workers that were replaced count here, the running one is asked for below.
    tally.memory = max(_children_mib(), bench_memory(bench))
    return tally


def _kind(reason: str) -> str:
    return re.sub(r"\d+", "N", reason.partition(":")[0])


def _children_mib() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def bench_memory(bench: Bench) -> int:
    """Return the most MiB that the worker now running has had."""
    process = bench.worker.process
    if process is None:
        return 0
    status = Path(f"/proc/{process.pid}/status")
    high = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(high[1]) // 1024 if high else 0


def main() -> int:
    """Fuzz, print, and give the exit code."""
    options = Options(__doc__, takes="some hours for the million, a few minutes for ten thousand")
    options.add_argument("--count", type=positive, default=1_000_000, help="mutants (%(default)s)")
    options.add_argument("--first", type=int, default=0, help="number of the first (%(default)s)")
    options.add_argument("--seed", type=int, default=20_261_124, help="of the breaks (%(default)s)")
    options.add_argument("--processes", type=positive, default=os.cpu_count(), help="(%(default)s)")
    options.add_argument("--minutes", type=float, default=24 * 60, help="at most (%(default)s)")
    options.add_argument("folders", nargs="*", type=existing, metavar="FOLDER", help="with feeds")
    given = options.given()
    with tempfile.TemporaryDirectory() as name:
        files = [*feedparser_feeds(Path(name)), *feeds_under(given.folders)]
        feeds = [*(file.read_bytes() for file in files), *wire_files()]
    began = time.monotonic()
    done, tally = 0, Tally()
    numbers = range(given.first, given.first + given.count)
    chunks = [numbers[start : start + CHUNK] for start in range(0, given.count, CHUNK)]
    with multiprocessing.Pool(given.processes, prepare, (feeds, given.seed)) as pool:
        parts = zip(chunks, pool.imap(try_all, chunks), strict=True)
        for chunk, part in track(parts, "fuzz", len(chunks), console=Console(stderr=True)):
            tally.add(part)
            done += len(chunk)
            if time.monotonic() - began > 60 * given.minutes:
                break
    return report(done, time.monotonic() - began, tally)


def report(done: int, seconds: float, tally: Tally) -> int:
    """Print the account; give the exit code."""
    print(f"mutants                    {done:>10,} in {seconds:,.0f} s")
    for outcome, count in tally.outcomes.most_common():
        print(f"  {count:>10,} {outcome}")
    print(f"crashes                    {len(tally.bad):>10,}")
    for number, reason in tally.bad[:20]:
        print(f"  mutant {number}: {reason}")
    print(f"neighbours looked for      {tally.neighbours:>10,}")
    print(f"  lost                     {sum(count for _, count in tally.lost):>10,}")
    for number, count in tally.lost[:20]:
        print(f"  mutant {number}: {count}")
    print(f"slowest parse              {tally.slowest[0]:>10.2f} s (mutant {tally.slowest[1]})")
    print(f"most memory of a worker    {tally.memory:>10} MiB")
    return 1 if tally.bad or tally.lost else 0


if __name__ == "__main__":
    sys.exit(main())
