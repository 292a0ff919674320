"""Where canaries arrive: the last one is written down, and the operator hears when none comes.

`canary.json` in the data folder has when the last one was sent and came, for `wirewatch status`
and for the next start.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from connectors.delivery.canary_watch import CanaryNews, CanaryWatch
from connectors.kept_file import read_kept
from streams.contract.codec import DecodeError, decode
from streams.model.alert import AlertEvent
from streams.model.timestamps import Time

log = structlog.get_logger()

FILE = "canary.json"
LOOK_SECONDS = 5.0
REMEDY = "see `wirewatch status`, and the logs of poll and work"


class CanaryState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of canaries: when the last that came was sent, and when it came.

    `late` is since when the operator has been told that none comes.
    """

    sent: Time | None = None
    arrived: Time | None = None
    late: Time | None = None


Tell = Callable[[CanaryNews, CanaryState], None]


def canary_state(path: Path) -> CanaryState | None:
    """Read what is known of canaries; `None` if nothing is."""
    return read_kept(path, CanaryState, lost="when the last canary came")


class CanarySink:
    """Takes canaries in, and watches for those that don't come."""

    def __init__(self, path: Path, limit: float, tell: Tell | None = None) -> None:
        """Go on from what the file says; `tell` hears when canaries stop and come again."""
        self._path = path
        self._tell = tell
        self.state = canary_state(path) or CanaryState()
        sent = self.state.sent
        self._watch = CanaryWatch(
            limit=limit,
            since=time.time(),
            late=self.state.late is not None,
            sent=None if sent is None else sent.timestamp(),
        )

    def take(self, value: bytes | None) -> None:
        """Take in a record of the topic `canary`. What is none counts for nothing."""
        try:
            sent = decode(value, AlertEvent).story.first_seen
        except DecodeError as error:
            log.warning("canary_not_read", error=str(error))
            return
        now = datetime.now(UTC)
        self._watch.came(sent.timestamp())
        if self.state.sent is None or sent > self.state.sent:
            self._keep(CanaryState(sent=sent, arrived=now, late=self.state.late))
        log.info("canary", seconds=round((now - sent).total_seconds(), 3))

    async def watch(self) -> None:
        """Watch for ever."""
        while True:
            news = self._watch.look(time.time())
            if news is not None:
                self._hear(news)
            await asyncio.sleep(LOOK_SECONDS)

    def _hear(self, news: CanaryNews) -> None:
        now, state = datetime.now(UTC), self.state
        late = now if news is CanaryNews.LATE else None
        self._keep(CanaryState(sent=state.sent, arrived=state.arrived, late=late))
        last = None if state.sent is None else state.sent.isoformat(timespec="seconds")
        if news is CanaryNews.LATE:
            log.error("canary_late", last_sent=last, remedy=REMEDY)
        else:
            log.warning("canary_back", last_sent=last)
        if self._tell is not None:
            # Its end is told with when it began.
            self._tell(news, state if late is None else self.state)

    def _keep(self, state: CanaryState) -> None:
        """Write it down; a disk that takes nothing must not end deliver."""
        self.state = state
        try:
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f"{FILE}.")
        except OSError:
            return
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(state))
            Path(name).replace(self._path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
