"""`wirewatch deliver`: alerts brought to the subscribers."""

import asyncio
from functools import partial
from pathlib import Path

import typer

from connectors.delivery.deliver import DeliverSettings, deliver
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import SUBSCRIBERS
from wirewatch.config.environment import environment
from wirewatch.config.last_good import keep
from wirewatch.runtime import serving
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_subscribers import EditedSubscribers
from wirewatch.user_agent import USER_AGENT

app = typer.Typer()


@app.command("deliver")
def deliver_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Deliver alerts to the subscribers, each once, retried until it arrives."""
    loaded, kafka_access = serving.begin(
        config, kafka, data, as_json=as_json, secrets={SUBSCRIBERS}
    )
    settings = DeliverSettings(
        kafka=kafka_access,
        prefix=loaded.settings.prefix,
        outbox=loaded.settings.data / "outbox.sqlite",
        subscribers=loaded.subscribers,
        user_agent=USER_AGENT,
        mail=loaded.settings.mail,
        allow_private=loaded.settings.allow_private_addresses,
        json=as_json,
    )
    stop = asyncio.Event()
    given = environment(kafka, data)
    own = SUBSCRIBERS in loaded.files
    edited = EditedSubscribers(config, given, loaded.subscribers, own, settings.edits)
    reloader = Reloader(edited, partial(keep, config, given), broken=loaded.is_stand_in)

    async def delivering() -> None:
        await reloader.beside(deliver(settings, stop))

    serving.serve(config, given, loaded, delivering, stop)
