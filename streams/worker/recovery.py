"""Faust's recovery of tables, for a Kafka that may be away while it goes on."""

from typing import Any

from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery


class WaitingRecovery(Recovery):
    """Waits for Kafka for as long as it takes.

    Faust's own takes a question that isn't answered within a minute for the end of the service:
    no table is recovered any more, and no story read, though Kafka may be back.
    """

    # Faust's last parameter is how long it waits at most.
    async def _wait(self, coro: Any, *_: object, **__: object) -> None:  # noqa: ANN401 - as Faust
        """Wait for something, or until another rebalance begins or the worker is to stop."""
        await super()._wait(coro)


class Tables(TableManager):
    """The worker's tables."""

    @property
    def recovery(self) -> Recovery:
        """What reads the tables from Kafka after a start or a rebalance."""
        if self._recovery is None:
            self._recovery = WaitingRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
