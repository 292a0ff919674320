"""Rows of the archive on standard output, as `stories search` and `alerts list` show them."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
import typer

from wirewatch.archive.rows import AlertRow, StoryRow
from wirewatch.cli.options import reading

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
    with reading("the archive"):
        for row in rows:
            if as_json:
                sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
            else:
                typer.echo("\n".join(lines(row)))
    if not rows and not as_json:
        typer.echo(f"no such {what} in the archive")
    if len(rows) == limit and not as_json:
        sys.stderr.write(f"wirewatch: there may be older ones: --cursor {rows[-1].cursor}\n")
