"""What a list of feeds takes to come in: read, checked for duplicates, written, loaded.

Each file is a list as `wirewatch feeds import` takes it: OPML, CSV, or an address a line. It is
imported into an empty folder, then once more, which must add nothing. Nothing is fetched. Times are
of CPU, each the median of three.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.support.options import Options, existing
from wirewatch.config import load
from wirewatch.feedlist import file
from wirewatch.feedlist.blocks import ImportPlan, plan
from wirewatch.feedlist.lists import read_list

T = TypeVar("T")
SHOWN = 10
TURNS = 3


def main(paths: list[Path]) -> None:
    """Import each list, and print the figures."""
    for path in paths:
        with tempfile.TemporaryDirectory() as name:
            measure(path, Path(name))


def measure(path: Path, folder: Path) -> None:
    """Import one list into a folder."""
    data = path.read_bytes()
    read, reading = timed(lambda: read_list(data, path.name))
    own = file.parse(file.EMPTY)
    decided, planning = timed(lambda: plan(read, known={}, taken=()))
    _, saving = timed(lambda: file.save(folder, own.with_blocks(decided.blocks)))
    config, loading = timed(lambda: load(folder, {}))
    if len(config.feeds) != len(decided.blocks):
        raise AssertionError(f"{len(config.feeds)} feeds of {len(decided.blocks)} are loaded")
    figure("list", f"{path.name}, {len(data) / 1024:,.0f} KiB")
    figure("feeds named in it", f"{len(read.feeds) + len(read.problems):,}")
    figure("added", f"{len(decided.blocks):,}")
    figure("duplicates", f"{len(decided.duplicates):,}")
    figure("faults", f"{len(decided.problems):,}")
    figure("added by a second import", f"{len(again(data, path, folder).blocks):,}")
    figure("CPU to read the list", f"{reading:.2f} s")
    figure("CPU to find duplicates and ids", f"{planning:.2f} s")
    figure("CPU to check and write feeds.toml", f"{saving:.2f} s")
    figure("CPU to load the configuration then", f"{loading:.2f} s")
    for problem in decided.problems[:SHOWN]:
        print(f"{path.name}:{problem.line}: {problem.message}")


def again(data: bytes, path: Path, folder: Path) -> ImportPlan:
    """Plan the same import once more, over what is there now."""
    own = file.open_file(folder)
    if own is None:
        raise AssertionError("nothing was written")
    return plan(read_list(data, path.name), known=own.known, taken=own.sections)


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """Return what an act gives, and the median seconds of CPU it took."""
    times = []
    for _ in range(TURNS):
        began = time.process_time()
        made = act()
        times.append(time.process_time() - began)
    return made, statistics.median(times)


def figure(name: str, value: str) -> None:
    """Print a figure."""
    print(f"{name:<45} {value}", flush=True)


if __name__ == "__main__":
    options = Options(__doc__, takes="seconds; a minute for a list of ten thousand feeds")
    options.add_argument("files", nargs="+", type=existing, metavar="FILE", help="a list of feeds")
    main(options.given().files)
