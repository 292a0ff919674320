"""The archive opened for its one writer."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import structlog

from connectors.sqlite import SHRINKS, check, is_damaged, may_pass, move_aside, open_file
from wirewatch import private_files
from wirewatch.archive.layout import FILE, clear, prepare
from wirewatch.archive.queries import REBUILD
from wirewatch.errors import ProgramError

log = structlog.get_logger()

CHECKED_BYTES = 500_000_000
"""A file up to this size is read through when it is opened for writing: it takes a second or so. Of
a larger one, only the tables without texts are."""
SMALL_TABLES = ("facts", "counts", "alerts", "events", "members", "related", "positions")


class ArchiveBusyError(ProgramError):
    """Another process fills the archive."""


class ArchiveWriteError(ProgramError):
    """The archive's file is damaged or can't be written. The message says which, and the remedy.

    `damaged`: the file itself is broken. `passing`: it is the disk or a lock, and waiting helps.
    """

    def __init__(self, file: Path, error: sqlite3.Error, *, opening: bool) -> None:
        """Say what SQLite said of the file, and what helps."""
        self.passing = may_pass(error)
        # At the opening SQLite says many things of a file that is none of its own.
        self.damaged = is_damaged(error) or (opening and not self.passing)
        again = "run this again when there is room, or the file can be written"
        remedy = again if self.passing else REBUILD
        super().__init__(f"the archive {file} can't be written: {error}; {remedy}")


@contextmanager
def writing(data: Path, *, anew: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the archive of a data folder for its one writer, and make it if it isn't there.

    `anew` empties it; a damaged one is then moved aside. Raises `ArchiveBusyError`,
    `OtherLayoutError`, and `ArchiveWriteError` for what SQLite says of the file or the disk.
    """
    with _alone(data):
        opening = True
        try:
            with closing(_opened(data / FILE, anew=anew)) as db:
                opening = False
                yield db
        except sqlite3.Error as error:
            raise ArchiveWriteError(data / FILE, error, opening=opening) from error


def require_unused(data: Path, command: str) -> None:
    """Raise `ArchiveBusyError` with the steps to take if another process fills the archive."""
    if not (data / FILE).exists():  # whoever fills one has made it, and a look makes no folder
        return
    try:
        with _alone(data):
            return
    except ArchiveBusyError:
        raise ArchiveBusyError(
            f"a `wirewatch run` or `wirewatch archive run` fills the archive in {data}: stop that"
            f" one, run `{command}`, and start it again. A private Kafka that isn't up is"
            " started for the command"
        ) from None


def set_aside(data: Path) -> Path:
    """Move the archive aside, so that the next writer begins a new one; return where it is now.

    Raises `ArchiveBusyError`.
    """
    with _alone(data):
        return move_aside(data / FILE)


def _opened(path: Path, *, anew: bool) -> sqlite3.Connection:
    try:
        return _prepared(path, anew=anew)
    except sqlite3.DatabaseError as error:
        if not anew or may_pass(error):
            raise
    log.warning("archive_moved_aside", cause="it is damaged", kept_as=str(move_aside(path)))
    return _prepared(path, anew=True)


def _prepared(path: Path, *, anew: bool) -> sqlite3.Connection:
    db = open_file(path, "", shrinks=True)
    try:
        # A power cut may undo the last transactions: their positions with them.
        db.execute("PRAGMA synchronous = NORMAL")
        # What is damaged may take in or let go of records without a word, and fail much later.
        for table in ("1",) if anew or _is_small(db) else SMALL_TABLES:
            check(db, table)
        if anew:
            clear(db)
            db.execute(SHRINKS)
            db.execute("VACUUM")  # what is left is little
        prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _is_small(db: sqlite3.Connection) -> bool:
    pages, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    return bool(pages * size <= CHECKED_BYTES)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the lock that only one process can have."""
    os.umask(private_files.UMASK)
    private_files.make_folder(data)
    descriptor = os.open(data / f"{FILE}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusyError(
                f"another process fills the archive in {data}, such as `wirewatch run` or"
                " `wirewatch archive run`: stop it first, or leave the filling to it"
            ) from None
        yield
    finally:
        os.close(descriptor)
