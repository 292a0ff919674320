"""`wirewatch subscribers ...`: who gets alerts, whether they arrive, and who is left alone."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer
from rich.console import Console

from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.stopped import resume_stopped, unsent
from connectors.delivery.outbox.subscriber_state import (
    NOTHING_YET,
    SubscriberState,
    subscriber_state,
)
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.delivery.sinks.terminal_text import plain
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Json, alert_id, duration, known_name
from wirewatch.config import SUBSCRIBERS, Config, load
from wirewatch.config.environment import environment
from wirewatch.counted import counted
from wirewatch.errors import ProgramError
from wirewatch.render.subscriber_table import row, table

ResultT = TypeVar("ResultT")
TOO_MANY = 5
"""Alerts that are named where one was asked for."""

subscribers = typer.Typer(
    name="subscribers",
    help="Who gets alerts: see how they stand, send a sample, pause, mute an alert.",
    no_args_is_help=True,
)
Name = Annotated[
    str, typer.Argument(metavar="ID", help="The subscriber's id, or one channel's: anna/mail.")
]
Alert = Annotated[
    str, typer.Argument(metavar="ALERT", help="The alert's id, or the beginning of one.")
]
To = Annotated[
    str, typer.Option("--to", metavar="ID", help="For this subscriber alone; else for everybody.")
]


class SubscribersError(ProgramError):
    """What was asked for can't be done; the text says why, and what can."""


@subscribers.command("list")
def list_command(
    *, config: ConfigFolder = Path(), data: Data = None, as_json: Json = False
) -> None:
    """Show each subscriber: what they asked for, what waits, what was last sent."""
    loaded = _in_force(config, data)
    now = time.time()
    states = _states(loaded, now)
    rows = [row(one, state) for one, state in zip(loaded.subscribers, states, strict=True)]
    if as_json:
        for one in rows:
            typer.echo(msgspec.json.encode(one))
    else:
        Console(highlight=False, markup=False, emoji=False).print(table(rows, now))


@subscribers.command("test")
def sample_command(*, name: Name, config: ConfigFolder = Path(), data: Data = None) -> None:
    """Send a marked sample by the very sink that deliver uses, and say what came of it."""
    from wirewatch.cli.subscribers_sample import deliver_sample  # noqa: PLC0415 - it loads all that sends, which no other command here needs

    loaded = load(config, environment(None, data), secrets={SUBSCRIBERS})
    failed = False
    for one in _named(loaded, name):
        outcome = asyncio.run(deliver_sample(loaded, one))
        failed |= outcome.result is not Result.DELIVERED
        typer.echo(f"{one.id} ({one.kind}): {_said(outcome)}")
    if failed:
        raise typer.Exit(1)


@subscribers.command("pause")
def pause_command(
    *,
    name: Name,
    length: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="So long (90m, 12h, 2d).")
    ] = None,
    config: ConfigFolder = Path(),
    data: Data = None,
) -> None:
    """Send nothing until it is resumed, or for a time. What comes up meanwhile is kept."""
    loaded = _in_force(config, data)
    who = _known(loaded, name)
    now = time.time()
    until = None if length is None else now + duration(length).total_seconds()
    _change(loaded, lambda db: routing.pause(db, who, now, until))
    how_long = "until you resume it" if length is None else f"for {length}"
    typer.echo(f"{who} is paused {how_long}: what comes up is kept and sent then")


@subscribers.command("resume")
def resume_command(*, name: Name, config: ConfigFolder = Path(), data: Data = None) -> None:
    """Send again to a subscriber that was paused, or that its receiver stopped (410, 550)."""
    loaded = _in_force(config, data)
    who = _known(loaded, name)
    paused = _has_outbox(loaded) and _change(loaded, lambda db: routing.resume(db, who))
    stopped = _has_outbox(loaded) and _change(loaded, lambda db: resume_stopped(db, who))
    if not paused and not stopped:
        raise SubscribersError(f"{who} was not paused, nor stopped by its receiver")
    typer.echo(f"{who} is resumed")
    if stopped and (missed := _change(loaded, lambda db: unsent(db, who))):
        them = f"{counted(missed, 'event')} that it didn't get"
        typer.echo(f"`wirewatch deliver retry {who}` sends once more the {them}")


@subscribers.command("mute")
def mute_command(
    *, alert: Alert, to: To = "", config: ConfigFolder = Path(), data: Data = None
) -> None:
    """Send no more of one alert than that it was withdrawn."""
    loaded = _in_force(config, data)
    who = to and _known(loaded, to)
    found = _alert(loaded, alert)
    _change(loaded, lambda db: routing.mute(db, who, found, time.time()))
    typer.echo(f"alert {found} is muted for {who or 'everybody'}, but for its withdrawal")


@subscribers.command("unmute")
def unmute_command(
    *, alert: Alert, to: To = "", config: ConfigFolder = Path(), data: Data = None
) -> None:
    """Send all of an alert again."""
    loaded = _in_force(config, data)
    who = to and _known(loaded, to)
    found = _alert(loaded, alert)
    if not _change(loaded, lambda db: routing.unmute(db, who, found)):
        raise SubscribersError(f"alert {found} was not muted for {who or 'anybody'}")
    typer.echo(f"alert {found} is not muted any more for {who or 'anybody'}")


def _in_force(folder: Path, data: Path | None) -> Config:
    """Return what deliver goes by, which a file that is broken now doesn't change."""
    return config_in_force(folder, environment(None, data), secrets=())


def _named(loaded: Config, name: str) -> Sequence[Subscriber]:
    """Return the channels that a name means."""
    _known(loaded, name)
    return [one for one in loaded.subscribers if name in (one.id, one.person)]


def _known(loaded: Config, name: str) -> str:
    names = {one.id for one in loaded.subscribers} | {one.person for one in loaded.subscribers}
    return known_name(name, names, "subscriber")


def _alert(loaded: Config, beginning: str) -> str:
    """Return the one alert in the outbox whose id begins so."""
    alert_id(beginning)
    found = (
        _change(loaded, lambda db: routing.alerts_like(db, beginning, TOO_MANY))
        if _has_outbox(loaded)
        else []
    )
    if len(found) == 1:
        return found[0]
    if not found:
        raise SubscribersError(f"no alert {beginning} was ever queued for a subscriber here")
    raise SubscribersError(f"several alerts begin with {beginning}: {', '.join(found)}")


def _said(outcome: DeliveryOutcome) -> str:
    reason = plain(outcome.reason)
    match outcome.result:
        case Result.DELIVERED:
            return "the sample was taken"
        case Result.RETRY:
            wait = (
                "" if outcome.after is None else f", and asks for {outcome.after:g} s of patience"
            )
            return f"not taken: {reason}{wait}; deliver would try again"
        case Result.STOP:
            return f"not taken: {reason}; deliver would stop sending"
        case _:
            return f"not taken: {reason}; deliver would give this event up"


def _change(loaded: Config, change: Callable[[sqlite3.Connection], ResultT]) -> ResultT:
    with _outbox(loaded) as outbox:
        return outbox.change_by_hand(change)


def _states(loaded: Config, now: float) -> list[SubscriberState]:
    """Return how each subscriber stands. Who only looks makes no outbox."""
    if not _has_outbox(loaded):
        return [NOTHING_YET] * len(loaded.subscribers)
    with _outbox(loaded) as outbox:
        return [
            outbox.change_by_hand(partial(subscriber_state, subscriber=one.id, now=now))
            for one in loaded.subscribers
        ]


def _has_outbox(loaded: Config) -> bool:
    return (loaded.settings.data / "outbox.sqlite").exists()


@contextmanager
def _outbox(loaded: Config) -> Iterator[Outbox]:
    path = loaded.settings.data / "outbox.sqlite"
    try:
        outbox = Outbox(path, time.time())
        try:
            yield outbox
        finally:
            outbox.close()
    except (sqlite3.Error, OSError) as error:
        raise SubscribersError(f"{path} can't be used: {error}") from error
