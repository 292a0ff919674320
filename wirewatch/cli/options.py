"""The options that commands share, and how they read what they are given."""

import os
import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from streams.model.story import is_id
from wirewatch.config import rules
from wirewatch.config.wording import not_called, shown
from wirewatch.input.input_text import InputError

ConfigFolder = Annotated[
    Path,
    typer.Option("--config", envvar="WIREWATCH_CONFIG", help="Folder with your TOML files."),
]


def _addresses(text: str | None) -> str | None:
    """Return them, or name the option: in the settings they'd be taken for the environment's."""
    try:
        return None if text is None else rules.kafka_addresses(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Kafka = Annotated[
    str | None,
    typer.Option(
        "--kafka",
        metavar="HOST:PORT",
        callback=_addresses,
        help="Your own Kafka, in place of a private one.",
    ),
]
Data = Annotated[
    Path | None, typer.Option("--data", help="Folder that keeps everything over restarts.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON lines for programs.")]
Backfill = Annotated[
    bool,
    typer.Option("--backfill-alerts", help="Alert on what feeds already held when first fetched."),
]

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]
Cursor = Annotated[
    str, typer.Option(metavar="CURSOR", help="Go on after the row that has this `cursor`.")
]

WHEN = "7d|2026-11-01"
Since = Annotated[
    str | None,
    typer.Option(metavar=WHEN, help="From so long ago, or from a day or time (UTC) on."),
]
Until = Annotated[str | None, typer.Option(metavar=WHEN, help="Up to then, as --since.")]

_DURATION = re.compile(r"([1-9]\d{0,3})([mhdw])")
_PAIR = re.compile(r"([A-Za-z]{2})[-_/ ]([A-Za-z]{2})")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """Read a length of time such as 90m, 12h, 30d or 4w."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(
            f'"{text}" is not a valid duration: write it like 90m, 12h, 30d, 4w'
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def moment(text: str, now: datetime) -> datetime:
    """Read a moment: so long before `now` (7d), or a day or time of ISO 8601, in UTC if unsaid."""
    if _DURATION.fullmatch(text.strip()):
        return now - duration(text)
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f'"{text}" is not a time: write it like 7d (ago), 2026-11-01 or 2026-11-01T12:00Z'
        ) from None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise typer.BadParameter(f'"{text}" is too near to the end of all dates') from None


def pair(text: str) -> str:
    """Return a pair's name as headers have it: the codes in order, in capitals.

    A code that is no country's would find nothing, and nobody would know why.
    """
    if not text:
        return ""
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f'--pair: "{text}" is not a pair: write it like KH-US')
    try:
        return rules.pair("-".join(found.groups()))
    except ValueError as error:
        raise typer.BadParameter(f"--pair: {error}") from None


def ruled(option: str, text: str, rule: Callable[[str], str]) -> str:
    """Return what is given to an option as a rule takes it, or say what is wrong with it."""
    try:
        return rule(text) if text else ""
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from None


def known_name(value: str, known: Collection[str], what: str) -> str:
    """Return a name that there is; a mistyped one is refused with the nearest, or with all."""
    if value in known:
        return value
    raise typer.BadParameter(not_called(value, known, what))


def alert_id(text: str, option: str = "") -> str:
    """Return what may be an alert's id, or the beginning of one: nobody has to look for it else."""
    if not is_id(text):
        said = f"{shown(text)} is not an alert's id (6 digits or more)"
        raise typer.BadParameter(f"{option}: {said}" if option else said)
    return text


def say(text: str) -> None:
    """Say something on standard error, beside what a command prints."""
    sys.stderr.write(f"wirewatch: {text}\n")


@contextmanager
def reading(given: object) -> Iterator[None]:
    """Name what can't be read; end quietly when whoever reads us has seen enough."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None
    except OSError as error:
        raise typer.BadParameter(f"can't read {given}: {error.strerror}") from error
    except InputError as error:
        raise typer.BadParameter(str(error)) from error
