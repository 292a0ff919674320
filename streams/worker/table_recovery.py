"""Reading what gather remembers back from its table, in steps that others may come between."""

import zlib
from collections.abc import Iterator, Mapping
from heapq import merge

import msgspec
import structlog

from streams.contract.codec import DecodeError, decode
from streams.grouping import Gathering, in_order
from streams.model.alert import AlertState, unpack_stories
from streams.model.heard import Heard
from streams.model.ruled import Ruled

log = structlog.get_logger()

RULED = "ruled/"
"""Begins the keys of what people said of the grouping ..."""
HEARD = "heard/"
"""... and of stories that notices told of; an alert's is its id."""
SORTED_TOGETHER = 1_000
"""Alerts sorted in one step."""


def key_of(partition: int, name: str) -> bytes:
    """Return the key of a record: of an alert by its id, of what else behind `HEARD` or `RULED`."""
    return f"{partition}/{name}".encode()


class TableReading:
    """Reads the records of a partition, one at each turn of its iterator, into `found`."""

    def __init__(self, saved: Mapping[bytes, bytes], partition: int) -> None:
        """Read nothing yet."""
        self.found = Gathering()
        self._saved = saved
        self._prefix = key_of(partition, "")

    def __iter__(self) -> Iterator[None]:
        """Take a step; when there are no more, `found` is whole."""
        sorted_alerts: list[list[AlertState]] = [[]]
        heard: list[Heard] = []
        ruled: list[Ruled] = []
        for key, value in self._saved.items():
            one = self._read(key, value)
            if isinstance(one, AlertState):
                sorted_alerts[-1].append(one)
            elif isinstance(one, Ruled):
                ruled.append(one)
            elif one is not None:
                heard.append(one)
            if len(sorted_alerts[-1]) == SORTED_TOGETHER:
                sorted_alerts[-1].sort(key=in_order)
                sorted_alerts.append([])
            yield
        sorted_alerts[-1].sort(key=in_order)
        self.found = Gathering(heard=heard, ruled=ruled)
        for alert in merge(*sorted_alerts, key=in_order):
            self.found.remember(alert)
            yield

    def _read(self, key: bytes, value: bytes) -> AlertState | Heard | Ruled | None:
        """Return what a record says; nothing if it is of another partition or can't be read."""
        if not key.startswith(self._prefix):
            return None
        try:
            if key.startswith(HEARD.encode(), len(self._prefix)):
                return decode(value, Heard)
            if key.startswith(RULED.encode(), len(self._prefix)):
                return decode(value, Ruled)
            return _readable(decode(value, AlertState))
        except (DecodeError, msgspec.DecodeError, zlib.error) as error:
            # Of another release: its stories open anew, under the same alert ids.
            log.warning("alert_forgotten", key=key.decode(), error=str(error))
            return None


def _readable(alert: AlertState) -> AlertState:
    """Return an alert whose stories can be unpacked, or raise."""
    unpack_stories(alert.packed_stories)
    return alert
