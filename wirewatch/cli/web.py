"""`wirewatch web`: the page."""

import asyncio
import gc
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import urlsplit

import structlog
import typer

from connectors.background import in_thread, wait_for
from streams.model.verdict import Verdict
from wirewatch import private_files
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import Config, rules
from wirewatch.config.environment import environment
from wirewatch.config.last_good import load_or_last_good
from wirewatch.config.tables import SETTINGS
from wirewatch.config.web_access import open_to_others
from wirewatch.history.judge import keep_verdict, login_name
from wirewatch.metrics.service import metrics
from wirewatch.runtime import logs
from wirewatch.runtime.link_key import SHORTEST, link_key
from wirewatch.runtime.parent_run import has_parent_run
from wirewatch.runtime.presence import present
from wirewatch.runtime.run import WEB
from wirewatch.runtime.shutdown import run_until_stopped
from wirewatch.web.explained_text import explained_text
from wirewatch.web.fresh_config import FreshConfig
from wirewatch.web.security.access import Access
from wirewatch.web.security.forms import FormSigner
from wirewatch.web.server import ListenError, listening, serve
from wirewatch.web.site import Site

log = structlog.get_logger()

READY = "page"
"""Said once it is served, with its address."""
AGAIN_SECONDS = 3.0
KEEP_SECONDS = 20.0

app = typer.Typer()


@app.command("web")
def web_command(
    *,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where to serve it, in place of [web] listen."),
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Serve the page: alerts as they come, what decided each, and whether to trust it."""
    given = environment(kafka, data)
    in_force = load_or_last_good(config, given, secrets={SETTINGS})
    loaded = in_force.config
    # Whoever runs it alone is told at once of a taken port; a run has the page when it can, and
    # goes by what this says, whatever is shown.
    waits = has_parent_run()
    level = loaded.settings.log_level
    logs.configure(json=as_json, level=logs.at_least_info(level) if waits else level)
    if as_json:
        logs.hear_the_rest()
    in_force.warn()
    if in_force.beginning:
        log.info(in_force.beginning)
    host, port = _place(listen, loaded)
    folder = loaded.settings.data
    private_files.take_over(folder)
    stop = asyncio.Event()
    first = None if waits else listening(host, port)
    site = site_for(loaded, FreshConfig(config, given, loaded), config)

    async def serving() -> None:
        async with present(folder, WEB):
            listener = first or await _once_free(host, port, stop)
            if listener is None:
                return
            with listener:
                port_now = listener.getsockname()[1]
                at = loaded.settings.web_base or address(host, port_now)
                # What is loaded by now stays: looking through it for garbage now and then would
                # take longer than a page.
                gc.freeze()
                count = None if measured is None else measured.page_request
                await serve(site, listener, stop, lambda: log.info(READY, at=at), count)

    with metrics(loaded, WEB, None) as measured:
        run_until_stopped(serving(), stop)


async def _once_free(host: str, port: int, stop: asyncio.Event) -> socket.socket | None:
    """Return a socket that listens, as soon as the port is free; `None` if it is to stop."""
    told = False
    while not stop.is_set():
        try:
            return listening(host, port)
        except ListenError as error:
            if not told:
                log.info("page_waits", because=str(error))
            told = True
            await wait_for(stop, AGAIN_SECONDS)
    return None


def address(host: str, port: int) -> str:
    """Return the address of a page that is served there."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def site_for(loaded: Config, fresh: Callable[[], Config], folder: Path) -> Site:
    """Return the page of a data folder; `fresh` is the configuration of a folder as it is later.

    Without a key that is kept, forms are signed with one of this start alone.
    """
    settings = loaded.settings
    try:
        key = link_key(settings.data)
    except (OSError, ValueError) as error:
        log.warning("page_key_not_kept", because=f"a restart ends all logins: {error}")
        key = token_urlsafe(SHORTEST)

    async def keep(verdict: Verdict) -> None:
        async with asyncio.timeout(KEEP_SECONDS):
            access = await in_thread(kafka_of, settings)
            await keep_verdict(verdict, access, settings.prefix)

    names = (urlsplit(settings.web_base).hostname, urlsplit(f"//{settings.web_listen}").hostname)
    return Site(
        data=settings.data,
        config=fresh,
        access=Access(key=key, token=settings.web_token, proxy_header=settings.web_proxy_header),
        forms=FormSigner(key),
        keep=keep,
        explain=partial(explained_text, config=folder, data=settings.data),
        owner="" if settings.web_token else login_name() or "",
        hosts=frozenset(name for name in names if name),
        base=settings.web_base,
    )


def _place(given: str | None, loaded: Config) -> tuple[str, int]:
    """Return where to serve. Raises `BadParameter` for where nobody would be asked who they are."""
    text = loaded.settings.web_listen
    if given is not None:
        try:
            text = rules.host_and_port(given)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--listen") from error
        if (refused := open_to_others(text, loaded.settings)) is not None:
            raise typer.BadParameter(
                f"{refused}, under [web] in wirewatch.toml", param_hint="--listen"
            )
    parts = urlsplit(f"//{text}")
    return parts.hostname or "", parts.port or 0
