"""The records of a topic to be exported: of some time, those wanted, each once."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from connectors.kafka import Received
from wirewatch.history.tail import HeaderFilter


def chosen(
    records: Iterable[Received], wanted: HeaderFilter, until: datetime | None
) -> Iterator[Received]:
    """Yield the records that are wanted and were written before `until`, repeats left out.

    After a crash a record may come again: its `ce_id` is the same then.
    """
    known: set[bytes] = set()
    for record in records:
        if (until is not None and record.timestamp >= until) or not wanted.wants(record.headers):
            continue
        event = dict(record.headers).get("ce_id")
        if event is not None:
            if event in known:
                continue
            known.add(event)
        yield record
