"""The command line: reads options, calls one function, prints its result."""

import asyncio
import sys
from collections.abc import Awaitable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import structlog
import typer

from connectors.deliver import DeliverSettings, deliver
from connectors.errors import ConnectorError
from connectors.full_text.beside_poll import full_text
from connectors.kafka import ensure_topics, kafka_answers
from connectors.poll import PollSettings, poll
from connectors.recheck import rechecking
from connectors.watchdog import end, watched
from connectors.websub import WebSubSettings
from streams.app.settings import LiveWatches, WorkSettings
from streams.app.work import WorkerCrashedError, work
from streams.bus import TOPICS
from streams.match import Watches
from wirewatch import logs, member
from wirewatch.broker import BrokerError
from wirewatch.config import FEEDS, SUBSCRIBERS, Config, ConfigError, Settings, load, report
from wirewatch.demo.play import play
from wirewatch.explaining.lookup import NotFoundError
from wirewatch.feeds.commands import feeds
from wirewatch.options import USER_AGENT, Backfill, ConfigFolder, Data, Json, Kafka, environment
from wirewatch.past import past
from wirewatch.reload import Reloader
from wirewatch.reload_feeds import EditedFeeds
from wirewatch.reload_settings import EditedSettings
from wirewatch.reload_subscribers import EditedSubscribers
from wirewatch.reload_watches import EditedWatches
from wirewatch.run import Plan, run
from wirewatch.screen import ForMachines, ForPeople
from wirewatch.service import BAD_CONFIGURATION
from wirewatch.stopping import run_until_stopped
from wirewatch.supervisor import RunError
from wirewatch.tools import tools
from wirewatch.totals import Totals

CRASHED = 70
KAFKA_SECONDS = 10.0
"""How long a service waits for its Kafka at the start."""

app = typer.Typer(
    name="wirewatch",
    help="Watch the wires: feeds in, one explained alert per event out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(tools)
app.add_typer(feeds)
app.add_typer(past)


@app.command("run")
def run_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Workers that share the tagging.")] = 1,
    backfill_alerts: Backfill = False,
    as_json: Json = False,
) -> None:
    """Run everything on this machine until Ctrl-C: Kafka, poll, work, deliver."""
    loaded = _load(config, kafka, data)
    # For people the screen tells all; what this process itself has to warn of comes beside it.
    logs.configure(json=as_json, level=loaded.settings.log_level if as_json else "warning")
    totals = Totals()
    with ForMachines() if as_json else ForPeople(totals) as screen:
        for name in loaded.defaults:
            screen.note(f"no {name} in {config.resolve()}: using the one that ships")
        plan = Plan(
            config=loaded,
            folder=config.resolve(),
            workers=workers,
            backfill_alerts=backfill_alerts or loaded.settings.backfill_alerts,
        )
        stop = asyncio.Event()
        run_until_stopped(run(plan, stop, screen, totals), stop)
        screen.note(f"stopped; everything is kept in {loaded.settings.data} for the next run")


@app.command("demo")
def demo_command() -> None:
    """Show the main job on sample feeds: feeds, Kafka, Faust, alerts. Leaves nothing behind."""
    logs.configure(json=False, level="warning")
    stop = asyncio.Event()
    if not run_until_stopped(play(stop), stop):
        raise typer.Exit(1)


@app.command("poll")
def poll_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    once: Annotated[bool, typer.Option("--once", help="Poll every feed once and end.")] = False,
    as_json: Json = False,
) -> None:
    """Poll the feeds and put their stories on Kafka."""
    loaded, address = _service(config, kafka, data, as_json=as_json)
    settings = PollSettings(
        kafka=address,
        prefix=loaded.settings.prefix,
        state=loaded.settings.data / "feeds.sqlite",
        feeds=loaded.feeds,
        allow_private=loaded.settings.allow_private_addresses,
        user_agent=USER_AGENT,
        once=once,
        websub=_websub(loaded.settings),
        recheck_alerts=loaded.settings.recheck_alerts,
    )
    stop = asyncio.Event()
    polling = _poll(settings, stop)
    if not once:
        own = FEEDS in loaded.files
        edited = EditedFeeds(config, environment(kafka, data), loaded.feeds, own, settings.edits)
        polling = Reloader(edited).beside(polling)
        polling = _told_of_settings(config, environment(kafka, data), loaded, polling)
    run_until_stopped(polling, stop, loaded.settings.data)


def _websub(settings: Settings) -> WebSubSettings | None:
    if not settings.websub_callback:
        return None
    listen = urlsplit(f"//{settings.websub_listen}")
    return WebSubSettings(
        callback=settings.websub_callback, host=listen.hostname or "", port=listen.port or 0
    )


async def _poll(settings: PollSettings, stop: asyncio.Event) -> None:
    async with rechecking(settings), full_text(settings, stop) as on_sent:
        await poll(settings, stop, on_sent=on_sent)


@app.command("work")
def work_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    backfill_alerts: Backfill = False,
    as_json: Json = False,
) -> None:
    """Tag, match and gather. Start it as many times as you need, up to eight at once."""
    loaded, address = _service(config, kafka, data, as_json=as_json)
    live = LiveWatches(Watches(loaded.watches))
    reloader = Reloader(EditedWatches(config, environment(kafka, data), loaded, live))
    with member.slot(loaded.settings.data / "work") as (name, folder):
        settings = WorkSettings(
            kafka=address,
            prefix=loaded.settings.prefix,
            member=name,
            folder=folder,
            watches=live,
            topics=loaded.topics,
            offices=loaded.offices,
            backfill_alerts=backfill_alerts or loaded.settings.backfill_alerts,
        )
        stop = asyncio.Event()
        watch = partial(watched, kafka_answers=partial(kafka_answers, address))
        working = reloader.beside(work(settings, stop, watch, end))
        working = _told_of_settings(config, environment(kafka, data), loaded, working)
        run_until_stopped(working, stop, loaded.settings.data)


@app.command("deliver")
def deliver_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Deliver alerts to the subscribers, each once, retried until it arrives."""
    loaded, address = _service(config, kafka, data, as_json=as_json)
    settings = DeliverSettings(
        kafka=address,
        prefix=loaded.settings.prefix,
        outbox=loaded.settings.data / "outbox.sqlite",
        subscribers=loaded.subscribers,
        allow_private=loaded.settings.allow_private_addresses,
        json=as_json,
    )
    stop = asyncio.Event()
    own = SUBSCRIBERS in loaded.files
    given = environment(kafka, data)
    edited = EditedSubscribers(config, given, loaded.subscribers, own, settings.edits)
    delivering = Reloader(edited).beside(deliver(settings, stop))
    delivering = _told_of_settings(config, given, loaded, delivering)
    run_until_stopped(delivering, stop, loaded.settings.data)


@app.command("init")
def init_command(
    *, config: ConfigFolder = Path(), kafka: Kafka = None, as_json: Json = False
) -> None:
    """Make the topics on your own Kafka, and end. The other commands do it too if need be."""
    _service(config, kafka, None, as_json=as_json)
    structlog.get_logger().info("topics_are_there", topics=len(TOPICS))


async def _told_of_settings(
    config: Path, given: Mapping[str, str], loaded: Config, work: Awaitable[None]
) -> None:
    """Say while a service works that an edited setting takes effect after a restart."""
    await Reloader(EditedSettings(config, given, loaded.settings)).beside(work)


def _load(config: Path, kafka: str | None, data: Path | None) -> Config:
    return load(config, environment(kafka, data))


def _service(
    config: Path, kafka: str | None, data: Path | None, *, as_json: bool
) -> tuple[Config, str]:
    """Set up a service that runs alone: its configuration, its log, and its topics on Kafka."""
    loaded = _load(config, kafka, data)
    settings = loaded.settings
    logs.configure(json=as_json, level=settings.log_level)
    if not settings.kafka:
        raise typer.BadParameter(
            "no Kafka to talk to: give --kafka HOST:PORT (or WIREWATCH_KAFKA), "
            "or use `wirewatch run`, which starts one of its own"
        )
    ensure_topics(settings.kafka, prefix=settings.prefix, seconds=KAFKA_SECONDS)
    return loaded, settings.kafka


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad configuration or usage."""
    log = structlog.get_logger()
    try:
        app(prog_name="wirewatch")
    except ConfigError as error:
        for text in report.lines(error):
            sys.stderr.write(text + "\n")
        sys.exit(BAD_CONFIGURATION)
    except WorkerCrashedError as error:
        log.critical("worker_crashed", error=str(error))
        sys.exit(CRASHED)
    except (ConnectorError, BrokerError, RunError, NotFoundError) as error:
        sys.stderr.write(f"wirewatch: {error}\n")
        sys.exit(1)
