"""A day's spikes told on `alerts`, for the watches that ask for them.

The archive has the counts that a spike is judged by. It tells nothing before it has all that came
to Kafka since it was started, and of no day that has been over for longer than `LATE`: so nothing
is told because an archive is filled, or filled anew. What it told is in the archive too, by the
same id: a restart tells nothing twice.

A story counts for the day in which it was seen, and comes here later, through Kafka: a day isn't
closed at midnight but `LATE` after it, which stream processors call allowed lateness.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from connectors.background import in_thread, wait_for
from connectors.kafka import KafkaError, Producer
from streams.backoff import Backoff, Tries
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.model.alert import AlertEvent
from streams.model.watch import Watch
from wirewatch.archive.caught_up import caught_up_at
from wirewatch.archive.day_spikes import new_spikes
from wirewatch.archive.layout import OtherLayoutError
from wirewatch.archive.queries import ArchiveError, reading

log = structlog.get_logger()

LOOK_SECONDS = 5.0
FRESH = timedelta(minutes=1)
"""The archive is up to date if it had all so long ago: it looks a few times a minute."""
LATE = timedelta(hours=1)
"""How long a day's stories are waited for once it is over: a tagger may be behind as much."""
AGAIN = Backoff((5.0, 15.0, 60.0))


@dataclass(frozen=True, kw_only=True)
class SpikeSettings:
    """Which archive has the counts, where spikes are told, and for which watches: those of now."""

    data: Path
    kafka: KafkaAccess
    prefix: str
    watches: Callable[[], Sequence[Watch]]


async def tell_spikes(settings: SpikeSettings, stop: asyncio.Event) -> None:
    """Tell each spike once, until `stop` is set."""
    teller = SpikeTeller(settings)
    tries = Tries(AGAIN)
    producer = Producer(settings.kafka, prefix=settings.prefix)
    seconds = LOOK_SECONDS
    try:
        while not stop.is_set():
            await wait_for(stop, seconds)
            try:
                events = await in_thread(teller.look, datetime.now(UTC))
                if events and not stop.is_set():
                    await producer.send([message(event) for event in events])
                    teller.keep(events)
            except (KafkaError, ArchiveError, OtherLayoutError) as error:
                seconds = tries.failed()
                log.warning("spikes_not_told", error=str(error), next_try_in=seconds)
            else:
                tries.worked()
                seconds = LOOK_SECONDS
    finally:
        await producer.close()


class SpikeTeller:
    """Knows what was told before it is in the archive."""

    def __init__(self, settings: SpikeSettings) -> None:
        """Begin now: the archive must have what came to Kafka until then."""
        self._settings = settings
        self._began = datetime.now(UTC)
        self._told: dict[str, date] = {}
        """The events told, each with the day that it is about."""

    def look(self, now: datetime) -> list[AlertEvent]:
        """Return what is to be told; nothing while the archive isn't up to date.

        Raises `ArchiveError` and `OtherLayoutError`.
        """
        days = judged_days(now)
        self._told = {event: day for event, day in self._told.items() if day in days}
        watches = [watch for watch in self._settings.watches() if watch.spikes]
        if not watches or not self._is_up_to_date(now):
            return []
        with reading(self._settings.data) as db:
            return [one for day in days for one in new_spikes(db, watches, self._told, day, now)]

    def keep(self, events: Sequence[AlertEvent]) -> None:
        """Keep that events were told."""
        for event in events:
            if event.spike is not None:
                self._told[event.event] = event.spike.day
            log.info("spike_told", watch=event.watch, reason=event.reason)

    def _is_up_to_date(self, now: datetime) -> bool:
        at = caught_up_at(self._settings.data)
        return at is not None and at >= max(self._began, now - FRESH) and at.date() == now.date()


def judged_days(now: datetime) -> tuple[date, ...]:
    """Return the days whose stories may still come: today, and yesterday early in a day."""
    return tuple(dict.fromkeys(((now - LATE).date(), now.date())))
