"""The formats of an export: what writes the records of a topic in each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError
from streams.contract.headers import require_known
from streams.contract.topics import ALERTS, TAGGED, Topic
from wirewatch.export.ninjs import ninjs_line
from wirewatch.export.parquet import parquet
from wirewatch.export.table import (
    ALERT_COLUMNS,
    STORY_COLUMNS,
    Row,
    alert_row,
    csv_line,
    story_row,
)

Write = Callable[[Received], None]
"""Writes a record, or raises `DecodeError` for one that can't be read."""


@dataclass(frozen=True)
class ExportFormat:
    """How a topic is written in a format: `writing` opens what writes its records."""

    writing: Callable[[BinaryIO], AbstractContextManager[Write]]
    to_file: bool = False
    """Whether it goes to a file alone: no terminal or pipe takes it."""


def _lines(line: Callable[[Received], bytes], head: bytes = b"") -> ExportFormat:
    """Return a format of a line for each record, after a `head`."""

    @contextmanager
    def writing(out: BinaryIO) -> Iterator[Write]:
        out.write(head)

        def write(record: Received) -> None:
            out.write(line(record))

        yield write

    return ExportFormat(writing)


def _parquet(columns: Sequence[str], row: Callable[[Received], Row]) -> ExportFormat:
    return ExportFormat(partial(parquet, columns=columns, row=row), to_file=True)


def record_line(record: Received) -> bytes:
    """Return the record as it is on Kafka, with all its fields, in one line."""
    require_known(record.headers)
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
            TAGGED: _lines(record_line),
            ALERTS: _lines(record_line),
        },
        "csv": {
            TAGGED: _lines(_story_line, csv_line(STORY_COLUMNS)),
            ALERTS: _lines(_alert_line, csv_line(ALERT_COLUMNS)),
        },
        "ninjs": {TAGGED: _lines(ninjs_line)},
        "parquet": {
            TAGGED: _parquet(STORY_COLUMNS, story_row),
            ALERTS: _parquet(ALERT_COLUMNS, alert_row),
        },
    }
)
"""What each format can write; one that lacks a topic has no form for its records."""
