"""The open alerts, kept in memory and in a changelog on Kafka."""

import asyncio
from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

import structlog
from faust.tables.table import Table
from faust.types import FutureMessage

log = structlog.get_logger()

DELIVERY_SECONDS = 30.0
PAUSE_SECONDS = 1.0


class SavedTable(Table[bytes, bytes]):
    """A Faust table whose writes can be waited for.

    Faust's own flush before a commit gives up after 0.1 s, so a commit can overtake the
    changelog. Here a chunk writes to `draft`, its results are delivered, and then `save`
    writes the draft and waits for Kafka to have it.
    """

    draft: MutableMapping[bytes, bytes]
    _written: dict[bytes, bytes]
    _sent: list[FutureMessage]

    def __post_init__(self) -> None:
        """Start with an empty draft over what is saved."""
        self._written = {}
        self.draft = ChainMap(self._written, self)
        self._sent = []

    def send_changelog(self, *args: Any, **kwargs: Any) -> FutureMessage:  # noqa: ANN401
        """Send a write to the changelog, and remember to wait for it."""
        sent = super().send_changelog(*args, **kwargs)
        self._sent.append(sent)
        return sent

    async def save(self) -> None:
        """Write the draft; return when Kafka has it, however long that takes."""
        while self._written:
            self.update(self._written)
            sent, self._sent = self._sent, []
            _, late = await asyncio.wait(sent, timeout=DELIVERY_SECONDS)
            errors = [error for future in sent if future.done() and (error := future.exception())]
            if not late and not errors:
                self._written.clear()
                return
            log.warning("table_not_saved", table=self.name, late=len(late), error=repr(errors[:1]))
            await asyncio.sleep(PAUSE_SECONDS)
