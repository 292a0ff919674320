"""Dead letters as people and programs see them. Pure."""

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from rich.table import Table

from connectors.delivery.sinks.terminal_text import plain
from connectors.kafka import Received
from streams.contract.dead_letter import DeadLetter
from wirewatch.dead_letters.kept import KeptLetter

MOST_SHOWN = 20
"""Letters that `list` shows people one by one; programs get all."""
MOST_CHARACTERS = 20_000
"""Characters of a record that people are shown."""
_NUMBER = re.compile(r"\d+")


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter as `list --json` gives it."""

    id: str
    stage: str
    topic: str | None
    written: datetime
    error: str
    cause: str
    bytes: int
    cut_bytes: int
    replayed: bool


def line(kept: KeptLetter) -> LetterLine:
    """Return what programs are told of a letter."""
    letter = kept.letter
    return LetterLine(
        id=letter.id,
        stage=letter.stage,
        topic=None if letter.topic is None else letter.topic.name,
        written=letter.written,
        error=letter.error,
        cause=letter.cause,
        bytes=kept.size,
        cut_bytes=letter.cut,
        replayed=kept.replayed,
    )


def causes(letters: Sequence[KeptLetter]) -> Table:
    """Count letters by stage and cause, those with the newest first. `letters` are in that order.

    Causes that differ only in their numbers (at which byte a text ends) are one.
    """
    groups: dict[tuple[str, str, str], list[KeptLetter]] = {}
    for one in letters:
        letter = one.letter
        groups.setdefault((letter.stage, letter.error, _NUMBER.sub("0", letter.cause)), []).append(
            one
        )
    shown = _table("stage", "letters", "put back", "newest (UTC)", "cause")
    for (stage, _, _), of_it in groups.items():
        newest = of_it[0].letter
        back = sum(one.replayed for one in of_it)
        shown.add_row(
            plain(stage), f"{len(of_it):,}", f"{back:,}", _time(newest.written), plain(newest.cause)
        )
    return shown


def newest(letters: Sequence[KeptLetter]) -> Table:
    """List the newest letters, with the ids that `show` and `replay` take."""
    shown = _table("id", "stage", "written (UTC)", "state")
    for one in letters[:MOST_SHOWN]:
        letter = one.letter
        shown.add_row(plain(letter.id), plain(letter.stage), _time(letter.written), state(one))
    return shown


def state(kept: KeptLetter) -> str:
    """Say in a word or two what can be done with a letter."""
    if kept.replayed:
        return "put back"
    if kept.letter.cut:
        return "cut: can't be put back"
    return "waits" if kept.letter.refusal is None else "can't be put back"


def whole(record: Received, letter: DeadLetter) -> Iterator[str]:
    """Yield a letter line by line: its cause, its headers, its record, laid out if it is JSON."""
    yield f"id       {letter.id}"
    yield f"stage    {letter.stage}"
    yield f"written  {_time(letter.written)} UTC"
    yield f"cause    {letter.cause}"
    yield f"error    {letter.error}"
    if letter.refusal is not None:
        yield f"note     it can't be put back: {letter.refusal}"
    yield f"key      {_text(letter.key)}"
    yield "headers"
    for name, value in letter.headers:
        yield f"  {name}: {_text(value)}"
    yield f"record   {len(record.value or b''):,} bytes"
    text = _decoded(record.value or b"")
    yield from text[:MOST_CHARACTERS].splitlines()
    if len(text) > MOST_CHARACTERS:
        yield f"... {len(text) - MOST_CHARACTERS:,} characters more: --json has all"


def _decoded(value: bytes) -> str:
    try:
        return msgspec.json.format(value, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"no JSON; in base64: {base64.b64encode(value).decode()}"


def _text(value: bytes | None) -> str:
    return "(none)" if value is None else value.decode("utf-8", "replace")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _table(*names: str) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        shown.add_column(name, overflow="fold")
    return shown
