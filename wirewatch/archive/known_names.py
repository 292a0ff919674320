"""Which watches and topics can be asked for: those of the configuration, and those on record.

What was renamed or taken out of the files is still to be found, by the name that it had. Any other
name is mistyped: nothing would be found, and nobody would know why.
"""

import sqlite3
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path
from types import MappingProxyType

from streams.tagging import shipped_topics
from wirewatch.archive.counting import Counted
from wirewatch.archive.layout import FILE
from wirewatch.archive.queries import BadQuestionError, reading
from wirewatch.config import Config
from wirewatch.config.wording import not_called


def require_there(data: Path, config: Config, *, watch: str = "", topic: str = "") -> None:
    """Raise `BadQuestionError` for a watch or topic that neither files nor archive know.

    The archive, if there is one, is only looked into for what the files don't have. Raises
    `ArchiveError`, `OtherLayoutError` if it can't be.
    """
    if watch:
        _require("watch", watch, {one.id for one in config.watches}, data)
    if topic:
        _require("topic", topic, _shipped() | {one.slug for one in config.topics}, data)


def _require(what: str, name: str, configured: Set[str], data: Path) -> None:
    if name in configured:
        return
    known = set(configured)
    if (data / FILE).exists():
        with reading(data) as db:
            known.update(_ON_RECORD[what](db))
    if name not in known:
        raise BadQuestionError(f"{what}: {not_called(name, known)}")


@cache
def _shipped() -> frozenset[str]:
    return frozenset(one.slug for one in shipped_topics())


def _watches_on_record(db: sqlite3.Connection) -> Iterator[str]:
    yield from _each(db, "SELECT min(watch) FROM alerts WHERE watch > ?", ())


def _topics_on_record(db: sqlite3.Connection) -> Iterator[str]:
    wanted = "SELECT min(name) FROM counts WHERE kind = ? AND name > ?"
    yield from _each(db, wanted, (Counted.TOPIC,))


_ON_RECORD = MappingProxyType({"watch": _watches_on_record, "topic": _topics_on_record})


def _each(db: sqlite3.Connection, wanted: str, values: tuple[str, ...]) -> Iterator[str]:
    """Return every name, in order: each is the least after the one before.

    By the index, that takes as long as there are names, however many rows have them.
    """
    last: str | None = ""
    while last is not None:
        (last,) = db.execute(wanted, (*values, last)).fetchone()
        if last is not None:
            yield last
