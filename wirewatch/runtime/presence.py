"""Which services run on a data folder: each keeps a small file there while it does.

`services/<service>-<pid>.json` holds what the service is and since when; it is as old as the last
turn of its event loop, and gone after an orderly end. So what was killed can be told from what was
stopped.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from connectors.background import in_thread
from streams.model.timestamps import Time

log = structlog.get_logger()

FOLDER = "services"
BEAT_SECONDS = 5.0
FORGET_SECONDS = 24 * 3600.0
"""How long the file of a killed service is kept, for people to see."""


class ServiceFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a service writes down of itself."""

    service: str
    pid: int
    started: Time


@dataclass(frozen=True)
class Presence:
    """A service and when it last gave a sign of life."""

    file: ServiceFile
    seen: datetime


@asynccontextmanager
async def present(data: Path, service: str) -> AsyncIterator[None]:
    """Say in the data folder that a service runs, for as long as what is inside does."""
    me = ServiceFile(service=service, pid=os.getpid(), started=datetime.now(UTC))
    path = file_of(data, service, me.pid)
    beating = asyncio.create_task(_beat(path, msgspec.json.encode(me)))
    try:
        yield
    finally:
        beating.cancel()
        path.unlink(missing_ok=True)


def file_of(data: Path, service: str, pid: int) -> Path:
    """Return the file that a service keeps."""
    return data / FOLDER / f"{service}-{pid}.json"


async def _beat(path: Path, content: bytes) -> None:
    begun, told = False, False
    while True:
        try:
            await in_thread(_touch if begun else _write, path, content)
            begun, told = True, False
        except OSError as error:
            if not told:
                log.warning("service_file_not_written", file=str(path), error=error.strerror)
            told = True
        await asyncio.sleep(BEAT_SECONDS)


def _touch(path: Path, content: bytes) -> None:
    try:
        os.utime(path)
    except FileNotFoundError:  # somebody tidied up
        _write(path, content)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget(path.parent.glob("*.json"))
    path.write_bytes(content)


def _forget(paths: Iterable[Path]) -> None:
    for path in paths:
        if time.time() - path.stat().st_mtime > FORGET_SECONDS:
            path.unlink(missing_ok=True)


def presences(data: Path) -> list[Presence]:
    """Return the services that run on a data folder or were killed there, by name.

    Of a killed one that was started again only the new process counts.
    """
    found: list[Presence] = []
    for path in sorted((data / FOLDER).glob("*.json")):
        try:
            seen = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            found.append(Presence(msgspec.json.decode(path.read_bytes(), type=ServiceFile), seen))
        except (OSError, msgspec.DecodeError):
            continue  # it ended meanwhile, or is being written
    return current(found)


def current(found: Iterable[Presence]) -> list[Presence]:
    """Leave out what a later process of the same service stands for. Pure."""
    ordered = sorted(found, key=lambda one: (one.file.service, one.file.started))
    return [
        one
        for number, one in enumerate(ordered)
        if not any(
            later.file.service == one.file.service and later.file.started > one.seen
            for later in ordered[number + 1 :]
        )
    ]
