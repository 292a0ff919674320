"""SQLite files: opened so that they lose nothing in a power cut, and moved aside when damaged."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

LOCKED_SECONDS = 10.0
SHRINKS = "PRAGMA auto_vacuum = INCREMENTAL"
_PAUSE = 0.01
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PASSING = _LOCKED | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
}
FileT = TypeVar("FileT")


def open_file(path: Path, schema: str, *, shrinks: bool = False) -> sqlite3.Connection:
    """Open the file, and make it with its folder if it isn't there. For one thread.

    One that `shrinks` can give the room of what was deleted back to the disk, step by step.

    Raises `sqlite3.OperationalError` if another connection holds it for ten seconds, or if it can't
    be read and written by us.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _require_use(path, os.R_OK | os.W_OK)
    db = sqlite3.connect(path, isolation_level=None, timeout=LOCKED_SECONDS)
    try:
        if shrinks and not db.execute("PRAGMA page_count").fetchone()[0]:
            db.execute(SHRINKS)  # later it can't be changed
        _write_ahead(db)
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(schema)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that another process may be writing, to read in it: nothing in it is changed."""
    _require_use(path, os.R_OK)
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCKED_SECONDS)
    try:
        yield db
    finally:
        db.close()


def is_damaged(error: BaseException) -> bool:
    """Say whether the file itself is broken: no waiting mends that."""
    return _code(error) in _DAMAGED


def may_pass(error: BaseException) -> bool:
    """Say whether it is the disk or a lock: what wasn't written can be written later."""
    return _code(error) in _PASSING


def check(db: sqlite3.Connection, table: str = "1") -> None:
    """Read through the whole file, or a table. Raises `sqlite3.DatabaseError` if it is damaged."""
    said = db.execute(f"PRAGMA quick_check({table})").fetchone()[0]
    if said != "ok":
        raise damaged(said)


def open_checked(path: Path, schema: str) -> sqlite3.Connection:
    """Open a small file as `open_file` does, once all of it could be read."""
    db = open_file(path, "")
    try:
        check(db)
        db.executescript(schema)
    except BaseException:
        db.close()
        raise
    return db


def damaged(text: str) -> sqlite3.DatabaseError:
    """Return the error that says of a file that it is broken."""
    error = sqlite3.DatabaseError(text)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def opened_or_anew(path: Path, opened: Callable[[], FileT]) -> tuple[FileT, Path | None]:
    """Open a file; one that is damaged is moved aside and made anew. Return where it is then."""
    try:
        return opened(), None
    except sqlite3.DatabaseError as error:
        if not is_damaged(error):
            raise
    aside = move_aside(path)
    return opened(), aside


def move_aside(path: Path) -> Path:
    """Return the file, and what SQLite keeps beside it, a name that nothing has; return that."""
    names = (path.with_name(f"{path.name}.aside-{number}") for number in range(1, 1_000_000))
    aside = next(name for name in names if not name.exists())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _require_use(path: Path, use: int) -> None:
    """Raise what SQLite raises of a file that it can't use, with the cause and what mends it."""
    if path.is_dir():
        raise _unusable("a folder is in its place: move it away", sqlite3.SQLITE_CANTOPEN)
    if path.exists() and not os.access(path, use):
        words = "write" if os.access(path, os.R_OK) else "read"
        told = (
            f"this user may not {words} it: change its owner or rights, or how its disk is mounted"
        )
        raise _unusable(told, sqlite3.SQLITE_READONLY)


def _unusable(text: str, code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


def _code(error: BaseException) -> int:
    """Return SQLite's own code, without what it adds for details; 0 if it is none of its errors."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turn the write-ahead log on. SQLite doesn't wait for a lock here, so we do."""
    deadline = time.monotonic() + LOCKED_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) not in _LOCKED or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return
