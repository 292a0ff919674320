"""Edited watches come into force while a worker runs, or are refused as `wirewatch check` would."""

import asyncio
import os
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from streams.app.settings import LiveWatches
from streams.match import Watches
from streams.watch import Watch
from wirewatch.config import FILES, WATCHES, Config, ConfigError, load, report
from wirewatch.config.offices import FILE as OFFICES
from wirewatch.config.topics import FOLDER

log = structlog.get_logger()

LOOK_SECONDS = 1.0
TOLD = 5
"""Faults told in the log; `wirewatch check` has them all."""

Prints = Mapping[str, tuple[int, int, int]]
"""Of each configuration file that is there: its inode, size and time of change."""


@dataclass(frozen=True)
class Changes:
    """How watches differ from those before, by id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether they differ at all."""
        return bool(self.added or self.removed or self.changed)


def changes(before: Iterable[Watch], after: Iterable[Watch]) -> Changes:
    """Compare watches with those before."""
    old = {watch.id: watch for watch in before}
    new = {watch.id: watch for watch in after}
    return Changes(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in new if name in old and new[name] != old[name]),
    )


@dataclass
class Reloader:
    """Looks at the configuration's files, and puts edited watches into force.

    A file is read once it has lain still between two looks: an editor may be half way through it.
    """

    folder: Path
    environment: Mapping[str, str]
    loaded: Config
    live: LiveWatches

    def __post_init__(self) -> None:
        """Start with the files as they were loaded."""
        self._read = self._seen = prints(self.folder)

    async def beside(self, work: Awaitable[None]) -> None:
        """Look every second while something else goes on."""
        looking = asyncio.create_task(self._look_again())
        try:
            await work
        finally:
            looking.cancel()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Look once."""
        before, self._seen = self._seen, prints(self.folder)
        if self._seen != before or self._seen == self._read:
            return
        self._read = self._seen
        try:
            self._take(load(self.folder, self.environment))
        except ConfigError as error:
            *told, count = report.lines(error)
            log.warning("watches_kept", because=told[:TOLD], faults=count.partition(";")[0])

    def _take(self, loaded: Config) -> None:
        if WATCHES in self.loaded.files and WATCHES not in loaded.files:
            gone = f"{WATCHES} is gone: put it back, or restart to go by the one that ships"
            log.warning("watches_kept", because=[gone])
            return
        differ = changes(self.live.now.all, loaded.watches)
        if differ:
            self.live.now = Watches(loaded.watches)
            log.info(
                "watches_reloaded",
                added=list(differ.added),
                removed=list(differ.removed),
                changed=list(differ.changed),
                watches=len(loaded.watches),
            )
        if (loaded.topics, loaded.offices) != (self.loaded.topics, self.loaded.offices):
            log.warning("restart_needed", because="topics or office holders of your own changed")
        self.loaded = loaded


def prints(folder: Path) -> Prints:
    """Tell the files of a configuration folder as they are now apart from those of another time."""
    paths = [*(folder / name for name in FILES), folder / OFFICES]
    paths += sorted((folder / FOLDER).glob("*.toml"))
    found = {}
    for path in paths:
        try:
            stat = os.stat(path)
        except OSError:
            continue
        found[str(path)] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found
