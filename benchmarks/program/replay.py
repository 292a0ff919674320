"""How fast a replay is, and whether its memory stays the same.

Stories of about 1.5 KB, a minute apart, every hundredth about the US and Cambodia, are handed to
`wirewatch replay --json` with the shipped watch and with one for everything. Rates are in processor
time of the replay, the resident set is looked at after each fifth.
"""

import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psutil

from benchmarks.grouping.cost import Press
from benchmarks.support.options import Options
from benchmarks.support.stand import story

STORIES = 100_000
PARTS = 5
START = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = '[[watch]]\nid = "all"\ntitle = "All"\neverything = true\n'


def main(stories: int) -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draft = folder / "draft.toml"
        draft.write_text(EVERYTHING)
        print(f"{stories:,} stories")
        replay("shipped watch", stories, ["--config", name])
        replay("everything", stories, ["--config", name, "--watches", str(draft)])


def replay(what: str, stories: int, words: list[str]) -> None:
    """Hand stories to a replay, and print its rate and its memory."""
    command = [sys.executable, "-m", "wirewatch", "replay", "--json", *words]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("no pipes")
    events: list[int] = []
    out = process.stdout
    reader = threading.Thread(target=lambda: events.extend(map(len, out)))
    reader.start()
    watched = psutil.Process(process.pid)
    sizes, times = [], []
    press = Press(stories)
    for number in range(stories):
        process.stdin.write(line(number, press))
        if (number + 1) % (stories // PARTS) == 0:
            used = watched.cpu_times()
            times.append(used.user + used.system)
            sizes.append(watched.memory_info().rss / 1e6)
    process.stdin.close()
    reader.join()
    process.wait()
    # Without the first fifth, in which the words are read.
    seconds = (times[-1] - times[0]) * PARTS / (PARTS - 1)
    print(f"{what}: {stories / seconds:,.0f} stories/s, {len(events):,} events")
    print(f"  resident set after each fifth: {', '.join(f'{size:,.0f}' for size in sizes)} MB")


def line(number: int, press: Press) -> bytes:
    """Return a story as a line of JSON: words of its own, and some sentences of news."""
    one = story(number, matching=number % 100 == 0, size=800)
    row = {
        "id": number,
        "headline": one.headline,
        "body": f"{press.match().story.body}\n{one.body}",
        "source": f"outlet {number % 50}",
        "published": START + timedelta(minutes=number),
    }
    return msgspec.json.encode(row) + b"\n"


if __name__ == "__main__":
    options = Options(__doc__, takes="about five minutes")
    options.number("stories", STORIES, "stories")
    main(options.given().stories)
