"""The table's `save` returns when Kafka has the writes, and not before."""

import asyncio
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka.errors import MessageSizeTooLargeError
from faust.tables.table import Table

from streams.worker import table as module
from streams.worker.table import SavedTable


class Write(asyncio.Future[None]):
    """Stands for a write under way, as Faust looks at it."""

    message = SimpleNamespace(partition=0)


Sent = list[Write]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The writes under way to the changelog, which the test brings to their end."""
    writes: Sent = []

    def send_changelog(*_: object, **__: object) -> Any:  # noqa: ANN401 - Faust's own future
        writes.append(Write())
        return writes[-1]

    monkeypatch.setattr(Table, "send_changelog", send_changelog)
    return writes


def table_with(draft: dict[bytes, bytes | None]) -> SavedTable:
    app: Any = faust.App("saved", store="memory://")
    table: Any = SavedTable(
        app, name="t", key_type=bytes, value_type=bytes, partitions=1, use_partitioner=True
    )
    table.draft = draft
    made: SavedTable = table
    return made


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_save_waits_until_all_its_writes_are_in_the_changelog(sent: Sent) -> None:
    async def main() -> None:
        table = table_with({b"a": b"1", b"b": None})
        saving = asyncio.create_task(table.save())
        await turns()
        assert len(sent) == 2
        sent[0].set_result(None)
        await turns()
        assert not saving.done()
        assert table.draft
        sent[1].set_result(None)
        await saving
        assert table.draft == {}

    asyncio.run(main())


def test_a_write_that_kafka_does_not_take_is_written_again(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        table = table_with({b"a": b"1"})
        saving = asyncio.create_task(table.save())
        await turns()
        sent[0].set_exception(OSError("no Kafka"))
        with pytest.raises(OSError, match="no Kafka"):
            await saving
        monkeypatch.setattr(module, "DELIVERY_SECONDS", 0.01)
        with pytest.raises(TimeoutError, match="not in the changelog"):
            await table.save()
        assert table.draft == {b"a": b"1"}
        assert len(sent) == 2

    asyncio.run(main())


def test_a_write_that_is_too_large_for_ever_is_left_out(sent: Sent) -> None:
    async def main() -> None:
        table = table_with({b"a": b"1"})
        saving = asyncio.create_task(table.save())
        await turns()
        sent[0].set_exception(MessageSizeTooLargeError())
        await saving
        assert table.draft == {}

    asyncio.run(main())
