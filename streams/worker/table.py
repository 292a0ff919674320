"""The open alerts, kept in memory and in a changelog on Kafka."""

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from aiokafka.errors import MessageSizeTooLargeError
from faust.tables.table import Table
from faust.types import TP, FutureMessage

log = structlog.get_logger()

DELIVERY_SECONDS = 30.0


class SavedTable(Table[bytes, bytes]):
    """A Faust table whose writes can be waited for.

    Faust's own flush before a commit gives up after 0.1 s, so a commit can overtake the
    changelog. Here a chunk writes to `draft` (`None` removes), its results are delivered, and
    then `save` writes the draft and waits for Kafka to have it.
    """

    draft: MutableMapping[bytes, bytes | None]
    generation: int
    """Counts the times that the table was read from Kafka: after a start and a rebalance."""
    _sent: list[FutureMessage]

    def __post_init__(self) -> None:
        """Start with an empty draft over what is saved."""
        self.draft = {}
        self.generation = 0
        self._sent = []

    def whole(self) -> Mapping[bytes, bytes]:
        """Return all that is saved, as it will be with the draft."""
        found: dict[bytes, bytes | None] = {**dict(self.items()), **self.draft}
        return {key: value for key, value in found.items() if value is not None}

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Count a new generation: other partitions may be here now."""
        await super().on_recovery_completed(active_tps, standby_tps)
        self.generation += 1

    # Whatever Faust hands over is handed on.
    def send_changelog(self, *args: Any, **kwargs: Any) -> FutureMessage:  # noqa: ANN401 - as Faust
        """Send a write to the changelog, and remember to wait for it."""
        sent = super().send_changelog(*args, **kwargs)
        self._sent.append(sent)
        return sent

    async def save(self) -> None:
        """Write the draft, and return when Kafka has it. Raises if it hasn't: then save again.

        What is too large for Kafka is left out and told: it would be refused for ever.
        """
        sent = self._write()
        if sent:
            _, late = await asyncio.wait(sent, timeout=DELIVERY_SECONDS)
            for future in sent.keys() - late:
                if isinstance(future.exception(), MessageSizeTooLargeError):
                    self._leave_out(sent[future])
                else:
                    future.result()
            if late:
                raise TimeoutError(
                    f"{len(late)} writes are not in the changelog after {DELIVERY_SECONDS:.0f} s"
                )
        self.draft.clear()

    def _leave_out(self, key: bytes) -> None:
        value = self.draft.pop(key, None)
        log.error("alert_too_large", key=key.decode(), size=len(value or b""))

    def _write(self) -> dict[FutureMessage, bytes]:
        """Write the draft; return the writes under way with their keys."""
        sent: dict[FutureMessage, bytes] = {}
        for key, value in self.draft.items():
            self._sent = []
            if value is not None:
                self[key] = value
            else:
                # Not `del`: a second try finds the key gone, and must send its tombstone still.
                self.data.pop(key, None)
                self.on_key_del(key)
            sent |= dict.fromkeys(self._sent, key)
        return sent
