"""The formats of an export: what stands before the records, and the line that each becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError
from streams.contract.topics import ALERTS, TAGGED, Topic
from wirewatch.export.ninjs import ninjs_line
from wirewatch.export.table import (
    ALERT_COLUMNS,
    STORY_COLUMNS,
    alert_row,
    csv_line,
    story_row,
)


@dataclass(frozen=True)
class ExportFormat:
    """How a topic is written in a format: `line` raises `DecodeError` for what can't be read."""

    head: bytes
    line: Callable[[Received], bytes]


def record_line(record: Received) -> bytes:
    """Return the record as it is on Kafka, with all its fields, in one line."""
    try:
        return msgspec.json.format(record.value or b"", indent=-1) + b"\n"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not JSON: {error}") from error


def _story_line(record: Received) -> bytes:
    row = story_row(record)
    return csv_line(row[name] for name in STORY_COLUMNS)


def _alert_line(record: Received) -> bytes:
    row = alert_row(record)
    return csv_line(row[name] for name in ALERT_COLUMNS)


FORMATS: Mapping[str, Mapping[Topic, ExportFormat]] = MappingProxyType(
    {
        "ndjson": {
            TAGGED: ExportFormat(b"", record_line),
            ALERTS: ExportFormat(b"", record_line),
        },
        "csv": {
            TAGGED: ExportFormat(csv_line(STORY_COLUMNS), _story_line),
            ALERTS: ExportFormat(csv_line(ALERT_COLUMNS), _alert_line),
        },
        "ninjs": {TAGGED: ExportFormat(b"", ninjs_line)},
    }
)
"""What each format can write; one that lacks a topic has no form for its records."""
