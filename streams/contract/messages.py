"""Records packed for Kafka: their topic, their key, and the headers that tell what they are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from streams.contract.codec import encode
from streams.contract.headers import (
    SHADOW,
    Header,
    Mode,
    about,
    cloud_event,
    extensions,
    kind_of,
    mode_of,
)
from streams.contract.topics import (
    ALERTS,
    CANARY,
    DELIVERIES,
    FEED_HEALTH,
    MATCHES,
    STORIES,
    TAGGED,
    VERDICTS,
    Topic,
)
from streams.model.alert import AlertEvent, Kind
from streams.model.canary import is_canary
from streams.model.delivery import DeliveryReport
from streams.model.feed_health import FeedHealth
from streams.model.story import Story, digest
from streams.model.tags import TaggedStory
from streams.model.verdict import Ruling, Verdict
from streams.model.watch import Match, Notice, Tick

ON_MATCHES: Final[Mapping[str, type[Match | Notice | Tick | Ruling]]] = MappingProxyType(
    {"match": Match, "notice": Notice, "tick": Tick, "ruling": Ruling}
)
"""What gather is told, by the kind in the headers: all of it comes in the order of one topic."""
_KINDS: Final = {record: kind for kind, record in ON_MATCHES.items()}


@dataclass(frozen=True, slots=True)
class Message:
    """A record packed for Kafka. No `partition`: the key says which."""

    topic: Topic
    key: bytes | None
    value: bytes
    headers: tuple[Header, ...]
    partition: int | None = None


def messages(record: msgspec.Struct) -> list[Message]:
    """Pack a record for all who need it: notices and ticks go to every partition."""
    packed = message(record)
    if isinstance(record, Notice | Tick):
        return [replace(packed, partition=number) for number in range(packed.topic.partitions)]
    return [packed]


def is_told(packed: Message) -> bool:
    """Say whether a message goes on to somebody: a story that joined in silence is only kept."""
    return kind_of(packed.headers) != f"alert.{Kind.JOINED}"


def message(record: msgspec.Struct) -> Message:
    """Pack a record for the topic it belongs to. Raises `TypeError` if none takes it."""
    try:
        pack = _PACKERS[type(record)]
    except KeyError:
        raise TypeError(f"no topic takes a {type(record).__name__}") from None
    return pack(record)


def _story(story: Story) -> Message:
    return _message(
        STORIES,
        story,
        key=story.id,
        event=f"{story.id}.{story.version}",
        kind="story",
        source="poll",
        time=story.first_seen,
        subject=story.feed,
        more=extensions(mode=mode_of(story)),
    )


def _tagged(tagged: TaggedStory) -> Message:
    story = tagged.story
    return _message(
        TAGGED,
        tagged,
        key=story.id,
        event=f"{story.id}.{story.version}.{tagged.tags.tagger}",
        kind="tagged",
        source="tag",
        time=tagged.times.tagged,
        subject=story.id,
        more=(*extensions(mode=mode_of(story)), *about(story, tagged.tags)),
    )


def _match(match: Match) -> Message:
    return _message(
        MATCHES,
        match,
        key=match.watch,
        event=digest(("match", match.watch, match.story.id, match.story.version)),
        kind=_KINDS[Match],
        source="match",
        time=match.times.matched,
        subject=match.watch,
        more=(*extensions(mode=mode_of(match.story)), *about(match.story, match.tags)),
    )


def _notice(notice: Notice) -> Message:
    story = notice.story
    return _message(
        MATCHES,
        notice,
        key=story.id,
        event=digest(("notice", story.id, story.version)),
        kind=_KINDS[Notice],
        source="match",
        time=notice.times.matched,
        subject=story.id,
    )


def _tick(tick: Tick) -> Message:
    return _message(
        MATCHES,
        tick,
        key="tick",
        event=digest(("tick", tick.at.isoformat())),
        kind=_KINDS[Tick],
        source="work",
        time=tick.at,
        subject="tick",
    )


def _alert(alert: AlertEvent) -> Message:
    extra = extensions(
        watch=alert.watch,
        kind=alert.kind,
        severity=alert.severity,
        mode=Mode.SHADOW if alert.shadow else mode_of(alert.story),
    )
    return _message(
        CANARY if is_canary(alert.story) else ALERTS,
        alert,
        key=alert.alert,
        event=alert.event,
        kind=f"alert.{alert.kind}",
        source="archive" if alert.kind is Kind.SPIKE else "gather",
        time=alert.times.raised,
        subject=alert.watch,
        more=(*extra, *about(alert.story, alert.tags), *((SHADOW,) if alert.shadow else ())),
    )


def _feed_health(health: FeedHealth) -> Message:
    return _message(
        FEED_HEALTH,
        health,
        key=health.feed,
        event=f"{health.feed}.{health.polled.isoformat()}.{health.state}",
        kind="feed_health",
        source="poll",
        time=health.polled,
        subject=health.feed,
    )


def _verdict(said: Verdict | Ruling) -> Message:
    """Pack a verdict; as a ruling for gather it goes where its watch's matches go."""
    verdict, ruling = (said.verdict, True) if isinstance(said, Ruling) else (said, False)
    return _message(
        MATCHES if ruling else VERDICTS,
        said,
        key=verdict.watch if ruling else verdict.key,
        event=digest(("verdict", verdict.key, verdict.said, verdict.at.isoformat())),
        kind=_KINDS[Ruling] if ruling else "verdict",
        source="work" if ruling else "judge",
        time=verdict.at,
        subject=verdict.alert or verdict.story,
    )


def _delivery(report: DeliveryReport) -> Message:
    about = (report.event, report.subscriber, report.result, report.at.isoformat())
    return _message(
        DELIVERIES,
        report,
        key=report.subscriber,
        event=digest(("delivery", *about)),
        kind=f"delivery.{report.result}",
        source="deliver",
        time=report.at,
        subject=report.alert,
    )


_PACKERS: Final[dict[type[Any], Callable[[Any], Message]]] = {
    Story: _story,
    TaggedStory: _tagged,
    Match: _match,
    Notice: _notice,
    Tick: _tick,
    AlertEvent: _alert,
    FeedHealth: _feed_health,
    DeliveryReport: _delivery,
    Verdict: _verdict,
    Ruling: _verdict,
}


def _message(
    topic: Topic,
    record: msgspec.Struct,
    *,
    key: str,
    event: str,
    kind: str,
    source: str,
    time: datetime | None,
    subject: str,
    more: Iterable[Header] = (),
) -> Message:
    common = cloud_event(event=event, kind=kind, source=source, subject=subject, time=time)
    return Message(topic, key.encode(), encode(record), (*common, *more))
