"""Rows of the archive on standard output, as `stories search` and `alerts list` show them."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
import typer

from wirewatch.archive.rows import AlertRow, StoryRow
from wirewatch.cli.options import reading
from wirewatch.export.output import output

OneRow = TypeVar("OneRow", StoryRow, AlertRow)


def show(
    rows: Sequence[OneRow],
    lines: Callable[[OneRow], Iterable[str]],
    *,
    what: str,
    limit: int,
    as_json: bool,
) -> None:
    """Write the rows of one page, and how to come to the next."""
    if as_json:
        write(msgspec.json.encode(row).decode() for row in rows)
    else:
        write(line for row in rows for line in lines(row))
    if not rows and not as_json:
        typer.echo(f"no such {what} in the archive")
    if len(rows) == limit and not as_json:
        sys.stderr.write(f"wirewatch: there may be older ones: --cursor {rows[-1].cursor}\n")


def write(lines: Iterable[str]) -> None:
    """Write lines; end quietly when whoever reads them has seen enough. Raises `OutputError`."""
    with reading("standard output"), output(None) as out:
        for line in lines:
            out.write(f"{line}\n".encode())
