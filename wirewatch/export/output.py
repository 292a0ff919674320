"""Where an export goes: to standard output, or to a file that is there whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wirewatch.errors import ProgramError


class OutputError(ProgramError):
    """The output can't be written; the message names it and the cause."""


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """Open the output; without a `path` it is standard output.

    A file takes its place only once all is written: whatever ends the export before leaves what
    was there. Raises `OutputError`; a reader of standard output that goes is `BrokenPipeError`.
    """
    if path is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"can't write standard output: {error.strerror}") from error
        return
    if path.exists() and not path.is_file():
        raise OutputError(f"--output: {path} is not a file")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
