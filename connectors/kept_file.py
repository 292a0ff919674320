"""Small files that remember something over a restart. A broken one ends nobody: it is named."""

from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

log = structlog.get_logger()

RecordT = TypeVar("RecordT")
ANEW = "nothing is to be done: it is written anew"
NOT_READ = "kept_file_not_read"
_told: set[tuple[Path, int]] = set()
"""Files that were named, as they were written then: a start looks into some of them often."""


def read_kept(path: Path, kind: type[RecordT], *, lost: str, remedy: str = ANEW) -> RecordT | None:
    """Return what a JSON file holds; nothing where there is none.

    Of one that can't be read the log says what is `lost`, and the remedy.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        cause, remedy = "a folder has its name", "move that folder away"
    except OSError as error:
        cause = error.strerror or type(error).__name__
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cause = f"it is damaged ({error})"
    tell_not_read(path, because=cause, lost=lost, remedy=remedy)
    return None


def tell_not_read(path: Path, *, because: str, lost: str, remedy: str) -> None:
    """Name a file that can't be read, once as long as nobody writes it."""
    try:
        written = path.stat().st_mtime_ns
    except OSError:
        written = 0
    if (path, written) not in _told:
        _told.add((path, written))
        log.warning(NOT_READ, file=str(path), because=because, lost=lost, remedy=remedy)
