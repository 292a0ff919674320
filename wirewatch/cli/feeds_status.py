"""`wirewatch feeds list` and `check`: how feeds are doing."""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from connectors.delivery.canary import FILE as CANARY_FILE
from connectors.delivery.canary import canary_state
from connectors.polling.feed import Feed
from connectors.polling.feed_state import FeedStore
from streams.model.feed_health import FeedHealth
from wirewatch.cli.feeds_shared import Tag, named, tagged
from wirewatch.cli.options import ConfigFolder, Data, Json
from wirewatch.config import FEEDS, load
from wirewatch.feedlist import feed_tables, probe
from wirewatch.feedlist.canary_line import canary_line
from wirewatch.render.console import to_console

WIDE = 160
"""Columns where there is no terminal to say how many it has."""

look = typer.Typer()


@look.command("list")
def list_command(
    *,
    tag: Tag = None,
    bad: Annotated[bool, typer.Option("--bad", help="Only feeds that need a look.")] = False,
    config: ConfigFolder = Path(),
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the feeds: how each is doing, when it was last read, and when it will be next."""
    loaded = load(config, os.environ, secrets=())
    state = (data or loaded.settings.data) / "feeds.sqlite"
    health = {one.feed: one for one in _health(state)}
    rows = [feed_tables.row(feed, health.get(feed.id)) for feed in tagged(loaded.feeds, tag)]
    now = datetime.now(UTC)
    rows = [
        row
        for row in rows
        if not bad or feed_tables.is_bad(row.state) or feed_tables.has_gap(row, now)
    ]
    if as_json:
        sys.stdout.buffer.writelines(map(feed_tables.line, rows))
        return
    console = _console()
    if canary := canary_line(canary_state(state.with_name(CANARY_FILE)), now):
        console.print(canary)
    if rows:
        console.print(feed_tables.table_of(rows, now, console.width))
    console.print(feed_tables.count_line([row.state for row in rows]), style="bold")


def _health(path: Path) -> list[FeedHealth]:
    """Return how the feeds were doing; where nothing was polled yet, there is nothing to open."""
    if not path.is_file():
        return []
    state = FeedStore(path)
    if state.remark:
        typer.echo(state.remark, err=True)
    try:
        return state.health()
    finally:
        state.close()


@look.command("check")
def check_command(
    *,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="The feeds; all if left out.")
    ] = None,
    tag: Tag = None,
    config: ConfigFolder = Path(),
    as_json: Json = False,
) -> None:
    """Fetch each feed once, as poll would, and say what is wrong. Nothing is stored."""
    loaded = load(config, os.environ, secrets={FEEDS})
    picked = [named(loaded.feeds, one) for one in ids or ()]
    chosen = picked or [feed for feed in tagged(loaded.feeds, tag) if not feed.paused]
    found = asyncio.run(
        _check(chosen, allow_private=loaded.settings.allow_private_addresses, as_json=as_json)
    )
    if not as_json:
        console = _console()
        if found:
            console.print(feed_tables.checked_table(found, datetime.now(UTC), console.width))
        console.print(feed_tables.count_line([one.state for one in found]), style="bold")
    if not all(one.good for one in found):
        raise typer.Exit(1)


async def _check(
    chosen: Sequence[Feed], *, allow_private: bool, as_json: bool
) -> list[feed_tables.CheckedFeed]:
    """Probe feeds with a bar of progress; give what was found in the order of the list."""
    found: dict[str, feed_tables.CheckedFeed] = {}
    console = to_console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    async with probe.tools(allow_private=allow_private) as use:
        with bar:
            task = bar.add_task("fetching", total=len(chosen))
            async for feed, probed in probe.probe_all(use, chosen):
                found[feed.id] = feed_tables.checked(feed, probed, datetime.now(UTC))
                bar.advance(task)
                if as_json:
                    sys.stdout.buffer.write(feed_tables.line(found[feed.id]))
                    sys.stdout.buffer.flush()
    return [found[feed.id] for feed in chosen]


def _console() -> Console:
    console = to_console()
    return console if console.is_terminal or "COLUMNS" in os.environ else to_console(width=WIDE)
