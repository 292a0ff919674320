"""The demo as a user runs it: how long it takes, and how much memory its whole tree holds.

Once more it stays (`--stay`), and its page is looked at: then what each service holds is told too.
"""

import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

import psutil

from benchmarks.support.options import Options
from benchmarks.support.stand import begin, wirewatch

LOOK_SECONDS = 0.1
TURNS = 10
"""How often each view is looked at while the demo stays, a second between them."""
VIEWS = ("alerts", "stories", "pairs", "sources", "watches")
STAYS = re.compile(r"stays up until Ctrl-C: (\S+)")
SERVICES = ("poll", "work", "deliver", "archive", "web", "demo")


def main(times: int = 3) -> None:
    """Run the demo a few times, and print a row for each."""
    begin()
    for _ in range(times):
        began = time.monotonic()
        running = subprocess.Popen(wirewatch("demo"), stdout=subprocess.DEVNULL)
        with watched(running.pid) as most:
            running.wait()
        print(f"demo: {ended(running.returncode, time.monotonic() - began, most)}", flush=True)
    stay()


def stay() -> None:
    """Run it until Ctrl-C, look at its page, and print what each service holds."""
    command = wirewatch("demo", "--stay")
    began = time.monotonic()
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    with watched(running.pid) as most:
        address = page_of(running)
        for _ in range(TURNS if address else 0):
            for view in VIEWS:
                with urlopen(f"{address.rstrip('/')}/{view}", timeout=30) as answer:
                    answer.read()
            time.sleep(1)
        running.send_signal(signal.SIGINT)
        running.communicate()
    print(f"demo --stay: {ended(running.returncode, time.monotonic() - began, most)}")
    print(", ".join(f"{name} {size / 1e6:,.0f}" for name, size in most.most_common()))


def page_of(running: subprocess.Popen[str]) -> str:
    """Return the address that the demo tells at its end; empty if it ended without one."""
    assert running.stdout is not None
    for line in running.stdout:
        if found := STAYS.search(line):
            return found[1]
    return ""


def ended(code: int, seconds: float, most: Counter[str]) -> str:
    """Return how it ended, in words."""
    held = f"peak resident set of all processes {most.total() / 1e6:,.0f} MB"
    return f"exit code {code}, {seconds:.1f} s, {held}"


@contextmanager
def watched(pid: int) -> Iterator[Counter[str]]:
    """Look at a process and all below it; what they hold when it is most is there at the end."""
    most: Counter[str] = Counter()
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            now = resident(pid)
            if now.total() > most.total():
                most.clear()
                most.update(now)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        over.set()
        looking.join()


def resident(pid: int) -> Counter[str]:
    """Return the resident sets of a process and all below it; shared pages count each time."""
    held: Counter[str] = Counter()
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                held[service_of(process.cmdline())] += process.memory_info().rss
    return held


def service_of(command: list[str]) -> str:
    """Return what a process is, by its command line."""
    if command and command[0].endswith("java"):
        return "broker"
    return next((name for name in SERVICES if name in command), "parsers and others")


if __name__ == "__main__":
    options = Options(__doc__, takes="two minutes")
    options.number("times", 3, "runs")
    main(options.given().times)
