"""Edited files come into force while a service runs, or are refused as `wirewatch check` would."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import structlog

from connectors.background import in_thread
from wirewatch.config import ConfigError, Fault, report
from wirewatch.config.last_good import GONE

log = structlog.get_logger()

LOOK_SECONDS = 1.0
TOLD = 5
"""Ids told in the log."""

EMPTY = "it is empty, so what was there stays in force; if that is meant, leave a comment in it"

Prints = Mapping[Path, tuple[int, int, int]]
"""Of each file that is there: its inode, size and time of change."""
LoadedT = TypeVar("LoadedT")


class Named(Protocol):
    """What has an id, and can be compared."""

    @property
    def id(self) -> str:
        """What tells it from others."""
        ...


@dataclass(frozen=True)
class Changes:
    """How a list differs from the one before, by id."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether they differ at all."""
        return bool(self.added or self.removed or self.changed)

    def told(self) -> dict[str, list[str]]:
        """Return the ids for the log: the first few of each, and how many more there are."""
        return {name: list(_few(ids)) for name, ids in vars(self).items()}


def _few(ids: Sequence[str]) -> Iterator[str]:
    yield from ids[:TOLD]
    if len(ids) > TOLD:
        yield f"and {len(ids) - TOLD:,} more"


def changes(before: Iterable[Named], after: Iterable[Named]) -> Changes:
    """Compare a list with the one before."""
    old = {one.id: one for one in before}
    new = {one.id: one for one in after}
    return Changes(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in new if name in old and new[name] != old[name]),
    )


def gone(file: str) -> ConfigError:
    """Return the fault of a file that was there before: what ships isn't what was meant."""
    return ConfigError((Fault(file, 0, GONE),))


class ReloadedPart(Protocol[LoadedT]):
    """What a service has of the configuration, and may get anew."""

    name: str
    """What the log calls it."""

    def paths(self) -> Iterable[Path]:
        """Return the files that it is in, there or not."""
        ...

    def load(self) -> LoadedT:
        """Read it. In a thread of its own. Raises `ConfigError`."""
        ...

    def take(self, loaded: LoadedT) -> None:
        """Put it into force."""
        ...


class Reloader(Generic[LoadedT]):
    """Looks at the files of a part, and puts into force what was edited.

    A file is read once it has lain still between two looks: an editor may be half way through it.
    """

    def __init__(
        self,
        part: ReloadedPart[LoadedT],
        keep: Callable[[], object] | None = None,
        *,
        broken: bool = False,
    ) -> None:
        """Start with the files as they were loaded, or `broken` as they are.

        `keep` is called in a thread of its own once something came into force.
        """
        self._broken = broken
        self._part = part
        self._keep = keep
        self._read = self._seen = prints(part.paths())

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
            with self._kept():
                if await in_thread(self._is_edited):
                    self._take(await in_thread(self._part.load))
                    if self._keep is not None:
                        await in_thread(self._keep)

    def look(self) -> None:
        """Look once."""
        with self._kept():
            if self._is_edited():
                self._take(self._part.load())

    def _take(self, loaded: LoadedT) -> None:
        """Put it into force; one that changes nothing is told of too, if a fault went before."""
        self._part.take(loaded)
        if self._broken:
            self._broken = False
            log.info(f"{self._part.name}_mended")

    def _is_edited(self) -> bool:
        """Say whether the files are others than those read, and lie still."""
        before, self._seen = self._seen, prints(self._part.paths())
        if self._seen != before or self._seen == self._read:
            return False
        self._read = self._seen
        self._refuse_empty()
        return True

    def _refuse_empty(self) -> None:
        """Refuse a file of nothing: a full disk makes such, and some editors for a moment."""
        empty = [path for path, (_, size, _) in self._read.items() if size == 0]
        if faults := [Fault(path.name, 0, EMPTY) for path in empty if path.suffix == ".toml"]:
            raise ConfigError(tuple(faults))

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Tell why what is in force stays so."""
        try:
            yield
        except ConfigError as error:
            self._broken = True
            log.warning(f"{self._part.name}_kept", **report.told(error))
        except Exception:  # a fault of ours must not end the looking
            log.exception("reload_failed", of=self._part.name)


def prints(paths: Iterable[Path]) -> Prints:
    """Tell files as they are now apart from those of another time."""
    found = {}
    for path in paths:
        try:
            stat = os.stat(path)
        except OSError:
            continue
        found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found
