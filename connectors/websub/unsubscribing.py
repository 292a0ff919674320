"""Subscriptions that end: their hubs are told, and heard until they have asked back."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from connectors.polling.feed_state import StateError
from connectors.polling.store import Store
from connectors.websub.hub_requests import Declined
from connectors.websub.protocol import Subscription

log = structlog.get_logger()

AsksToEnd = Callable[[Subscription], Awaitable[Declined | None]]


class Leaving:
    """The subscriptions that are being ended, by their tokens."""

    def __init__(
        self, asks_to_end: AsksToEnd, store: Store, has_another: Callable[[str], bool]
    ) -> None:
        """Take what asks a hub, and what says whether a feed has another subscription by now."""
        self._ask = asks_to_end
        self._store = store
        self._has_another = has_another
        self._waiting: dict[str, Subscription] = {}
        self._farewells: set[asyncio.Task[None]] = set()

    def get(self, token: str) -> Subscription | None:
        """Return the subscription of a token, if its end waits for its hub to ask back."""
        return self._waiting.get(token)

    def leave(self, subscription: Subscription) -> None:
        """End a subscription at its hub, beside all else."""
        task = asyncio.create_task(self._say_farewell(subscription))
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)

    async def settled(self) -> None:
        """Wait until all hubs that are to be told have been asked."""
        await asyncio.gather(*self._farewells)

    def stop(self) -> None:
        """Ask no hub any more."""
        for task in self._farewells:
            task.cancel()

    async def forget(self, subscription: Subscription) -> None:
        """Forget a subscription that has ended, unless its feed has another one by now."""
        self._waiting.pop(subscription.token, None)
        if not self._has_another(subscription.feed):
            await self._store.forget_subscription(subscription.feed)

    async def _say_farewell(self, subscription: Subscription) -> None:
        """Ask the hub, once. It is remembered until the hub has asked back, for another start."""
        try:
            if not subscription.active(time.time()):
                await self.forget(subscription)
                return
            self._waiting[subscription.token] = subscription
            declined = await self._ask(subscription)
        except StateError as error:
            log.warning("websub_not_saved", error=str(error))
            return
        if declined is None:
            log.info("websub_left", feed=subscription.feed)
        else:
            # What it pushes is refused, and ends with its lease.
            log.warning("websub_not_left", feed=subscription.feed, reason=declined.reason)
