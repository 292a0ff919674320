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

from connectors.delivery.notifications import UnreadableParcelError, notification
from connectors.delivery.outbox.outbox import DECIDED_AT_ONCE, Outbox
from connectors.delivery.outbox.records import Delivery, Parcel, ReceiverBackoff
from connectors.delivery.repeats import repeat_entry
from connectors.delivery.retry_schedule import hold, pause, worn_out
from connectors.delivery.sinks.interface import Send
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result, give_up, retry
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.sqlite import is_damaged
from connectors.until_written import until_written

log = structlog.get_logger()

DICE = random.SystemRandom()
MOOT_AT_ONCE = 40
"""Alerts that are looked at before a few messages go."""
LONGEST_WAIT = 5.0
"""Seconds after which a subscriber's queue is looked at in any case."""

ResultT = TypeVar("ResultT")
Sinks = Mapping[str, Send]
"""By kind."""


class SubscriberSender:
    """Sends a subscriber what is due, oldest first, until told to leave."""

    def __init__(
        self,
        subscriber: Subscriber,
        outbox: Outbox,
        sinks: Sinks,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with nothing known of the receiver but what the outbox says."""
        self.subscriber = subscriber
        self._clock = clock
        self._stopped = False
        self._paused = False
        self._decide_again = True
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
            self._stopped = self._paused = False
        self.subscriber = subscriber
        self._decide_again = True
        self._news.set()

    async def run(self) -> None:
        """Send until told to leave."""
        while not self._leaving:
            self._news.clear()
            await self._wait(await self.turn())

    async def turn(self) -> float:
        """Send what is due; return the seconds until there may be more."""
        name, now = self.subscriber.id, self._clock()
        if self._paused:
            return LONGEST_WAIT
        try:
            if self._is_stopped():
                return LONGEST_WAIT
            if self._outbox.paused_until(name, now) is not None:
                return LONGEST_WAIT
            # What is due and wasn't taken up waits for an earlier event of its alert.
            idle = not await self._send_due()
            due = self._outbox.next_due(name, after=now if idle else 0.0)
        except Exception as error:
            if is_damaged(error):  # of use to nobody any more: the outbox is begun anew
                raise
            log.exception("sending_failed", subscriber=name)
            return LONGEST_WAIT
        return LONGEST_WAIT if due is None else min(max(due - self._clock(), 0.0), LONGEST_WAIT)

    def _is_stopped(self) -> bool:
        """Say whether the receiver wants nothing any more; tell it where this process hasn't."""
        name = self.subscriber.id
        stop = self._outbox.stopped(name)
        if stop is None:
            if self._stopped:
                log.info("subscriber_resumed", subscriber=name)
        elif not self._stopped:
            log.warning("subscriber_still_stopped", reason=stop.why, **_remedy(name))
        self._stopped = stop is not None
        return self._stopped

    async def _send_due(self) -> bool:
        """Send what is due; return whether there was anything."""
        asked, outbox = self.subscriber, self._outbox
        if self._decide_again:
            await _kept(partial(outbox.decide_again, asked.id, self._clock()))
            self._decide_again = False
        if asked.repeat_interval is not None:
            await _kept(partial(outbox.add_repeats, asked.id, self._clock(), repeat_entry))
        limit = MOOT_AT_ONCE if asked.sends_at_once else DECIDED_AT_ONCE
        for moot, reason in await _kept(partial(outbox.drop_moot, asked.id, self._clock(), limit)):
            log.info("delivery_moot", reason=reason, **_facts(moot))
        take = partial(outbox.take, asked.id, self._clock(), preferences=asked)
        parcels = await _kept(take)
        for number, parcel in enumerate(parcels):
            receiver = self.subscriber.address
            outcome = await self._try(parcel)
            if outcome.result is Result.STOP and self.subscriber.address != receiver:
                outcome = retry(outcome.reason)  # it speaks for the former address
            go_on = await self._settle(parcel, outcome)
            if self._leaving or not go_on:
                await _kept(partial(outbox.put_back, parcels[number + 1 :]))
                break
        return bool(parcels)

    async def _try(self, parcel: Parcel) -> DeliveryOutcome:
        """Send one message once. What goes wrong is the outcome."""
        try:
            told = notification(parcel, self.subscriber)
        except UnreadableParcelError as error:
            return give_up(str(error))
        try:
            return await self._sinks[self.subscriber.kind](self.subscriber.sink, told)
        except Exception as error:  # noqa: BLE001 - told, but not its text: an address may be in it
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"a fault: {type(error).__name__} in {where.name}"
            log.error(  # noqa: TRY400 - as above
                "delivery_fault",
                reason=reason,
                line=where.lineno,
                **_facts(parcel.deliveries[0]),
            )
            return retry(reason, maybe_taken=True)

    async def _settle(self, parcel: Parcel, outcome: DeliveryOutcome) -> bool:
        """Write down what came of a try; return whether the next one may be made."""
        now, asked = self._clock(), self.subscriber.repeat_interval
        repeat_at = None if asked is None else now + asked
        write = partial(
            settle, self._outbox, parcel, outcome, now=now, dice=_dice(), repeat_at=repeat_at
        )
        result = await _kept(write)
        name = self.subscriber.id
        if result is Result.STOP:
            self._stopped = True
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
    outbox: Outbox,
    parcel: Parcel,
    outcome: DeliveryOutcome,
    *,
    now: float,
    dice: float,
    repeat_at: float | None = None,
) -> Result:
    """Write down what came of a try; return how it counts. `dice` (0..1) spreads the next one."""
    attempts = parcel.attempts + 1
    if outcome.result is Result.DELIVERED:
        outbox.done(parcel, now, repeat_at=repeat_at)
        for facts in _tries(parcel):
            log.info("delivered", **facts)
        return Result.DELIVERED
    if outcome.result in (Result.GIVE_UP, Result.STOP):
        stops, given_up = outcome.result is Result.STOP, 0
        if stops:
            given_up = outbox.stop(parcel.subscriber, now, reason=outcome.reason, tried=parcel)
        else:
            outbox.fail(parcel, now, error=outcome.reason)
        for facts in _tries(parcel):
            log.error("delivery_failed", reason=outcome.reason, **facts)
        if stops:
            tell_stopped(parcel.subscriber, outcome.reason, given_up)
        return outcome.result
    failures = outbox.receiver(parcel.subscriber).failures + 1
    over = outcome.result is Result.PAUSE  # the next process tries at once
    held = 0.0 if over else hold(failures, after=outcome.after, dice=dice)
    on_hold = ReceiverBackoff(until=now + held, failures=failures)
    first_try = now if parcel.first_try is None else parcel.first_try
    if worn_out(attempts, first_try=first_try, now=now):
        outbox.fail(parcel, now, error=outcome.reason, hold=on_hold)
        for facts in _tries(parcel):
            log.error("delivery_failed", reason=outcome.reason, **facts)
        return outcome.result
    # Only where the receiver took others since this one's first try is it this one that fails.
    alone = attempts > failures
    wait = pause(attempts, after=outcome.after, dice=dice) if alone and not over else held
    outbox.retry(
        parcel,
        now,
        at=now + wait,
        error=outcome.reason,
        away=outcome.away,
        maybe_taken=outcome.maybe_taken,
        hold=on_hold,
    )
    seconds = round(max(wait, held), 1)
    for facts in _tries(parcel):
        log.warning("delivery_retry", reason=outcome.reason, seconds=seconds, **facts)
    return outcome.result


def tell_stopped(subscriber: str, reason: str, given_up: int) -> None:
    """Log that a receiver wants nothing any more, and what to do about it."""
    log.error("subscriber_stopped", reason=reason, count=given_up, **_remedy(subscriber))


def _remedy(subscriber: str) -> dict[str, str]:
    cure = f"give it another address, or run `wirewatch subscribers resume {subscriber}`"
    return {"subscriber": subscriber, "cure": cure}


def _tries(parcel: Parcel) -> list[dict[str, object]]:
    together = {"message": parcel.id} if len(parcel.deliveries) > 1 else {}
    return [{**_facts(one), "attempt": one.attempts + 1, **together} for one in parcel.deliveries]


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
