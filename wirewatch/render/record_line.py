"""A record of Kafka in one line, for people, or as a JSON object for programs."""

import base64
from collections.abc import Iterator

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError, decode
from streams.contract.headers import require_known
from streams.contract.topics import ALERTS, DELIVERIES, FEED_HEALTH, STORIES, TAGGED, VERDICTS
from streams.model.alert import AlertEvent
from streams.model.delivery import DeliveryReport
from streams.model.feed_health import FeedHealth
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict

SHORT = 10
"""Digits of an id that are shown: `wirewatch explain` and `judge` take them."""


def as_line(record: Received) -> str:
    """Return when the record was written and what it says, in one line that drives no terminal."""
    said = "  ".join(part for part in _said(record) if part)
    text = f"{record.timestamp:%Y-%m-%d %H:%M:%S}  {said}"
    return "".join(char if char.isprintable() else " " for char in text)


def as_json(record: Received) -> bytes:
    """Return the record with its place and headers. What isn't JSON stands in `value_base64`."""
    found: dict[str, object] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else record.key.decode("utf-8", "replace"),
        "headers": _headers(record),
    }
    value = record.value or b""
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found["value_base64"] = base64.b64encode(value).decode()
    else:
        found["value"] = msgspec.Raw(value)
    return msgspec.json.encode(found)


def _said(record: Received) -> Iterator[str]:
    shown = _SHOWN.get(record.topic)
    if shown is not None:
        try:
            require_known(record.headers)
            yield from shown(record.value)
        except DecodeError as error:
            yield f"can't be read: {error}"
        return
    key = (record.key or b"").decode("utf-8", "replace")
    headers = _headers(record)
    yield from (key, headers.get("ce_type", ""))
    yield headers.get("__connect.errors.exception.message", "")


def _headers(record: Received) -> dict[str, str]:
    return {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}


def _story(value: bytes | None) -> Iterator[str]:
    yield from _head(decode(value, Story))


def _head(story: Story) -> Iterator[str]:
    yield f"[{story.source}]"
    yield story.headline or "(no headline)"
    yield story.id[:SHORT]


def _tagged(value: bytes | None) -> Iterator[str]:
    tagged = decode(value, TaggedStory)
    yield from _head(tagged.story)
    yield " ".join(f"{pair.name}:{pair.relation}" for pair in tagged.tags.pairs[:4])
    yield " ".join(topic.slug for topic in tagged.tags.topics if not topic.background)


def _alert(value: bytes | None) -> Iterator[str]:
    event = decode(value, AlertEvent)
    yield f"{event.kind.upper():9}"
    yield event.title
    yield f"[{event.story.source}]"
    yield event.story.headline or "(no headline)"
    yield event.reason
    yield event.alert[:SHORT]


def _health(value: bytes | None) -> Iterator[str]:
    health = decode(value, FeedHealth)
    yield from (health.feed, health.state, health.detail)


def _verdict(value: bytes | None) -> Iterator[str]:
    verdict = decode(value, Verdict)
    yield from (verdict.said, verdict.watch, (verdict.alert or verdict.story)[:SHORT], verdict.by)


def _delivery(value: bytes | None) -> Iterator[str]:
    report = decode(value, DeliveryReport)
    yield from (report.subscriber, report.result, report.kind, report.alert[:SHORT], report.reason)


_SHOWN = {
    STORIES.name: _story,
    TAGGED.name: _tagged,
    ALERTS.name: _alert,
    FEED_HEALTH.name: _health,
    VERDICTS.name: _verdict,
    DELIVERIES.name: _delivery,
}
