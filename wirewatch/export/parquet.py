"""Rows as a Parquet file, which analysts' tools read: with types, lists as lists."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, BinaryIO

from connectors.kafka import Received
from wirewatch.errors import ProgramError
from wirewatch.export.table import FLAGS, LISTS, TIMES, Row

ROWS = 10_000
"""Rows that are kept until they are written together: a row group of Parquet."""


class NoParquetError(ProgramError):
    """The library that writes Parquet isn't installed."""


@contextmanager
def parquet(
    out: BinaryIO, columns: Sequence[str], row: Callable[[Received], Row]
) -> Iterator[Callable[[Received], None]]:
    """Yield what writes a record as a row. Raises `NoParquetError`."""
    try:
        # An extra of 150 MB, without types.
        pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise NoParquetError(
            "--format parquet needs pyarrow, which isn't installed: "
            "pip install 'wirewatch[parquet]'"
        ) from error
    schema = pa.schema([(name, _type(pa, name)) for name in columns])
    waiting: list[Row] = []
    with pq.ParquetWriter(out, schema, compression="zstd") as file:

        def flush() -> None:
            file.write_table(pa.Table.from_pylist([dict(one) for one in waiting], schema=schema))
            waiting.clear()

        def write(record: Received) -> None:
            waiting.append(row(record))
            if len(waiting) >= ROWS:
                flush()

        yield write
        flush()


def _type(pa: Any, name: str) -> Any:  # noqa: ANN401 - the library has no types
    if name in TIMES:
        return pa.timestamp("us", tz="UTC")
    if name in FLAGS:
        return pa.bool_()
    return pa.list_(pa.string()) if name in LISTS else pa.string()
