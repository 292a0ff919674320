"""Every view of the page with a million stories behind it: how soon it comes, and how large it is.

The real `wirewatch web` serves an archive of made-up stories of the year that ends now. With a
folder the archive stays there, and is there the next time. Of each view it is measured until its
first byte comes, by the clock and by the processor time that the server took; and its size as sent.
"""

import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from benchmarks.archive.made_up import (
    COUNTRIES,
    DAY,
    ENDED,
    FEEDS,
    OUTLETS,
    STORIES_AN_ALERT,
    WATCHES,
    Build,
    body,
    cursor_at,
)
from benchmarks.support import stand
from benchmarks.support.options import Options
from benchmarks.web.clients import first_byte, page
from streams.model.story import digest, story_id
from wirewatch.archive.layout import FILE
from wirewatch.archive.writer import writing
from wirewatch.web.security.guard import EACH_SECOND

STORIES = 1_000_000
TURNS = 40
SHARE = 0.95


def views(chance: random.Random, stories: int) -> dict[str, str]:
    """Return the path of every view, with words, pairs and times by chance."""
    pair = "-".join(sorted(chance.sample(COUNTRIES[:8], 2)))
    feed, number = chance.randrange(FEEDS), chance.randrange(stories // FEEDS)
    some = story_id(
        feed=f"feed-{feed}", guid=str(feed + FEEDS * number), link=None, headline="", body=""
    )
    cursor = cursor_at(ENDED - chance.randrange(1, 365) * DAY)
    return {
        "alerts": "/alerts",
        "alerts of a watch and pair": "/alerts?watch=watch-3&pair=KH-US",
        "alerts, any page": f"/alerts?cursor={cursor}",
        "alerts of an outlet": f"/alerts?outlet=Outlet+{chance.randrange(OUTLETS)}",
        "alerts of an outlet that has none": "/alerts?outlet=Nobody",
        "critical alerts": "/alerts?min_severity=critical",
        "critical alerts of an outlet": (
            f"/alerts?min_severity=critical&outlet=Outlet+{chance.randrange(OUTLETS)}"
        ),
        "an alert": f"/alerts/{digest(('alert', str(number * FEEDS // STORIES_AN_ALERT)))}",
        "stories": "/stories",
        "stories, any page": f"/stories?cursor={cursor}",
        "stories with a common word": "/stories?words=word2",
        "stories with two words": f"/stories?words=word3+word{chance.randrange(50, 500)}",
        "stories with a Khmer word": f"/stories?words={quote(body('km', chance)[:3])}",
        "stories of a pair, relation, topic": (
            "/stories?pair=KH-US&relation=between&topic=defense"
        ),
        "stories of a watch": "/stories?watch=watch-3",
        "a story": f"/stories/{some}",
        "pairs, 24 hours": "/pairs?period=24h&relation=any",
        "pairs, 7 days": "/pairs?period=7d",
        "pairs, 30 days": "/pairs?period=30d&relation=any&colour=change",
        "a pair, 48 hours": f"/pairs/{pair}?period=48h",
        "a pair, 30 days": f"/pairs/{pair}?period=30d",
        "a pair, 90 days": f"/pairs/{pair}?period=90d",
        "sources": f"/sources?page={chance.randrange(1, 4)}",
        "a source": f"/sources/feed-{feed}",
        "watches": "/watches",
        "a watch": f"/watches/watch-{chance.randrange(WATCHES)}",
    }


def configure(folder: Path) -> None:
    """Write down the feeds and watches that the stories are of."""
    feeds = (
        f'[[feed]]\nid = "feed-{one}"\nsource = "Outlet {one}"\nurl = "https://{one}.example/"\n'
        for one in range(FEEDS)
    )
    watches = (
        f'[[watch]]\nid = "watch-{one}"\ntitle = "Watch {one}"\ncountries = ["KH"]\n'
        for one in range(WATCHES)
    )
    (folder / "feeds.toml").write_text("".join(feeds), "utf-8")
    (folder / "watches.toml").write_text("".join(watches), "utf-8")
    (folder / "wirewatch.toml").write_text("", "utf-8")


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has taken so far, exact enough for one page."""
    return time.clock_gettime((~process << 3) | 2)  # Linux: the clock of another process


def main(stories: int, folder: Path | None) -> None:
    """Measure, and print a line for each view."""
    stand.begin()
    with ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not (data / FILE).exists():
            with writing(data) as db:
                Build(db, stories).up_to(stories)
        configure(data)
        port, server = stack.enter_context(page(data))
        chance = random.Random(3)
        every = [views(chance, stories) for _ in range(TURNS)]
        for name in every[0]:
            took, worked, sizes = [], [], []
            for one in every:
                time.sleep(1 / EACH_SECOND)  # who asks more often is told to wait
                before = processor_seconds(server.pid)
                seconds, size = first_byte(port, one[name])
                worked.append((processor_seconds(server.pid) - before) * 1000)
                took.append(seconds * 1000)
                sizes.append(size)
            place = int(TURNS * SHARE) - 1
            clock, processor = sorted(took)[place], sorted(worked)[place]
            print(f"{name}: p95 {clock:.0f} ms, {processor:.1f} ms of processor time,", end=" ")
            print(f"{max(sizes):,} bytes at most", flush=True)


if __name__ == "__main__":
    options = Options(__doc__, takes="half an hour, most of it to fill the archive")
    options.number("stories", STORIES, "stories")
    options.add_argument("folder", nargs="?", type=Path, help="where the archive is or stays")
    given = options.given()
    main(given.stories, given.folder)
