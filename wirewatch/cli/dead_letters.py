"""`wirewatch dead-letters ...`: what couldn't be processed: shown, put back, deleted."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from connectors.delivery.sinks.terminal_text import plain
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import (
    ConfigFolder,
    Data,
    Json,
    Kafka,
    duration,
    known_name,
    reading,
)
from wirewatch.config.environment import environment
from wirewatch.counted import counted
from wirewatch.dead_letters import view
from wirewatch.dead_letters.kept import DeadLetters, KeptLetter, chosen
from wirewatch.dead_letters.purge import Purge
from wirewatch.dead_letters.put_back import choose, put_back
from wirewatch.render.console import to_console
from wirewatch.render.record_line import as_json as json_line

dead_letters = typer.Typer(
    name="dead-letters",
    help="Records that couldn't be processed: see why, put them back, delete them.",
    no_args_is_help=True,
)
STAGES = ("tag", "match", "rule", "gather", "deliver")
"""Those that give records up."""
Stage = Annotated[
    str | None,
    typer.Option(
        "--stage", metavar="STAGE", help="Only those that tag, match, gather ... gave up."
    ),
]


@dead_letters.command("list")
def list_command(
    *,
    stage: Stage = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Count them by stage and cause, and list the newest; `--json` has a line for each."""
    letters = _chosen(_dead(config, kafka, data), stage, ())
    with reading("dead letters"):
        if as_json:
            for one in letters:
                sys.stdout.buffer.write(msgspec.json.encode(view.line(one)) + b"\n")
            return
        _show(letters, stage)


def _show(letters: list[KeptLetter], stage: str | None) -> None:
    console = to_console()
    if not letters:
        console.print("no dead letters" + ("" if stage is None else f" of {plain(stage)}"))
        return
    console.print(view.causes(letters))
    console.print()
    console.print(view.newest(letters))
    if len(letters) > view.MOST_SHOWN:
        console.print(f"... and {len(letters) - view.MOST_SHOWN:,} older: --json lists all")


@dead_letters.command("show")
def show_command(
    *,
    name: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show one whole: its cause, its headers and its record."""
    record, letter = _dead(config, kafka, data).record(name)
    with reading(name):
        if as_json:
            sys.stdout.buffer.write(json_line(record) + b"\n")
            return
        for text in view.whole(record, letter):
            typer.echo("".join(char if char.isprintable() else " " for char in text))


@dead_letters.command("replay")
def replay_command(
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Which, as `list` shows them.")
    ] = None,
    stage: Stage = None,
    every: Annotated[bool, typer.Option("--all", help="All that can be put back.")] = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Put them back on their topics, as they were, each once: after an upgrade or a repair."""
    if sum((bool(names), stage is not None, every)) != 1:
        raise typer.BadParameter("say which: ids, --stage STAGE, or --all")
    dead = _dead(config, kafka, data)
    choice = choose(_chosen(dead, stage, names or ()))
    if choice.wanted:
        asyncio.run(put_back(dead, choice.wanted))
    typer.echo(f"{counted(len(choice.wanted), 'dead letter')} put back")
    if choice.already:
        typer.echo(f"{choice.already:,} left out: put back before")
    for name, why in choice.refused.items():
        sys.stderr.write(f"wirewatch: {plain(name)} can't be put back: {why}\n")
    if choice.refused:
        raise typer.Exit(1)


@dead_letters.command("purge")
def purge_command(
    *,
    before: Annotated[
        str | None, typer.Option(metavar="7d", help="Those that are older than so many m, h, d, w.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Delete them for good. Says first how many, and how many of them were never put back."""
    if (before is not None) == every:
        raise typer.BadParameter("say which: --before 7d, or --all")
    until = None if before is None else datetime.now(UTC) - duration(before)
    dead = _dead(config, kafka, data)
    purge = Purge.planned(dead, until)
    if not purge.records:
        typer.echo("no dead letters to delete")
        return
    letters = purge.concerned(dead.all())
    waiting = sum(not one.replayed for one in letters)
    what = f"{counted(len(letters), 'dead letter')}, {waiting:,} of them never put back"
    if not yes:
        typer.confirm(f"Delete {what}?", abort=True)
    purge.carry_out(dead)
    typer.echo(f"deleted {what}")


def _chosen(dead: DeadLetters, stage: str | None, names: Sequence[str]) -> list[KeptLetter]:
    """Return the letters of a stage, those by some ids, or all. A mistyped stage is refused."""
    kept = dead.all()
    if stage is not None:
        known_name(stage, {*STAGES, *(one.letter.stage for one in kept)}, "stage")
    return chosen(kept, stage=stage, names=names)


def _dead(config: Path, kafka: str | None, data: Path | None) -> DeadLetters:
    settings = config_in_force(config, environment(kafka, data), secrets=()).settings
    return DeadLetters(kafka=kafka_of(settings), prefix=settings.prefix)
