"""Write to a SQLite file whatever becomes of the disk: a full one is waited for, and told."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from connectors.sqlite import may_pass

log = structlog.get_logger()

AGAIN_SECONDS = 1.0
TELL_SECONDS = 60.0
ResultT = TypeVar("ResultT")


async def until_written(write: Callable[[], ResultT], file: str) -> ResultT:
    """Return what `write` does, once it can be written. Other faults than the disk's are raised."""
    told: float | None = None
    while True:
        try:
            result = write()
        except sqlite3.Error as error:
            if not may_pass(error):
                raise
            if told is None or time.monotonic() - told >= TELL_SECONDS:
                log.warning("file_not_written", file=file, error=str(error), waits=True)
                told = time.monotonic()
        else:
            if told is not None:
                log.info("file_written_again", file=file)
            return result
        await asyncio.sleep(AGAIN_SECONDS)
