"""The demo: the main job, whole and for real, on sample feeds, in a folder that goes away.

The mails and the feed that it delivers are kept, for people to look at.
"""

import asyncio
import json
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from rich.text import Text

from connectors.delivery.sinks.feed import ALL, FOLDER
from connectors.delivery.sinks.terminal import read_line
from connectors.kafka import Consumer
from connectors.polling.feed import Feed
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import TAGGED
from streams.model.alert import AlertEvent, Kind
from streams.model.tags import TaggedStory
from wirewatch.config import Config, load
from wirewatch.counted import counted
from wirewatch.demo.expected import expected_alerts
from wirewatch.demo.feeds import demo_feeds
from wirewatch.demo.server import serve
from wirewatch.runtime.child_process import ServiceMessage
from wirewatch.runtime.run import Run, RunPlan
from wirewatch.runtime.run_console import ForPeople
from wirewatch.runtime.run_stats import RunStats

LOOK_SECONDS = 0.1
SOURCE = 15
OTHER_COLUMNS = SOURCE + 28
"""What a line of a story holds beside its headline: source, countries and the first topics."""
NARROWEST, WIDEST = 20, 76
"""How much of a headline is shown."""

CHANNELS = """
[[subscriber]]
id = "screen"
kind = "terminal"

[[subscriber]]
id = "mail"
kind = "mail"
to = "you@example.org"

[[subscriber]]
id = "feed"
kind = "feed"
"""
SUBSCRIBERS = ("screen", "mail", "feed")
MAILS, FEED_FILE = "mails", "alerts.atom"
"""What is kept of the demo."""

NEXT = (
    "Next: `wirewatch run` polls the feeds that ship; `wirewatch feeds init` makes a feeds.toml of "
    "your own from them. (wirewatch is .venv/bin/wirewatch after `make setup`.)"
)


class Theatre(ForPeople):
    """A screen that remembers the headlines that opened alerts, and shows what is tagged."""

    def __init__(self, totals: RunStats) -> None:
        """Start with no alert seen, and no page served."""
        super().__init__(totals)
        self.alerted: list[str] = []
        self.page = ""
        self.page_is_up = asyncio.Event()

    def hear(self, said: ServiceMessage) -> None:
        """Show a line; keep an alert's headline, and where the page is."""
        if said.facts.get("event") == "page":
            self.page = str(said.facts.get("at"))
            self.page_is_up.set()
            self.note(f"the page is at {self.page}")
            return
        if said.alert is not None:
            event = read_line(said.alert)
            if isinstance(event, AlertEvent) and event.kind is Kind.OPENED:
                self.alerted.append(event.story.headline)
        super().hear(said)

    def story(self, tagged: TaggedStory) -> None:
        """Show a story with its main countries and its main topics."""
        story, tags = tagged.story, tagged.tags
        codes = " ".join(country.code for country in tags.countries if country.main)
        topics = " ".join(topic.slug for topic in tags.topics if not topic.background)
        piped = not self.console.is_terminal
        room = WIDEST if piped else max(NARROWEST, self.console.width - OTHER_COLUMNS)
        source, headline = Text(story.source, "dim"), Text(story.headline)
        source.truncate(SOURCE, overflow="ellipsis", pad=True)
        headline.truncate(min(room, WIDEST), overflow="ellipsis", pad=True)
        countries = Text(f"{codes:<8}", "green")
        text = Text(" ").join((source, headline, countries, Text(topics, "magenta")))
        self.console.print(text, no_wrap=True, overflow="ignore" if piped else "ellipsis")


async def play(stop: asyncio.Event, *, stay: bool = False) -> bool:
    """Play the demo; return whether exactly the expected alerts came.

    To `stay` is to go on serving the page after that, until `stop` is set.
    """
    totals = RunStats()
    as_expected: bool | None = None
    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as name, Theatre(totals) as screen:
        async with serve() as base:
            feeds = demo_feeds(base)
            config = configure(Path(name), feeds)
            screen.note(f"{len(feeds)} sample feeds are served at {base}")
            plan = RunPlan(config=config, folder=Path(name), once=True, backfill_alerts=True)

            async def until(kafka: KafkaAccess) -> None:
                shown = 0
                with closing(Consumer(kafka, group=None, topics=[TAGGED])) as tagged:
                    while (
                        len(totals.feeds) < len(feeds)
                        or shown < totals.stories
                        or not totals.settled(len(SUBSCRIBERS))
                    ):
                        for received in await asyncio.to_thread(tagged.poll, LOOK_SECONDS):
                            screen.story(decode(received.value, TaggedStory))
                            shown += 1
                for said in keep(Path(name)):
                    screen.note(said)
                if stay:
                    nonlocal as_expected
                    as_expected = summarise(screen, totals, stopped=stop.is_set())
                    await screen.page_is_up.wait()  # nothing has waited for it so far
                    screen.note(f"The page stays up until Ctrl-C: {screen.page}")
                    await stop.wait()

            await Run(plan, screen, totals).until_stopped(stop, until)
        if as_expected is not None:
            return as_expected
        return summarise(screen, totals, stopped=stop.is_set())


def configure(folder: Path, feeds: Iterable[Feed]) -> Config:
    """Write the demo's configuration files as a user would, and read them."""
    quoted = json.dumps
    (folder / "feeds.toml").write_text(
        "\n".join(
            f"[[feed]]\nid = {quoted(feed.id)}\nurl = {quoted(feed.url)}\n"
            f"source = {quoted(feed.source)}\n"
            for feed in feeds
        )
    )
    # The sample feeds are on loopback, which wirewatch dials only when told to. The page's usual
    # port may be that of a wirewatch that runs. The feed is a file to keep, and served nowhere.
    # Poll ends after one round, and would make no canary after that.
    with socket.create_server(("127.0.0.1", 0)) as free:
        page = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "wirewatch.toml").write_text(
        f"allow_private_addresses = true\n\n[web]\nlisten = {quoted(page)}\n"
        "\n[feeds_out]\nenabled = false\n"
        "\n[canary]\nevery = 0\n"
        f'\n[mail]\nfolder = "{MAILS}"\nfrom = "wirewatch@example.org"\n'
    )
    (folder / "subscribers.toml").write_text(CHANNELS)
    return load(folder, {})


def keep(folder: Path) -> tuple[str, str]:
    """Copy the mails and the feed out of the demo's folder; return where they are, in words."""
    kept = Path(tempfile.mkdtemp(prefix="wirewatch-demo-alerts-"))
    shutil.copytree(folder / MAILS, kept / MAILS)
    shutil.copy(folder / "data" / FOLDER / "feed" / f"{ALL}.atom", kept / FEED_FILE)
    mail = min((kept / MAILS).glob("*.eml"))
    return f"the alerts as mails, one of them: {mail}", f"and as a feed: {kept / FEED_FILE}"


def summarise(screen: Theatre, totals: RunStats, *, stopped: bool) -> bool:
    """Say what came of it."""
    if stopped:
        screen.note("stopped before the end")
        return False
    events = expected_alerts()
    opened = Counter(events.get(headline, headline) for headline in screen.alerted)
    missing = sorted(set(events.values()) - set(opened))
    surplus = sorted((opened - Counter(set(events.values()))).elements())
    screen.note(totals.line())
    if not missing and not surplus:
        alerts, stories = len(screen.alerted), totals.stories
        screen.note(f"{counted(alerts, 'alert')} out of {stories} stories, as expected.")
        screen.note(NEXT)
    for event in missing:
        screen.note(f"missing: {event}")
    for event in surplus:
        screen.note(f"not expected: {event}")
    return not missing and not surplus
