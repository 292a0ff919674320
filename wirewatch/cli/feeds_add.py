"""`wirewatch feeds add`: find a feed, and write it into feeds.toml."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from connectors.delivery.sinks.terminal_text import plain
from streams.model.feed_health import FeedState
from wirewatch.cli.feeds_shared import SOON, FeedsError, checked, own_or_begun
from wirewatch.cli.options import ConfigFolder, Json
from wirewatch.config import load, rules
from wirewatch.config.feeds import LONGEST, SHORTEST
from wirewatch.config.wording import shown as quoted
from wirewatch.counted import counted
from wirewatch.feedlist import feed_tables, file, imported_feed, probe
from wirewatch.feedlist.blocks import Block, block_of
from wirewatch.feedlist.file import FeedsFile
from wirewatch.feedlist.imported_feed import Listed
from wirewatch.feedlist.probe import Probed

add = typer.Typer()


@add.command("add")
def add_command(
    *,
    given: Annotated[
        str, typer.Argument(metavar="URL|SITE", help="A feed, or a site to look for feeds on.")
    ],
    name: Annotated[
        str | None, typer.Option("--id", help="Its id, else made of its title.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="The outlet, else the feed's title.")] = None,
    language: Annotated[str | None, typer.Option(help="en, km, zh-Hans; else the feed's.")] = None,
    country: Annotated[str | None, typer.Option(help="The outlet's country: KH, US.")] = None,
    interval: Annotated[
        int | None,
        typer.Option(min=SHORTEST, max=LONGEST, help="Seconds between two polls."),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given again.")] = None,
    full_text: Annotated[bool, typer.Option("--full-text", help="Fetch stories' pages.")] = False,
    pick: Annotated[
        list[int] | None, typer.Option(min=1, help="Which, if there are several: 1, 2, ...")
    ] = None,
    take_all: Annotated[bool, typer.Option("--all", help="All that there are.")] = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Add the address as it is; fetch nothing.")
    ] = False,
    config: ConfigFolder = Path(),
    as_json: Json = False,
) -> None:
    """Add a feed, or the feeds of a site, to feeds.toml."""
    loaded = load(config, os.environ, secrets=())
    own = own_or_begun(config)
    url = checked(imported_feed.address, given, "URL|SITE")
    wanted = Listed(
        line=0,
        url=url,
        id=checked(rules.slug, name, "--id") if name else "",
        name=checked(rules.line_of_text, source, "--source") if source else "",
        language=checked(rules.language, language, "--language") if language else None,
        country=checked(rules.country, country, "--country") if country else None,
        interval=interval,
        tags=tuple(checked(rules.tag, one, "--tag") for one in tag or ()),
    )
    if name and name in own.sections:
        raise FeedsError(f"the id {quoted(name)} is taken: choose another")
    if imported_feed.same(url) in own.known:
        raise FeedsError(f"already in the list as {quoted(own.known[imported_feed.same(url)])}")
    if unchecked:
        found = [wanted]
    else:
        # Nobody types the scheme; a site without TLS is found all the same.
        urls = [url] if "://" in given else [url, url.replace("https:", "http:", 1)]
        allow = loaded.settings.allow_private_addresses
        at, there = asyncio.run(_look(urls, allow_private=allow))
        if not there:
            raise FeedsError(f"{urlsplit(url).hostname}: {_nothing(at)}")
        chosen = _chosen(there, own, pick or [], take_all=take_all)
        if name and len(chosen) > 1:
            raise typer.BadParameter("two feeds have the same id", param_hint="--id")
        found = [_listed(wanted, one) for one in chosen]
    taken = {one.lower() for one in own.sections}
    blocks: list[Block] = []
    for one in found:
        block = block_of(one, taken | {block.id for block in blocks})
        blocks.append(replace(block, full_text=full_text))
    file.save(config, own.with_blocks(blocks))
    for block in blocks:
        if as_json:
            sys.stdout.buffer.write(feed_tables.line(block))
        else:
            language = f" ({block.language})" if block.language else ""
            typer.echo(f"added {block.id}: {block.source}{language}")
    if not as_json:
        typer.echo(SOON)


async def _look(urls: Sequence[str], *, allow_private: bool) -> tuple[Probed, list[Probed]]:
    """Return what is at the first address where anything is, and the feeds there."""
    async with probe.tools(allow_private=allow_private) as use:
        looked = [await probe.find(use, urls[0])]
        for url in urls[1:]:
            if looked[-1][0].state is FeedState.UNREACHABLE:
                looked.append(await probe.find(use, url))
    return next((one for one in looked if one[0].page is not None), looked[0])


def _nothing(at: Probed) -> str:
    return at.reason if at.page is None else f"{at.reason}, and none was found there"


def _chosen(
    found: Sequence[Probed], own: FeedsFile, pick: Sequence[int], *, take_all: bool
) -> list[Probed]:
    """Return the feeds to add, none of which is there yet. Raises `FeedsError` if none is left."""
    known = [own.known.get(imported_feed.same(one.address)) for one in found]
    fresh = [one for one, name in zip(found, known, strict=True) if name is None]
    if not fresh:
        names = dict.fromkeys(quoted(name) for name in known if name)
        raise FeedsError(f"already in the list as {', '.join(names)}")
    if take_all or (len(fresh) == 1 and not pick):
        return fresh
    numbers = pick or _asked(found, known)
    if not numbers or min(numbers) < 1 or max(numbers) > len(found):
        raise typer.BadParameter(f"choose a number from 1 to {len(found)}", param_hint="--pick")
    for number in numbers:
        if (name := known[number - 1]) is not None:
            raise FeedsError(f"number {number} is already in the list as {quoted(name)}")
    return [found[number - 1] for number in sorted(set(numbers))]


def _listed(wanted: Listed, probed: Probed) -> Listed:
    """Fill in from the feed what the operator didn't say."""
    parsed = probed.parsed
    return replace(
        wanted,
        url=probed.address,
        name=wanted.name or imported_feed.name(parsed.title if parsed else ""),
        language=wanted.language
        or imported_feed.language((parsed.language if parsed else None) or ""),
    )


def _asked(found: Sequence[Probed], known: Sequence[str | None]) -> list[int]:
    """Show what was found, and ask which to add where there is someone to answer."""
    typer.echo(f"{len(found)} feeds were found:", err=True)
    for number, (one, name) in enumerate(zip(found, known, strict=True), 1):
        there = f"  (already in the list as {quoted(name)})" if name else ""
        typer.echo(f"{number:>3}  {_described(one)}{there}", err=True)
    if not sys.stdin.isatty():
        typer.echo("Choose with --pick NUMBER (as often as you like) or --all.", err=True)
        raise typer.Exit(2)
    words = typer.prompt("Which (numbers, or all)", err=True).replace(",", " ").split()
    if words == ["all"]:
        return [number for number, name in enumerate(known, 1) if name is None]
    return [int(word) if word.isdecimal() else 0 for word in words]


def _described(probed: Probed) -> str:
    parsed = probed.parsed
    title = imported_feed.name(parsed.title) if parsed else ""
    count = len(parsed.entries) if parsed else 0
    newest = f", newest {probed.newest:%Y-%m-%d}" if probed.newest else ""
    told = f"{title or 'without a title'} ({counted(count, 'entry')}{newest})  {probed.address}"
    return plain(told)
