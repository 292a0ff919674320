"""The server behind signed links. GET asks, POST does it: link scanners in mail only GET."""

import asyncio
import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path

import structlog
from aiohttp import web

from connectors.background import in_thread
from connectors.delivery.frame.catalogue import ENGLISH, LANGUAGES, say
from connectors.delivery.links import page
from connectors.delivery.links.signing import (
    ExpiredLinkError,
    ForeignLinkError,
    LinkAction,
    LinkSigner,
    SignedAction,
)
from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.receiver_queue import person
from connectors.errors import ConnectorError
from connectors.http.once_free import not_served
from connectors.http.web_runner import web_runner
from streams.model.verdict import Said, Verdict

log = structlog.get_logger()

MOST_BYTES = 4_096
"""Of a form: ours needs a hundred."""
BODY_SECONDS = 10.0
KEEP_SECONDS = 20.0
MOST_LANGUAGES = 200
"""Characters read of the languages that a browser names."""
MOST_A_MINUTE = 30
"""Things done by the links of one subscriber."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTools:
    """What links work on. `known` says whether there is such a subscriber now."""

    signer: LinkSigner
    outbox: Path
    known: Callable[[str], bool]
    keep: Callable[[Verdict], Awaitable[None]]
    """Keeps a verdict on Kafka."""
    language: Callable[[str], str] = lambda _: ENGLISH
    """Says which language a subscriber reads."""


@asynccontextmanager
async def link_server(host: str, port: int, tools: LinkTools) -> AsyncIterator[int]:
    """Serve the pages of links until the end; yields the port. Raises `NotServedError`."""
    handler = LinkHandler(tools)
    app = web.Application(client_max_size=MOST_BYTES)
    # Whatever path the operator's proxy puts before it, or takes away.
    app.router.add_get("/{path:.*}", handler.ask)
    app.router.add_post("/{path:.*}", handler.act)
    runner = web_runner(app)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            remedy = "choose another listen under [links] in wirewatch.toml"
            raise not_served("links", host, port, error, remedy) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


class LinkHandler:
    """Answers requests for links."""

    def __init__(self, tools: LinkTools, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing done."""
        self._tools = tools
        self._clock = clock
        self._done: defaultdict[tuple[str, bool], deque[float]] = defaultdict(deque)

    async def ask(self, request: web.Request) -> web.Response:
        """Show the form. Nothing changes."""
        if request.match_info["path"].rpartition("/")[2] == page.STYLE:
            headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
            return web.Response(text=page.style(), content_type="text/css", headers=headers)
        asked = self._read(request)
        if isinstance(asked, web.Response):
            return asked
        return _answer(page.form(asked, self._tools.language(asked.subscriber)))

    async def act(self, request: web.Request) -> web.Response:
        """Do what the link says."""
        asked = self._read(request)
        if isinstance(asked, web.Response):
            return asked
        language = self._tools.language(asked.subscriber)
        _ = say(language)
        if self._too_many(asked):
            title, remedy = _("Too many at once"), _("Wait for a minute.")
            return _refusal(HTTPStatus.TOO_MANY_REQUESTS, title, remedy, language)
        try:
            reason = await _reason(request) if asked.action is LinkAction.WRONG else ""
        except (ValueError, LookupError, TimeoutError):
            title, remedy = _("This form can't be read"), _("Open the link again.")
            return _refusal(HTTPStatus.BAD_REQUEST, title, remedy, language)
        if asked.sample:
            return _answer(page.done(asked, language))
        try:
            await self._do(asked, reason)
        except (sqlite3.Error, OSError, ConnectorError) as error:  # a timeout is an OSError
            log.warning("link_not_obeyed", action=asked.action, cause=type(error).__name__)
            remedy = _("It could not be written down. Try again in a few minutes.")
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, _("Not done"), remedy, language)
        log.info("link_obeyed", action=asked.action, subscriber=asked.subscriber, alert=asked.alert)
        return _answer(page.done(asked, language))

    def _read(self, request: web.Request) -> SignedAction | web.Response:
        """Return what the link says, or why it doesn't hold.

        Then nobody knows whose it was: the browser says which language its reader has.
        """
        language = _of_browser(request)
        _ = say(language)
        try:
            asked = self._tools.signer.read(request.match_info["path"].rpartition("/")[2])
        except ExpiredLinkError:
            remedy = _("Links hold for 90 days. Use the link of a newer message.")
            return _refusal(HTTPStatus.GONE, _("This link has expired"), remedy, language)
        except ForeignLinkError:
            remedy = _("Copy the whole link from the message.")
            return _refusal(HTTPStatus.FORBIDDEN, _("This link is not valid"), remedy, language)
        if not self._tools.known(asked.subscriber):
            remedy = _("There is no such subscriber any more: nothing is sent.")
            return _refusal(HTTPStatus.GONE, _("This link is of no use any more"), remedy, language)
        return asked

    def _too_many(self, asked: SignedAction) -> bool:
        """Count one more; only signed links get so far, so the names are ours.

        To unsubscribe counts apart: whoever clicked a lot may be the one who wants no more.
        """
        apart = asked.action is LinkAction.UNSUBSCRIBE
        now, done = self._clock(), self._done[asked.subscriber, apart]
        while done and done[0] <= now - 60:
            done.popleft()
        if len(done) >= MOST_A_MINUTE:
            return True
        done.append(now)
        return False

    async def _do(self, asked: SignedAction, reason: str) -> None:
        now = datetime.now(UTC)
        match asked.action:
            case LinkAction.UNSUBSCRIBE:
                pause = partial(routing.pause, subscriber=asked.subscriber, until=None)
                await in_thread(self._change, partial(pause, now=now.timestamp()))
            case LinkAction.MUTE:
                mute = partial(routing.mute, subscriber=person(asked.subscriber), alert=asked.alert)
                await in_thread(self._change, partial(mute, now=now.timestamp()))
            case LinkAction.RIGHT | LinkAction.WRONG:
                verdict = Verdict(
                    said=Said(asked.action.value),
                    watch=asked.watch,
                    story=asked.story,
                    by=person(asked.subscriber),
                    at=now,
                    alert=asked.alert,
                    note=reason,
                )
                async with asyncio.timeout(KEEP_SECONDS):
                    await self._tools.keep(verdict)

    def _change(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Write into the outbox, as `wirewatch subscribers` does."""
        outbox = Outbox(self._tools.outbox, time.time())
        try:
            outbox.change_by_hand(change)
        finally:
            outbox.close()


async def _reason(request: web.Request) -> str:
    async with asyncio.timeout(BODY_SECONDS):
        form = await request.post()
    reason = form.get("reason", "")
    if not isinstance(reason, str) or reason not in page.REASONS:
        raise ValueError("no such reason")
    return reason


def _answer(html: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html", headers=page.HEADERS)


def _of_browser(request: web.Request) -> str:
    """Return the first language that a browser asks for and that there is."""
    asked = request.headers.get("Accept-Language", "")[:MOST_LANGUAGES].split(",")
    names = (one.partition(";")[0].partition("-")[0].strip().lower() for one in asked)
    return next((name for name in names if name in LANGUAGES), ENGLISH)


def _refusal(status: HTTPStatus, title: str, remedy: str, language: str) -> web.Response:
    return _answer(page.refused(title, remedy, language), status)
