"""WebSub's two ends: asking hubs for subscriptions, and taking what they push.

A hub only makes a story come sooner: polls go on, if rarely, and what it fails to push is
found by them. So what goes wrong here is logged, and never stops a poll.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp import web
from msgspec.structs import replace

from connectors.errors import ConnectorError
from connectors.http.fetch import LIMITS, NO_VALIDATORS, Page
from connectors.http.header_text import header_text
from connectors.http.web_runner import web_runner
from connectors.polling.feed import Feed
from connectors.polling.feed_edits import polled
from connectors.polling.feed_state import StateError
from connectors.polling.store import Store
from connectors.websub.connection_limits import Door, DoorLimits
from connectors.websub.hub_requests import Declined, ask
from connectors.websub.listening import bound
from connectors.websub.protocol import (
    Offer,
    Subscription,
    WebSubSettings,
    answer,
    answer_farewell,
    due,
    farewell,
    request,
    signed,
)
from connectors.websub.push_limits import RETRY_AFTER, Pushes
from connectors.websub.unsubscribing import Leaving

log = structlog.get_logger()

TICK = 60.0
ASKED_AT_ONCE = 8
"""Hubs: one that is slow to answer must not keep the others waiting."""
TOKEN_BYTES = 32

Take = Callable[[Feed, Page], Awaitable[object]]


class WebSub:
    """The subscriptions of all feeds."""

    def __init__(
        self,
        settings: WebSubSettings,
        session: aiohttp.ClientSession,
        store: Store,
        feeds: Iterable[Feed],
        *,
        plain: bool = False,
        limits: DoorLimits | None = None,
        pushes: Pushes | None = None,
    ) -> None:
        """Take the tools; `plain` also asks hubs without TLS, which may lose the secret."""
        self._settings = settings
        self._session = session
        self._store = store
        self._feeds = {feed.id: feed for feed in feeds}
        self._schemes = {"https", "http"} if plain else {"https"}
        self._by_feed: dict[str, Subscription] = {}
        self._by_token: dict[str, Subscription] = {}
        """Whom to hear: also a hub that its feed has left, until the next one is in force."""
        self._offers: dict[str, Offer] = {}
        """Other hubs that feeds offered the last time."""
        self._limits = limits or DoorLimits()
        self._pushes = pushes or Pushes()
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)
        self._leaving = Leaving(self._ask_to_end, store, self._by_feed.__contains__)

    @asynccontextmanager
    async def serving(self, take: Take) -> AsyncIterator[int]:
        """Listen for hubs, whose pushes go to `take`; yields the port.

        Raises `NotServedError`. Subscriptions count only once it has the port: without one nothing
        is pushed.
        """
        self._take = take
        runner = web_runner(self._app(), shutdown_timeout=5, lingering_time=1.0)
        await runner.setup()
        if runner.server is None:
            raise ConnectorError("WebSub's server isn't set up")
        self._door = Door(runner.server, self._limits)
        server, asking = None, None
        try:
            server = await bound(self._door, self._settings.host, self._settings.port)
            for subscription in await self._store.subscriptions():
                if self._is_wanted(subscription):
                    self._put(subscription)
                else:
                    self._leaving.leave(subscription)
            await server.start_serving()
            asking = asyncio.create_task(self._ask_in_time())
            yield server.sockets[0].getsockname()[1]
        finally:
            if asking is not None:
                asking.cancel()
            self._leaving.stop()
            if server is not None:
                server.close()
            await runner.cleanup()

    def follow(self, feeds: Sequence[Feed]) -> None:
        """Go by another list of feeds: who is off it, or has moved, is no longer subscribed to."""
        before, self._feeds = self._feeds, polled(feeds)
        for subscription in list(self._by_feed.values()):
            old, new = before.get(subscription.feed), self._feeds.get(subscription.feed)
            if new is None or (old is not None and old.url != new.url):
                del self._by_feed[subscription.feed]
                self._offers.pop(subscription.feed, None)
                self._leave_all(subscription.feed)

    def _is_wanted(self, subscription: Subscription) -> bool:
        """Say whether a subscription of an earlier run is for a feed as it is now."""
        feed = self._feeds.get(subscription.feed)
        return feed is not None and not self._store.has_moved(feed)

    def _leave_all(self, feed: str, *, but: str = "") -> None:
        """End all subscriptions of a feed, but that of the token `but`."""
        for token, subscription in list(self._by_token.items()):
            if subscription.feed == feed and token != but:
                del self._by_token[token]
                self._leaving.leave(subscription)

    async def _ask_to_end(self, subscription: Subscription) -> Declined | None:
        form = farewell(subscription, self._settings.callback)
        async with self._asking:
            return await ask(self._session, subscription.hub, form, self._schemes)

    def active(self, feed: str) -> bool:
        """Say whether a hub is to push a feed now."""
        subscription = self._by_feed.get(feed)
        return subscription is not None and subscription.active(time.time())

    def offered(self, feed: Feed, offer: Offer) -> None:
        """Hear that a feed offers a hub. It is asked within a minute.

        Another one than before must be offered twice in a row: servers of one feed may differ.
        """
        as_is, known = self._feeds.get(feed.id), self._by_feed.get(feed.id)
        if as_is is None or as_is.url != feed.url:
            return  # it was removed, or has moved, while it was polled
        before = self._offers.pop(feed.id, None)
        if known is not None and (known.hub, known.topic) == (offer.hub, offer.topic):
            return
        if urlsplit(offer.hub).scheme not in self._schemes:
            return  # a secret told in the open is none
        if known is not None and before != offer:
            self._offers[feed.id] = offer
            return
        if known is not None and not known.active(time.time()):
            self._by_token.pop(known.token, None)
        self._put(
            Subscription(
                feed=feed.id,
                hub=offer.hub,
                topic=offer.topic,
                token=secrets.token_urlsafe(TOKEN_BYTES),
                secret=secrets.token_hex(TOKEN_BYTES),
            )
        )

    async def ask_all(self) -> None:
        """Ask the hubs that are to be asked now."""
        now = time.time()
        all_due = [one for one in self._by_feed.values() if due(one, now)]
        async with asyncio.TaskGroup() as group:
            for subscription in all_due:
                group.create_task(self._ask(subscription))

    async def _ask_in_time(self) -> None:
        while True:
            await self.ask_all()
            await asyncio.sleep(TICK)

    async def _ask(self, subscription: Subscription) -> None:
        async with self._asking:
            try:
                await self._ask_now(subscription)
            except StateError as error:
                log.warning("websub_not_saved", error=str(error))

    async def _ask_now(self, subscription: Subscription) -> None:
        asked = replace(subscription, asked=time.time(), tries=subscription.tries + 1)
        # Before it is asked: the hub may ask back before it answers.
        await self._save(asked)
        if self._by_feed.get(asked.feed) is not asked:
            return  # it has ended meanwhile
        form = request(asked, self._settings.callback)
        declined = await ask(self._session, asked.hub, form, self._schemes)
        if declined is None:
            log.info("websub_asked", feed=asked.feed)
            return
        if declined.passing:
            log.warning("websub_not_asked", feed=asked.feed, reason=declined.reason)
            return
        log.warning("websub_refused", feed=asked.feed, reason=declined.reason)
        known = self._by_feed.get(asked.feed)
        if known is not None and known.token == asked.token:
            await self._save(replace(known, refused=declined.reason))

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LIMITS.body_bytes, middlewares=[self._one_request])
        app.router.add_get("/{path:.*}", self._asked_back)
        app.router.add_post("/{path:.*}", self._pushed)
        return app

    @web.middleware
    async def _one_request(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Serve the one request of a connection."""
        self._door.asked(request.transport)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.force_close()
            raise
        response.force_close()
        return response

    async def _asked_back(self, request: web.Request) -> web.Response:
        """Answer a hub that asks whether it was us."""
        leaving = self._leaving.get(_token(request))
        if leaving is not None:
            text = answer_farewell(leaving, request.query)
            if text is None:
                raise web.HTTPNotFound
            await self._leaving.forget(leaving)
            return web.Response(text=text)
        known = self._known(request)
        after, text = answer(known, request.query, time.time())
        if text is None:
            raise web.HTTPNotFound
        await self._save(after)
        if after.active(time.time()) and self._by_feed.get(after.feed) is after:
            self._leave_all(after.feed, but=after.token)  # the hub that it had before
        log.info("websub_answered", feed=known.feed, active=after.active(time.time()))
        return web.Response(text=text)

    async def _pushed(self, request: web.Request) -> web.Response:
        known = self._known(request)
        body = await self._pushes.body(request, known.token)
        if not signed(known.secret, request.headers.get("X-Hub-Signature"), body):
            log.warning("websub_forged", feed=known.feed)
            return web.Response(status=202)  # as the standard wants it: say nothing, drop it
        page = Page(
            body=body,
            url=known.topic,
            content_type=header_text(request.headers.get("Content-Type", "")),
            validators=NO_VALIDATORS,
        )
        feed = self._feeds.get(known.feed)
        if feed is None:  # removed since it was asked for
            raise web.HTTPGone
        try:
            async with self._pushes.place(known):
                await self._take(feed, page)
        except (ConnectorError, TimeoutError) as error:
            log.warning("websub_push_failed", feed=known.feed, error=str(error))
            raise web.HTTPServiceUnavailable(headers=RETRY_AFTER) from error
        return web.Response(status=200)

    def _known(self, request: web.Request) -> Subscription:
        """Return the subscription that an address is of; hubs of others may stop."""
        known = self._by_token.get(_token(request))
        if known is None:
            raise web.HTTPGone
        return known

    async def _save(self, subscription: Subscription) -> None:
        known = self._by_feed.get(subscription.feed)
        if known is None or known.token != subscription.token:
            return  # it has ended while a hub was asked
        self._put(subscription)
        await self._store.save_subscription(subscription)

    def _put(self, subscription: Subscription) -> None:
        self._by_feed[subscription.feed] = subscription
        self._by_token[subscription.token] = subscription


def _token(request: web.Request) -> str:
    return request.path.rpartition("/")[2]
