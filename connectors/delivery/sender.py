"""One subscriber's way out of the outbox.

Whatever goes wrong here, a row, a receiver or a fault of ours, is this subscriber's alone.
"""

import asyncio
import random
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import structlog

from connectors.delivery.outbox import Outbox
from connectors.delivery.records import Delivery, Hold
from connectors.delivery.retry_schedule import hold, pause, worn_out
from connectors.delivery.sinks.interface import Notification, Send
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result, give_up, retry
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.sqlite import is_damaged
from connectors.until_written import until_written
from streams.contract.codec import DecodeError, decode
from streams.model.alert import AlertEvent

log = structlog.get_logger()

DICE = random.SystemRandom()
LONGEST_WAIT = 5.0
"""Seconds after which a subscriber's queue is looked at in any case."""

ResultT = TypeVar("ResultT")
Sinks = Mapping[str, Send]
"""By kind."""


class SubscriberSender:
    """Sends a subscriber what is due, oldest first, until told to leave."""

    def __init__(self, subscriber: Subscriber, outbox: Outbox, sinks: Sinks) -> None:
        """Begin with nothing known of the receiver but what the outbox says."""
        self.subscriber = subscriber
        self.refuses: str | None = None
        """Why nothing is kept for this subscriber any more, if that is so."""
        self._paused = False
        self._outbox = outbox
        self._sinks = sinks
        self._news = asyncio.Event()
        self._leaving = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._news.set()

    def leave(self) -> None:
        """End after what is under way."""
        self._leaving = True
        self._news.set()

    def change(self, subscriber: Subscriber) -> None:
        """Go by an edited subscriber. Another address is another receiver."""
        if subscriber.address != self.subscriber.address:
            self.refuses, self._paused = None, False
        self.subscriber = subscriber
        self._news.set()

    async def run(self) -> None:
        """Send until told to leave."""
        while not self._leaving:
            self._news.clear()
            await self._wait(await self._turn())

    async def _turn(self) -> float:
        """Send what is due; return the seconds until there may be more."""
        if self.refuses is not None or self._paused:
            return LONGEST_WAIT
        try:
            await self._send_due()
            due = self._outbox.next_due(self.subscriber.id)
        except Exception as error:
            if is_damaged(error):  # of use to nobody any more: the outbox is begun anew
                raise
            log.exception("sending_failed", subscriber=self.subscriber.id)
            return LONGEST_WAIT
        return LONGEST_WAIT if due is None else min(max(due - time.time(), 0.0), LONGEST_WAIT)

    async def _send_due(self) -> None:
        name, outbox = self.subscriber.id, self._outbox
        for moot, reason in await _kept(partial(outbox.drop_moot, name, time.time())):
            log.info("delivery_moot", reason=reason, **_facts(moot))
        deliveries = await _kept(partial(outbox.take, name, time.time()))
        for number, delivery in enumerate(deliveries):
            outcome = await self._try(delivery)
            go_on = await self._settle(delivery, outcome)
            if self._leaving or not go_on:
                await _kept(partial(outbox.put_back, deliveries[number + 1 :]))
                return

    async def _try(self, delivery: Delivery) -> DeliveryOutcome:
        """Send one event once. What goes wrong is the outcome."""
        try:
            event = decode(delivery.payload, AlertEvent)
        except (DecodeError, TypeError, ValueError) as error:
            return give_up(f"what is in the outbox is no alert event: {error}")
        told = Notification(
            id=event.event,
            subscriber=self.subscriber.id,
            events=(event,),
            payload=delivery.payload,
        )
        try:
            return await self._sinks[self.subscriber.kind](self.subscriber.sink, told)
        except Exception as error:  # noqa: BLE001 - told, but not its text: an address may be in it
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"a fault: {type(error).__name__} in {where.name}"
            log.error(  # noqa: TRY400 - as above
                "delivery_fault", reason=reason, line=where.lineno, **_facts(delivery)
            )
            return retry(reason, maybe_taken=True)

    async def _settle(self, delivery: Delivery, outcome: DeliveryOutcome) -> bool:
        """Write down what came of a try; return whether the next one may be made."""
        write = partial(settle, self._outbox, delivery, outcome, now=time.time(), dice=_dice())
        result = await _kept(write)
        name = self.subscriber.id
        if result is Result.STOP:
            self.refuses = outcome.reason
            error = f"the subscriber is stopped: {outcome.reason}"
            now = time.time()
            count = await _kept(partial(self._outbox.give_up, name, now, error=error))
            cure = "give it another url, or restart deliver"
            log.error(
                "subscriber_stopped",
                subscriber=name,
                reason=outcome.reason,
                count=count,
                cure=cure,
            )
        elif result is Result.PAUSE:
            self._paused = True
            log.error(
                "subscriber_paused",
                subscriber=name,
                reason=outcome.reason,
                until="deliver is started again; its alerts are kept for three days",
            )
        return result in (Result.DELIVERED, Result.GIVE_UP)

    async def _wait(self, seconds: float) -> None:
        """Wait for news, but no longer than that."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


def settle(
    outbox: Outbox, delivery: Delivery, outcome: DeliveryOutcome, *, now: float, dice: float
) -> Result:
    """Write down what came of a try; return how it counts. `dice` (0..1) spreads the next one."""
    attempts = delivery.attempts + 1
    facts = {**_facts(delivery), "attempt": attempts}
    if outcome.result is Result.DELIVERED:
        outbox.done(delivery, now)
        log.info("delivered", **facts)
        return Result.DELIVERED
    if outcome.result in (Result.GIVE_UP, Result.STOP):
        outbox.fail(delivery, now, error=outcome.reason)
        log.error("delivery_failed", reason=outcome.reason, **facts)
        return outcome.result
    failures = outbox.receiver(delivery.subscriber).failures + 1
    over = outcome.result is Result.PAUSE  # the next process tries at once
    held = 0.0 if over else hold(failures, after=outcome.after, dice=dice)
    on_hold = Hold(until=now + held, failures=failures)
    first_try = now if delivery.first_try is None else delivery.first_try
    if worn_out(attempts, first_try=first_try, now=now):
        outbox.fail(delivery, now, error=outcome.reason, hold=on_hold)
        log.error("delivery_failed", reason=outcome.reason, **facts)
        return outcome.result
    # Only where the receiver took others since this one's first try is it this one that fails.
    alone = attempts > failures
    wait = pause(attempts, after=outcome.after, dice=dice) if alone and not over else held
    outbox.retry(
        delivery,
        now,
        at=now + wait,
        error=outcome.reason,
        away=outcome.away,
        maybe_taken=outcome.maybe_taken,
        hold=on_hold,
    )
    seconds = round(max(wait, held), 1)
    log.warning("delivery_retry", reason=outcome.reason, seconds=seconds, **facts)
    return outcome.result


def _facts(delivery: Delivery) -> dict[str, object]:
    return {
        "subscriber": delivery.subscriber,
        "alert": delivery.alert,
        "event_id": delivery.event,
    }


def _dice() -> float:
    return DICE.random()


async def _kept(write: Callable[[], ResultT]) -> ResultT:
    return await until_written(write, "outbox.sqlite")
