"""Brings notices to their subscribers. One that can't be reached holds up nobody else."""

import asyncio
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

import structlog

from connectors.delivery.frame.catalogue import ENGLISH
from connectors.delivery.notices.queue import FILE as QUEUE
from connectors.delivery.notices.queue import NoticeDelivery, NoticeIn, NoticeQueue
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.stopped import UNSENT
from connectors.delivery.retry_schedule import GIVE_UP_SECONDS, pause
from connectors.delivery.sender import tell_stopped
from connectors.delivery.sinks.interface import Notification, Send
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result, retry
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.until_written import until_written

log = structlog.get_logger()

DICE = random.SystemRandom()
LOOK_SECONDS = 5.0
ResultT = TypeVar("ResultT")


class NoticeSender:
    """Sends what is due until it is cancelled. `subscribers` are those of now."""

    def __init__(
        self,
        queue: NoticeQueue,
        subscribers: Callable[[], Sequence[Subscriber]],
        outbox: Outbox,
    ) -> None:
        """Take an open queue. The outbox knows who is stopped or paused."""
        self._outbox = outbox
        self._queue = queue
        self._sinks: Mapping[str, Send] = {}
        self._subscribers = subscribers
        self._news = asyncio.Event()

    def tell(
        self, write: NoticeIn, subscribers: Iterable[Subscriber], *, routine: bool = False
    ) -> None:
        """Let subscribers have a notice, each in its language. The log has it in English.

        What can't be written now is only logged.

        What all of them were told before is not told again, in the log neither.
        """
        notice = write(ENGLISH)
        names: defaultdict[str, list[str]] = defaultdict(list)
        for subscriber in subscribers:
            names[subscriber.language].append(subscriber.id)
        try:
            now = time.time()
            new = [self._queue.add(write(one), some, now) for one, some in names.items()]
            if new and not any(new):
                return
        except sqlite3.Error as error:
            log.warning("notice_not_kept", notice=notice.id, because=f"{QUEUE}: {error}")
        except Exception:
            log.exception("notice_not_kept", notice=notice.id)
        say = log.info if routine else log.warning
        say("notice", title=notice.title, note=notice.note)
        self._news.set()

    async def run(self, sinks: Mapping[str, Send]) -> None:
        """Send for ever."""
        while True:
            self._news.clear()
            await self.turn(sinks)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def turn(self, sinks: Mapping[str, Send]) -> None:
        """Send what is due now."""
        self._sinks = sinks
        there = {subscriber.id: subscriber for subscriber in self._subscribers()}
        waiting: defaultdict[str, list[NoticeDelivery]] = defaultdict(list)
        now = time.time()
        for delivery in await _kept(partial(self._queue.due, now)):
            waiting[delivery.subscriber].append(delivery)
        await _kept(partial(self._queue.clear_away, now))
        sending = (self._send(there.get(name), some) for name, some in waiting.items())
        await asyncio.gather(*sending)

    async def _send(self, subscriber: Subscriber | None, due: Sequence[NoticeDelivery]) -> None:
        """Send a subscriber what is due for it, in order; stop at the first that fails."""
        for delivery in due:
            if subscriber is None:  # who is gone for three days gets nothing any more
                gone = time.time() - delivery.added > GIVE_UP_SECONDS
                await self._settle(delivery, "failed" if gone else "pending", after=None)
                continue
            if (stop := self._outbox.stopped(subscriber.id)) is not None:
                await self._settle(delivery, "failed", after=None)
                log.info("notice_failed", subscriber=subscriber.id, reason=UNSENT + stop.why)
                continue
            if self._outbox.paused_until(subscriber.id, time.time()) is not None:
                return  # it is kept until then
            outcome = await self._try(subscriber, delivery)
            if outcome.result is Result.STOP and self._has_moved(subscriber):
                outcome = retry(outcome.reason)  # it speaks for the former address
            if outcome.result is Result.DELIVERED:
                await self._settle(delivery, "done", after=None)
                log.info("notice_delivered", subscriber=subscriber.id, notice=delivery.notice.id)
                continue
            over = time.time() - delivery.added > GIVE_UP_SECONDS
            final = over or outcome.result in (Result.GIVE_UP, Result.STOP)
            await self._settle(delivery, "failed" if final else "pending", after=outcome.after)
            log.warning(
                "notice_failed" if final else "notice_retry",
                subscriber=subscriber.id,
                reason=outcome.reason,
            )
            if outcome.result is Result.STOP:
                stop_it = partial(
                    self._outbox.stop, subscriber.id, time.time(), reason=outcome.reason
                )
                given_up = await until_written(stop_it, "outbox.sqlite")
                tell_stopped(subscriber.id, outcome.reason, given_up)
            if not final:
                return

    def _has_moved(self, subscriber: Subscriber) -> bool:
        """Say whether a subscriber has got another address meanwhile, or is gone."""
        now = (one.address for one in self._subscribers() if one.id == subscriber.id)
        return next(now, None) != subscriber.address

    async def _try(self, subscriber: Subscriber, delivery: NoticeDelivery) -> DeliveryOutcome:
        told = Notification(
            id=delivery.notice.id,
            subscriber=subscriber.id,
            title=delivery.notice.title,
            note=delivery.notice.note,
            language=subscriber.language,
        )
        try:
            return await self._sinks[subscriber.kind](subscriber.sink, told)
        except Exception as error:  # noqa: BLE001 - told, but not its text: an address may be in it
            return retry(f"a fault: {type(error).__name__}")

    async def _settle(self, delivery: NoticeDelivery, state: str, *, after: float | None) -> None:
        wait = pause(delivery.attempts + 1, after=after, dice=DICE.random())
        await _kept(partial(self._queue.settle, delivery, state, time.time() + wait))


async def _kept(write: Callable[[], ResultT]) -> ResultT:
    return await until_written(write, QUEUE)
