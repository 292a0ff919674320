"""How the F1 of main countries moves when a weight of their salience moves.

FILE holds labelled stories, as `wirewatch eval` reads them. Each weight is lowered and raised by
a tenth, the others left alone, and every file is measured anew, never pooled: a weight that
helps one file and harms the rest is fitted to that file. The weights in `weights.py` are those
that no such step improves on most of the files the project was developed beside.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.support.options import Options, existing
from streams.matching.match import Watches
from streams.tagging import Tagger, weights
from wirewatch.evaluation.gold import Gold, read
from wirewatch.evaluation.measures import FileEvaluation

WEIGHTS = (
    "HEADLINE",
    "LEAD",
    "LATER_IN_LEAD",
    "ABOUT",
    "ONLY_PLACE",
    "SHARE",
    "HALF_SHARE",
    "MAIN",
)
STEPS = (0.9, 1.1)
MEASURE = "main countries"


def main(paths: Sequence[Path]) -> None:
    """Measure all files under all steps, and print a table."""
    files = {path.stem: list(_stories(path)) for path in paths}
    tagger = Tagger()
    table = Table(box=None, pad_edge=False, title=f"F1 of {MEASURE}", title_justify="left")
    table.add_column("weight")
    for heading in ("is", "tried", *files):
        table.add_column(heading, justify="right")
    table.add_row("as shipped", "", "", *_scores(files, tagger, {}))
    steps = [(name, getattr(weights, name), step) for name in WEIGHTS for step in STEPS]
    for name, is_now, step in track(steps, console=Console(stderr=True), transient=True):
        tried = min(1.0, round(is_now * step, 3))
        table.add_row(name, f"{is_now}", f"{tried}", *_scores(files, tagger, {name: tried}))
    Console().print(table)


def _stories(path: Path) -> Iterator[Gold]:
    return read(path.read_bytes().split(b"\n"))


def _scores(files: dict[str, list[Gold]], tagger: Tagger, tried: dict[str, float]) -> Iterator[str]:
    with _weights(tried):
        for stories in files.values():
            account = FileEvaluation()
            for gold in stories:
                account.add(gold, tagger.tag(gold.story), Watches())
            yield f"{account.tallies[MEASURE].micro.f1:.3f}"


@contextmanager
def _weights(tried: dict[str, float]) -> Iterator[None]:
    """Set weights for as long as the block runs."""
    before = {name: getattr(weights, name) for name in tried}
    for name, value in tried.items():
        setattr(weights, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(weights, name, value)


if __name__ == "__main__":
    options = Options(__doc__, takes="the time of tagging all the files seventeen times")
    options.add_argument("files", nargs="+", type=existing, metavar="FILE", help="labelled stories")
    main(options.given().files)
