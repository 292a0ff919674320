"""The records of a topic as they come, those of a pair, a topic or a watch alone if asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from connectors.kafka import Received
from connectors.kafka.topic_reader import Log
from connectors.kafka.topic_tail import Following
from streams.contract.headers import Header, of_canary
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic


@dataclass(frozen=True, kw_only=True)
class HeaderFilter:
    """What a record's headers must say to be wanted; an empty value asks for nothing."""

    pair: str = ""
    topic: str = ""
    watch: str = ""

    def wants(self, headers: tuple[Header, ...]) -> bool:
        """Say whether a record with these headers is wanted: nothing is decoded for it.

        A canary never is: whoever looks for it has its age in `wirewatch status`.
        """
        if of_canary(headers):
            return False
        found = {name: (value or b"").decode("utf-8", "replace") for name, value in headers}
        return (
            (not self.pair or self.pair in found.get("ce_pairs", "").split(","))
            and (not self.topic or self.topic in found.get("ce_topics", "").split(","))
            and (not self.watch or self.watch == found.get("ce_watch", ""))
        )


@dataclass(frozen=True, kw_only=True)
class TailPlan:
    """Which topic to read, since when (`None`: from now on), and whether to wait for more."""

    kafka: KafkaAccess
    prefix: str
    topic: Topic
    since: datetime | None
    follow: bool
    wanted: HeaderFilter


def tail(
    plan: TailPlan, now: datetime, stop: Event, say: Callable[[str], None]
) -> Iterator[Received]:
    """Yield the records that are wanted, in order of time, until `stop` is set.

    `say` hears when Kafka goes away later and when it is back: it is waited for. One that isn't
    there at the start raises `KafkaError`.
    """
    log = Log(plan.kafka, plan.topic, prefix=plan.prefix, since=plan.since or now, stop=stop)
    for record in log:
        if plan.wanted.wants(record.headers):
            yield record
    if not plan.follow:
        return
    following = Following(
        plan.kafka, plan.topic, offsets=log.ends, stop=stop, say=say, prefix=plan.prefix
    )
    for coming in following:
        if coming is not None and plan.wanted.wants(coming.headers):
            yield coming
