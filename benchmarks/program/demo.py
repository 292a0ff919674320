"""The demo as a user runs it: how long it takes, and how much memory its whole tree holds."""

import subprocess
import time
from contextlib import suppress

import psutil

from benchmarks.support.options import Options
from benchmarks.support.stand import begin, wirewatch

LOOK_SECONDS = 0.1


def main(times: int = 3) -> None:
    """Run the demo a few times, and print a row for each."""
    begin()
    for _ in range(times):
        began, most = time.monotonic(), 0
        running = subprocess.Popen(wirewatch("demo"), stdout=subprocess.DEVNULL)
        while running.poll() is None:
            most = max(most, resident(running.pid))
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
        print(
            f"demo: exit code {running.returncode}, {seconds:.1f} s, "
            f"peak resident set of all processes {most / 1e6:,.0f} MB",
            flush=True,
        )


def resident(pid: int) -> int:
    """Add up the resident sets of a process and all below it; shared pages count each time."""
    total = 0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_info().rss
    return total


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.number("times", 3, "runs")
    main(options.given().times)
