"""The records of a topic to be exported: of some time, those wanted, each once."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from connectors.kafka import Received
from wirewatch.history.tail import HeaderFilter

MARGIN = timedelta(hours=1)
"""How much earlier than its place on Kafka a record's own time may be."""
MOST_IDS = 500_000
"""Ids by which repeats are known, some 70 MB of them: a repeat comes soon after the first."""


def chosen(
    records: Iterable[Received], wanted: HeaderFilter, until: datetime | None
) -> Iterator[Received]:
    """Yield the records that are wanted and were written before `until`, repeats left out.

    After a crash a record may come again: its `ce_id` is the same then. `records` come in the order
    of their times, but for a little: what is later than that ends it.
    """
    known: dict[bytes, None] = {}
    for record in records:
        if until is not None and record.timestamp >= until + MARGIN:
            return
        if (until is not None and record.timestamp >= until) or not wanted.wants(record.headers):
            continue
        event = dict(record.headers).get("ce_id")
        if event is not None:
            if event in known:
                continue
            known[event] = None
            if len(known) > MOST_IDS:
                del known[next(iter(known))]
        yield record
