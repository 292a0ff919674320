"""Small files that remember something over a restart. A broken one ends nobody: it is named."""

from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

log = structlog.get_logger()

RecordT = TypeVar("RecordT")
ANEW = "nothing is to be done: it is written anew"


def read_kept(path: Path, kind: type[RecordT], *, lost: str, remedy: str = ANEW) -> RecordT | None:
    """Return what a JSON file holds; nothing where there is none.

    Of one that can't be read the log says what is `lost`, and the remedy.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        cause = error.strerror or type(error).__name__
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cause = f"it is damaged ({error})"
    log.warning("kept_file_not_read", file=str(path), because=cause, lost=lost, remedy=remedy)
    return None
