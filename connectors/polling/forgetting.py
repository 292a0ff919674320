"""Forget feeds that left the list long ago, with their stories: or the file would only grow."""

import asyncio
import time
from collections.abc import Callable, Collection

import structlog

from connectors.polling.feed_state import StateError
from connectors.polling.store import Store

log = structlog.get_logger()

DAY = 24 * 3600.0
GRACE = 30 * DAY
"""How long a feed that left is remembered: one that comes back tells no story twice."""


async def forget_removed(store: Store, listed: Callable[[], Collection[str]]) -> None:
    """Once a day forget the feeds that aren't listed any more and weren't polled for long."""
    while True:
        try:
            forgotten = await store.forget_feeds(listed(), time.time() - GRACE)
        except StateError as error:
            log.warning("feeds_not_forgotten", error=str(error))
        else:
            if forgotten:
                log.info("feeds_forgotten", feeds=forgotten)
        await asyncio.sleep(DAY)
