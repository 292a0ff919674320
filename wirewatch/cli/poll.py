"""`wirewatch poll`: the feeds polled, their stories put on Kafka."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from connectors.pages.lifecycle import full_text
from connectors.pages.recheck import rechecking
from connectors.polling.poll import PollSettings, poll
from connectors.websub.protocol import WebSubSettings
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import FEEDS, Settings
from wirewatch.config.environment import environment
from wirewatch.config.last_good import keep
from wirewatch.metrics.service import metrics
from wirewatch.runtime import kafka_wait, serving
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_feeds import EditedFeeds
from wirewatch.user_agent import USER_AGENT

app = typer.Typer()


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
    loaded, kafka_access = serving.begin(config, kafka, data, as_json=as_json, secrets={FEEDS})
    if once:
        kafka_wait.require(kafka_access)
    settings = PollSettings(
        kafka=kafka_access,
        prefix=loaded.settings.prefix,
        state=loaded.settings.data / "feeds.sqlite",
        feeds=loaded.feeds,
        allow_private=loaded.settings.allow_private_addresses,
        user_agent=USER_AGENT,
        once=once,
        websub=_websub(loaded.settings),
        canary_every=loaded.settings.canary_every or None,
        recheck_alerts=loaded.settings.recheck_alerts,
    )
    stop = asyncio.Event()
    given = environment(kafka, data)
    own = FEEDS in loaded.files
    edited = EditedFeeds(config, given, loaded.feeds, own, settings.edits)
    reloader = Reloader(edited, partial(keep, config, given), broken=loaded.is_stand_in)

    async def polling() -> None:
        work = _poll(settings, stop)
        await (work if once else reloader.beside(work))

    with metrics(loaded, "poll", kafka_access):
        serving.serve(config, given, loaded, polling, stop, name="poll")


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
