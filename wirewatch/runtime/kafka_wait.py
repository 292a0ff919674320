"""Whether Kafka answers: asked before anything else, and told in plain words while it doesn't."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog

from connectors.background import in_thread
from streams.contract.kafka_access import KafkaAccess
from wirewatch.local_kafka import BrokerError
from wirewatch.local_kafka.ready import NotLetIn, fault, faults, gravest

log = structlog.get_logger()

ANSWER_SECONDS = 3.0
"""How long one question waits for its answer."""
ONCE_SECONDS = 6.0
"""How long a command that ends by itself tries."""
LOOK_SECONDS = 5.0
PAUSE_SECONDS = 0.5
TELL_AFTER = (3.0, 30.0, 120.0, 300.0)
"""Seconds of silence after which it is told, and told again; then each time the last passes."""

Tell = Callable[[str], object]


class UnreachableError(BrokerError):
    """No Kafka answers at the address, or lets us in. The message says why, and what to do."""


def silence(kafka: KafkaAccess) -> str | None:
    """Why Kafka doesn't answer; None if it does. Takes a few seconds at most."""
    return fault(kafka, timeout=ANSWER_SECONDS)


def silence_by_address(kafka: KafkaAccess) -> tuple[str | None, dict[str, str]]:
    """Return why Kafka doesn't answer, as `silence` does; and which addresses don't if others do.

    Takes a few seconds at most.
    """
    found = faults(kafka, timeout=ANSWER_SECONDS)
    if found.keys() >= set(kafka.addresses):
        return str(gravest([*found.values()])), {}
    return None, {address: str(why) for address, why in found.items()}


def require(kafka: KafkaAccess, seconds: float = ONCE_SECONDS) -> None:
    """Return if Kafka answers within that time; else raise `UnreachableError`.

    It is raised at once if Kafka answers and doesn't let us in: waiting doesn't mend that.
    """
    deadline = time.monotonic() + seconds
    while (why := silence(kafka)) is not None:
        if isinstance(why, NotLetIn) or time.monotonic() > deadline - ANSWER_SECONDS:
            _give_up(kafka, why)
        time.sleep(PAUSE_SECONDS)


def _give_up(kafka: KafkaAccess, why: str) -> NoReturn:
    remedy = LOGIN_REMEDY if isinstance(why, NotLetIn) else REMEDY
    raise UnreachableError(f"Kafka at {kafka} {fails(why)} ({why}): {remedy}")


REMEDY = "start it, or give the right address with --kafka HOST:PORT"
LOGIN_REMEDY = "set login, token, TLS and certificates right in the client_file under [kafka]"


def fails(why: str) -> str:
    """Say what Kafka does that can't be worked with, for `why` of `silence`."""
    return "can't be used" if isinstance(why, NotLetIn) else "doesn't answer"


@dataclass
class Silence:
    """Says when Kafka doesn't answer, now and then how long, and when it is back. Pure.

    That it doesn't let us in is told at once.
    """

    kafka: KafkaAccess
    remedy: str = REMEDY
    _since: float | None = None
    _told: int = 0
    _not_let_in: bool = False

    def heard(self, why: str | None, now: float) -> str | None:
        """Take in an answer, or why there is none; give what is to be said, if anything."""
        if why is None:
            told, since = self._told, self._since
            self._since, self._told, self._not_let_in = None, 0, False
            if not told or since is None:
                return None
            return f"Kafka at {self.kafka} is back after {now - since:.0f} s"
        if self._since is None:
            self._since = now
        gone = now - self._since
        is_new = isinstance(why, NotLetIn) and not self._not_let_in
        self._not_let_in = isinstance(why, NotLetIn)
        if gone < self._next() and not is_new:
            return None
        self._told += 1
        remedy = LOGIN_REMEDY if is_new else self.remedy if self._told == 1 else ""
        rest = f": {remedy}" if remedy else ""
        since_when = f" since {gone:.0f} s" if gone >= 1 else ""
        return f"Kafka at {self.kafka} {fails(why)}{since_when} ({why}){rest}"

    def _next(self) -> float:
        """Return the seconds of silence after which it is told next."""
        if self._told < len(TELL_AFTER):
            return TELL_AFTER[self._told]
        return TELL_AFTER[-1] * (self._told - len(TELL_AFTER) + 2)


def to_log(text: str) -> None:
    """Tell the log."""
    log.warning(text)


async def until_reached(kafka: KafkaAccess, tell: Tell = to_log) -> None:
    """Return once Kafka answers, and say now and then that it doesn't. Goes on for ever."""
    silent = Silence(kafka)
    while True:
        why = await in_thread(silence, kafka)
        if told := silent.heard(why, time.monotonic()):
            tell(told)
        if why is None:
            return
        # A login that fails again and again may lock the user out.
        await asyncio.sleep(LOOK_SECONDS if isinstance(why, NotLetIn) else PAUSE_SECONDS)


async def keep_asking(kafka: KafkaAccess, tell: Tell = to_log, *, remedy: str = REMEDY) -> None:
    """Say when Kafka stops answering, and when it is back, for as long as something else runs."""
    silent = Silence(kafka, remedy)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if told := silent.heard(await in_thread(silence, kafka), time.monotonic()):
            tell(told)
