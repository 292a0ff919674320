"""Which services run on a data folder: each keeps a small file there while it does.

`services/<service>-<pid>.json` holds what the service is and since when; it is as old as the last
turn of its event loop, locked while its process lives, and gone after an orderly end. So what was
killed can be told from what was stopped, and from what stands still. The lock tells it, not the
process id: that may be another's by now, or of another container.
"""

import asyncio
import fcntl
import os
import threading
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
from wirewatch.runtime.parent_run import has_parent_run

log = structlog.get_logger()

FOLDER = "services"
RUN = "run"
"""The service that starts the others on one machine."""
BEAT_SECONDS = 5.0
FORGET_SECONDS = 24 * 3600.0
"""How long the file of a killed service is kept, for people to see."""
DRAFT = ".draft"
"""How a file ends that is still being written."""
LOCK_TRIES, LOCK_PAUSE = 20, 0.01
"""For a lock that somebody who looks holds for a moment."""


class ServiceFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a service writes down of itself."""

    service: str
    pid: int
    started: Time
    of_run: bool = False
    """Whether a `wirewatch run` started it, and starts it again."""


@dataclass(frozen=True)
class Presence:
    """A service and when it last gave a sign of life."""

    file: ServiceFile
    seen: datetime
    dead: bool = False
    """Whether its process is known to be gone."""


@asynccontextmanager
async def present(data: Path, service: str) -> AsyncIterator[None]:
    """Say in the data folder that a service runs, for as long as what is inside does."""
    started = datetime.now(UTC)
    me = ServiceFile(service=service, pid=os.getpid(), started=started, of_run=has_parent_run())
    kept = KeptFile(file_of(data, service, me.pid), me)
    beating = asyncio.create_task(_beat(kept))
    try:
        yield
    finally:
        beating.cancel()
        kept.remove()


def file_of(data: Path, service: str, pid: int) -> Path:
    """Return the file that a service keeps."""
    return data / FOLDER / f"{service}-{pid}.json"


class KeptFile:
    """A service's own file, locked for as long as the process lives."""

    def __init__(self, path: Path, me: ServiceFile) -> None:
        """Nothing is written yet."""
        self.path = path
        self._me = me
        self._descriptor: int | None = None
        self._removed = False
        self._using = threading.Lock()

    def touch(self) -> None:
        """Give a sign of life; write the file if it isn't there."""
        with self._using:
            if self._removed:  # this thread was late: the service has ended
                return
            try:
                if self._descriptor is None:
                    self._write()
                os.utime(self.path)
            except FileNotFoundError:  # somebody tidied up
                self._write()

    def remove(self) -> None:
        """Leave nothing behind, whatever a thread is about to write."""
        with self._using:
            self._removed = True
            self.path.unlink(missing_ok=True)
            self._close()

    def _write(self) -> None:
        self._close()
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy(folder, self._me.service)
        draft = self.path.with_suffix(DRAFT)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)  # before there is anything to read, so that nobody takes it as dead
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, msgspec.json.encode(self._me), 0)
            draft.replace(self.path)  # whole or not there, wherever the process is killed
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


async def _beat(kept: KeptFile) -> None:
    told = False
    while True:
        try:
            await in_thread(kept.touch)
            told = False
        except OSError as error:
            if not told:
                log.warning("service_file_not_written", file=str(kept.path), error=error.strerror)
            told = True
        await asyncio.sleep(BEAT_SECONDS)


def _lock(descriptor: int) -> None:
    """Lock a file, where the file system can; another container's of the same id keeps it."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE)
        except OSError:
            return
        else:
            return


def _is_unlocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # it is locked, or the file system knows no locks and tells nothing
        return False
    return True


def _tidy(folder: Path, service: str) -> None:
    """Remove what is no news any more once a service starts: the dead that it stands for."""
    for path in folder.glob("*.json"):
        found = _read(path)
        if found is None:
            continue
        of_old_run = service == RUN and found.file.of_run
        replaced = found.dead and (found.file.service == service or of_old_run)
        if replaced or time.time() - found.seen.timestamp() > FORGET_SECONDS:
            path.unlink(missing_ok=True)


def _read(path: Path) -> Presence | None:
    """Return what a file says; nothing if its service ended meanwhile, or is writing it."""
    try:
        with path.open("rb") as file:
            seen = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
            told = msgspec.json.decode(file.read(), type=ServiceFile)
            return Presence(told, seen, _is_unlocked(file.fileno()))
    except (OSError, ValueError):  # damaged, or none of ours
        return None


def presences(data: Path) -> list[Presence]:
    """Return the services that run on a data folder or were killed there, by name.

    Of a killed one that was started again only the new process counts.
    """
    read = map(_read, sorted((data / FOLDER).glob("*.json")))
    return current([one for one in read if one is not None])


def current(found: Iterable[Presence]) -> list[Presence]:
    """Leave out what a later process stands for, and the dead of a run that has ended. Pure."""
    ordered = sorted(found, key=lambda one: (one.file.service, one.file.started))
    runs = [one.file.started for one in ordered if one.file.service == RUN and not one.dead]
    return [
        one
        for number, one in enumerate(ordered)
        if not _of_ended_run(one, runs)
        and not any(
            later.file.service == one.file.service and later.file.started > one.seen
            for later in ordered[number + 1 :]
        )
    ]


def _of_ended_run(one: Presence, runs: Iterable[datetime]) -> bool:
    """Whether a process is dead and no run lives that would start it again."""
    if not one.dead:
        return False
    return one.file.service == RUN or (
        one.file.of_run and not any(run <= one.file.started for run in runs)
    )
