"""`wirewatch deliver`: alerts brought to the subscribers."""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import structlog
import typer

from connectors.delivery.deliver import DeliverSettings, deliver
from connectors.delivery.feed_server import feed_addresses, feed_server
from connectors.delivery.frame.catalogue import ENGLISH
from connectors.delivery.links.server import LinkTools, link_server
from connectors.delivery.links.signing import LinkSigner
from connectors.http.once_free import served_once_free
from streams.contract.kafka_access import KafkaAccess
from wirewatch.cli.deliver_retry import retry
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import SUBSCRIBERS, Config, rules
from wirewatch.config.environment import environment
from wirewatch.config.last_good import keep
from wirewatch.history.judge import keep_verdict
from wirewatch.metrics.service import metrics
from wirewatch.runtime import serving
from wirewatch.runtime.link_key import link_writer
from wirewatch.runtime.reload import Reloader
from wirewatch.runtime.reload_subscribers import EditedSubscribers
from wirewatch.user_agent import USER_AGENT

log = structlog.get_logger()

app = typer.Typer(name="deliver")
app.add_typer(retry)


@app.callback(invoke_without_command=True)
def deliver_command(
    context: typer.Context,
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
    feeds: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Serve the feeds of subscribers there."),
    ] = None,
) -> None:
    """Deliver alerts to the subscribers, each once, retried until it arrives."""
    if context.invoked_subcommand is not None:
        return
    if feeds is not None:
        _host_and_port(feeds)
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
        canary_limit=loaded.settings.canary_limit if loaded.settings.canary_every else None,
    )
    writer = link_writer(loaded.settings)
    if writer is not None:
        settings = replace(settings, links=writer.links)
    stop = asyncio.Event()
    given = environment(kafka, data)
    own = SUBSCRIBERS in loaded.files
    edited = EditedSubscribers(
        config, given, loaded.subscribers, own, settings.edits, loaded.watches
    )
    reloader = Reloader(edited, partial(keep, config, given), broken=loaded.is_stand_in)

    async def delivering() -> None:
        async with AsyncExitStack() as stack:
            await _serve_feeds(stack, feeds, loaded, edited)
            if writer is not None:
                serve_links = partial(_link_server, loaded, kafka_access, writer.signer, edited)
                told = partial(log.info, "serving_links")
                await stack.enter_async_context(
                    served_once_free("links", serve_links, lambda port: told(port=port))
                )
            await reloader.beside(deliver(settings, stop))

    with metrics(loaded, "deliver", kafka_access) as measured:
        settings = replace(settings, watches=lambda: edited.watches)
        if measured is not None:
            settings = replace(settings, on_alert=measured.alert)
        serving.serve(config, given, loaded, delivering, stop, name="deliver")


async def _serve_feeds(
    stack: AsyncExitStack, asked: str | None, loaded: Config, edited: EditedSubscribers
) -> None:
    """Serve feeds where that was asked for, or else where anyone has one.

    Unless it was asked for, a port that another program has is no reason not to deliver.
    """
    host, port = _host_and_port(asked or loaded.settings.feeds_out_listen)
    wanted = loaded.settings.feeds_out_enabled and feed_addresses(host, port, loaded.subscribers)
    if asked is None and not wanted:
        return
    serve = partial(feed_server, host, port, loaded.settings.data, lambda: edited.subscribers)

    def served(port: int) -> None:
        log.info("serving_feeds", port=port)
        for name, at in feed_addresses(host, port, loaded.subscribers).items():
            log.info("feed_served", subscriber=name, at=at)

    if asked is not None:
        served(await stack.enter_async_context(serve()))
    else:
        await stack.enter_async_context(served_once_free("feeds", serve, served))


def _link_server(
    loaded: Config, kafka: KafkaAccess, signer: LinkSigner, edited: EditedSubscribers
) -> AbstractAsyncContextManager[int]:
    prefix = loaded.settings.prefix
    tools = LinkTools(
        signer=signer,
        outbox=loaded.settings.data / "outbox.sqlite",
        known=lambda name: any(one.id == name for one in edited.subscribers),
        language=lambda name: next(
            (one.language for one in edited.subscribers if one.id == name), ENGLISH
        ),
        keep=lambda verdict: keep_verdict(verdict, kafka, prefix),
    )
    return link_server(*_host_and_port(loaded.settings.links_listen), tools)


def _host_and_port(text: str) -> tuple[str, int]:
    """Take where to serve: what is wrong is told as of the option."""
    try:
        parts = urlsplit(f"//{rules.host_and_port(text)}")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--feeds") from error
    return parts.hostname or "", parts.port or 0
