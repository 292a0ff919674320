"""WebSub's two ends: asking hubs for subscriptions, and taking what they push.

A hub only makes a story come sooner: polls go on, if rarely, and what it fails to push is
found by them. So what goes wrong here is logged, and never stops a poll.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp import web
from msgspec.structs import replace

from connectors.errors import ConnectorError
from connectors.feed_state import StateError
from connectors.headers import header_text
from connectors.polling.edits import polled
from connectors.polling.store import Store
from connectors.sources.feed import Feed
from connectors.sources.fetch import LIMITS, NO_VALIDATORS, Page
from connectors.websub import (
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

log = structlog.get_logger()

TICK = 60.0
ANSWER_SECONDS = 30.0
PUSH_SECONDS = 20.0
"""How long a hub is kept waiting while its push is sent on; after that it is to try again."""
PUSHES_AT_ONCE = 4
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
    ) -> None:
        """Take the tools; `plain` also asks hubs without TLS, which may lose the secret."""
        self._settings = settings
        self._session = session
        self._store = store
        self._feeds = {feed.id: feed for feed in feeds}
        self._schemes = {"https", "http"} if plain else {"https"}
        self._by_feed: dict[str, Subscription] = {}
        self._by_token: dict[str, str] = {}
        self._leaving: dict[str, Subscription] = {}
        self._farewells: set[asyncio.Task[None]] = set()
        self._pushes = asyncio.Semaphore(PUSHES_AT_ONCE)
        self._parting = asyncio.Semaphore(PUSHES_AT_ONCE)

    @asynccontextmanager
    async def serving(self, take: Take) -> AsyncIterator[int]:
        """Listen for hubs, whose pushes go to `take`; give the port."""
        for subscription in await self._store.subscriptions():
            if self._is_wanted(subscription):
                self._put(subscription)
            else:
                self._leave(subscription)
        self._take = take
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=5)
        await runner.setup()
        asking = asyncio.create_task(self._ask_in_time())
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
            port: int = runner.addresses[0][1]
            log.info("websub_listening", host=self._settings.host, port=port)
            yield port
        except OSError as error:
            raise ConnectorError(
                f"WebSub can't listen on {self._settings.host}:{self._settings.port}: {error}"
            ) from error
        finally:
            for task in (asking, *self._farewells):
                task.cancel()
            await runner.cleanup()

    def follow(self, feeds: Sequence[Feed]) -> None:
        """Go by another list of feeds: who is off it, or has moved, is no longer subscribed to."""
        before, self._feeds = self._feeds, polled(feeds)
        for subscription in list(self._by_feed.values()):
            old, new = before.get(subscription.feed), self._feeds.get(subscription.feed)
            if new is None or (old is not None and old.url != new.url):
                del self._by_feed[subscription.feed]
                self._by_token.pop(subscription.token, None)
                self._leave(subscription)

    def _is_wanted(self, subscription: Subscription) -> bool:
        """Say whether a subscription of an earlier run is for a feed as it is now."""
        feed = self._feeds.get(subscription.feed)
        return feed is not None and not self._store.has_moved(feed)

    def _leave(self, subscription: Subscription) -> None:
        """End a subscription at its hub, beside all else."""
        task = asyncio.create_task(self._say_farewell(subscription))
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

    async def _say_farewell(self, subscription: Subscription) -> None:
        """Ask the hub, once. It is remembered until the hub has asked back, for another start."""
        try:
            if not subscription.active(time.time()):
                await self._forget(subscription)
                return
            self._leaving[subscription.token] = subscription
            async with self._parting:
                reason = await self._post(
                    subscription, farewell(subscription, self._settings.callback)
                )
        except StateError as error:
            log.warning("websub_not_saved", error=str(error))
            return
        if reason is None:
            log.info("websub_left", feed=subscription.feed)
        else:
            # What it pushes is refused, and ends with its lease.
            log.warning("websub_not_left", feed=subscription.feed, reason=reason)

    async def _forget(self, subscription: Subscription) -> None:
        """Forget a subscription that has ended, unless its feed has another one by now."""
        self._leaving.pop(subscription.token, None)
        if subscription.feed not in self._by_feed:
            await self._store.forget_subscription(subscription.feed)

    def active(self, feed: str) -> bool:
        """Say whether a hub is to push a feed now."""
        subscription = self._by_feed.get(feed)
        return subscription is not None and subscription.active(time.time())

    def offered(self, feed: Feed, offer: Offer) -> None:
        """Hear that a feed offers a hub. It is asked within a minute."""
        as_is, known = self._feeds.get(feed.id), self._by_feed.get(feed.id)
        if as_is is None or as_is.url != feed.url:
            return  # it was removed, or has moved, while it was polled
        if known is not None and (known.hub, known.topic) == (offer.hub, offer.topic):
            return
        if urlsplit(offer.hub).scheme not in self._schemes:
            return  # a secret told in the open is none
        if known is not None:
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
        for subscription in list(self._by_feed.values()):
            if due(subscription, time.time()):
                await self._ask(subscription)

    async def _ask_in_time(self) -> None:
        while True:
            try:
                await self.ask_all()
            except StateError as error:
                log.warning("websub_not_saved", error=str(error))
            await asyncio.sleep(TICK)

    async def _ask(self, subscription: Subscription) -> None:
        asked = replace(subscription, asked=time.time())
        # Before it is asked: the hub may ask back before it answers.
        await self._save(asked)
        if self._by_feed.get(asked.feed) is not asked:
            return  # it has ended meanwhile
        reason = await self._post(asked, request(asked, self._settings.callback))
        if reason is None:
            log.info("websub_asked", feed=asked.feed)
            return
        log.warning("websub_refused", feed=asked.feed, reason=reason)
        known = self._by_feed.get(asked.feed)
        if known is not None and known.token == asked.token:
            await self._save(replace(known, refused=reason))

    async def _post(self, subscription: Subscription, form: Mapping[str, str]) -> str | None:
        """Ask a hub; give why it won't, if so. The reason holds no address."""
        try:
            async with self._session.post(
                subscription.hub,
                data=form,
                timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
                allow_redirects=False,
            ) as response:
                return None if response.ok and response.status < 300 else f"hub: {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return f"hub: {type(error).__name__}"

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LIMITS.body_bytes)
        app.router.add_get("/{path:.*}", self._asked_back)
        app.router.add_post("/{path:.*}", self._pushed)
        return app

    async def _asked_back(self, request: web.Request) -> web.Response:
        """Answer a hub that asks whether it was us."""
        leaving = self._leaving.get(_token(request))
        if leaving is not None:
            text = answer_farewell(leaving, request.query)
            if text is None:
                raise web.HTTPNotFound
            await self._forget(leaving)
            return web.Response(text=text)
        known = self._known(request)
        after, text = answer(known, request.query, time.time())
        if text is None:
            raise web.HTTPNotFound
        await self._save(after)
        log.info("websub_answered", feed=known.feed, active=after.active(time.time()))
        return web.Response(text=text)

    async def _pushed(self, request: web.Request) -> web.Response:
        known = self._known(request)
        async with self._pushes:
            body = await request.read()
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
                async with asyncio.timeout(PUSH_SECONDS):
                    await self._take(feed, page)
            except (ConnectorError, TimeoutError) as error:
                log.warning("websub_push_failed", feed=known.feed, error=str(error))
                raise web.HTTPServiceUnavailable from error
        return web.Response(status=200)

    def _known(self, request: web.Request) -> Subscription:
        """Give the subscription that an address is of; hubs of others may stop."""
        feed = self._by_token.get(_token(request))
        if feed is None:
            raise web.HTTPGone
        return self._by_feed[feed]

    async def _save(self, subscription: Subscription) -> None:
        known = self._by_feed.get(subscription.feed)
        if known is None or known.token != subscription.token:
            return  # it has ended while a hub was asked
        self._put(subscription)
        await self._store.save_subscription(subscription)

    def _put(self, subscription: Subscription) -> None:
        self._by_feed[subscription.feed] = subscription
        self._by_token[subscription.token] = subscription.feed


def _token(request: web.Request) -> str:
    return request.path.rpartition("/")[2]
