"""The public records as JSON Schema 2020-12, and the whole stream as an AsyncAPI 3.1 document.

Both are made from the records themselves, so they can't differ from what is sent. What a schema
says of a field that is absent: it has its default.
"""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import msgspec

from streams.contract.headers import schema_id
from streams.contract.topics import (
    ALERTS,
    DEAD_LETTERS,
    DELIVERIES,
    FEED_HEALTH,
    STORIES,
    TAGGED,
    VERDICTS,
    Topic,
)
from streams.model.alert import AlertEvent
from streams.model.delivery import DeliveryReport
from streams.model.feed_health import FeedHealth
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, kw_only=True)
class PublicRecord:
    """A kind of record that others may read: on which topic, and what it is for."""

    name: str
    topic: Topic
    kind: type[msgspec.Struct]

    @property
    def id(self) -> str:
        """What `ce_dataschema` says: which schema a record keeps to."""
        return schema_id(self.name)


PUBLIC: Final[Mapping[str, PublicRecord]] = MappingProxyType(
    {
        record.name: record
        for record in (
            PublicRecord(name="story", topic=STORIES, kind=Story),
            PublicRecord(name="tagged", topic=TAGGED, kind=TaggedStory),
            PublicRecord(name="alert", topic=ALERTS, kind=AlertEvent),
            PublicRecord(name="feed_health", topic=FEED_HEALTH, kind=FeedHealth),
            PublicRecord(name="verdict", topic=VERDICTS, kind=Verdict),
            PublicRecord(name="delivery", topic=DELIVERIES, kind=DeliveryReport),
        )
    }
)
"""The records that programs may build on. `dead_letters` holds any record, as it was."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the schema of a public record. Raises `KeyError` for another name."""
    record = PUBLIC[name]
    made = msgspec.json.schema(record.kind)
    made["$defs"] = {name: _open(kind) for name, kind in made["$defs"].items()}
    return {"$schema": _DIALECT, "$id": record.id, **_one_line(made)}


def _open(kind: dict[str, Any]) -> dict[str, Any]:
    """Let a kind of value have others than today's, which a later release may add."""
    if "enum" not in kind:
        return kind
    known = kind["enum"]
    others = {name: part for name, part in kind.items() if name != "enum"}
    return {**others, "anyOf": [{"enum": known}, {"type": "string"}]}


def asyncapi(version: str) -> dict[str, Any]:
    """Return the AsyncAPI document of the public topics, for a release of wirewatch."""
    topics = {record.topic.name: record for record in PUBLIC.values()}
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "wirewatch",
            "version": version,
            "description": "News stories, their tags, and the alerts that they raise. Read only.",
        },
        "defaultContentType": "application/json",
        "channels": {
            name: {
                "address": name,
                "messages": {record.name: {"$ref": f"#/components/messages/{record.name}"}},
                "bindings": {"kafka": _topic_binding(record.topic)},
            }
            for name, record in topics.items()
        }
        | {
            DEAD_LETTERS.name: {
                "address": DEAD_LETTERS.name,
                "messages": {"dead_letter": {"$ref": "#/components/messages/dead_letter"}},
                "bindings": {"kafka": _topic_binding(DEAD_LETTERS)},
            }
        },
        "operations": {
            f"read_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in (*topics, DEAD_LETTERS.name)
        },
        "components": {
            "messages": {
                record.name: {
                    "name": record.name,
                    "title": record.kind.__name__,
                    "contentType": "application/json",
                    "payload": {
                        "schemaFormat": "application/schema+json;version=draft-07",
                        "schema": json_schema(record.name),
                    },
                    "bindings": {
                        "kafka": {"key": {"type": "string", "description": record.topic.key}}
                    },
                }
                for record in PUBLIC.values()
            }
            | {
                "dead_letter": {
                    "name": "dead_letter",
                    "title": "A record that couldn't be processed, as it was",
                    "payload": True,
                    "bindings": {
                        "kafka": {"key": {"type": "string", "description": DEAD_LETTERS.key}}
                    },
                }
            }
        },
    }


def _topic_binding(topic: Topic) -> dict[str, Any]:
    kept = -1 if topic.kept is None else topic.kept * 1000
    policy = [name for name, on in (("compact", topic.compact), ("delete", topic.kept)) if on]
    return {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": {
            "cleanup.policy": policy,
            "retention.ms": kept,
            "max.message.bytes": topic.max_bytes,
        },
    }


def _one_line(found: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Take the line breaks of the code out of the descriptions; paragraphs stay."""
    if isinstance(found, dict):
        return {
            name: _paragraphs(part)
            if name == "description" and isinstance(part, str)
            else _one_line(part)
            for name, part in found.items()
        }
    return [_one_line(part) for part in found] if isinstance(found, list | tuple) else found


def _paragraphs(text: str) -> str:
    parts = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return "\n\n".join(" ".join(part.split()) for part in parts)
