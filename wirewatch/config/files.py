"""Where the text of configuration files comes from: the disk, or what was kept of it."""

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol


class UnreadableError(Exception):
    """Something is there, but it can't be read. The message says why."""


class NotAFileError(UnreadableError):
    """It is a folder, or something else that isn't a file."""


class Files(Protocol):
    """Reads files."""

    def read(self, path: Path, most: int = -1) -> bytes | None:
        """Return the first `most` bytes of a file, all if negative; `None` if none is there.

        Raises `UnreadableError`.
        """
        ...

    def ending(self, folder: Path, ending: str) -> list[Path]:
        """Return the paths of a folder's files whose names end so, in order."""
        ...


class Disk:
    """Files as they are now. Remembers what it gave."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self.seen: dict[str, bytes] = {}

    def read(self, path: Path, most: int = -1) -> bytes | None:
        """Return what a file holds."""
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise NotAFileError("this is not a file")
            with path.open("rb") as file:
                data = file.read(most)
        except FileNotFoundError:
            if path.is_symlink():
                raise UnreadableError("a link to a file that is not there") from None
            return None
        except OSError as error:
            raise UnreadableError(f"can't be read: {error.strerror}") from None
        self.seen[key(path)] = data
        return data

    def ending(self, folder: Path, ending: str) -> list[Path]:
        """Return the paths of a folder's files whose names end so."""
        return sorted(folder.glob(f"*{ending}"))


class Kept:
    """Files as they were: all of them, or some beside others as they are now."""

    def __init__(self, kept: Mapping[str, bytes], stale: Collection[Path] | None = None) -> None:
        """Return what was `kept` of all files, or of the `stale` alone."""
        self._kept = kept
        self._stale = None if stale is None else {key(path) for path in stale}
        self._disk = Disk()

    def read(self, path: Path, most: int = -1) -> bytes | None:
        """Return what a file held."""
        if self._stale is not None and key(path) not in self._stale:
            return self._disk.read(path, most)
        return self._kept.get(key(path))

    def ending(self, folder: Path, ending: str) -> list[Path]:
        """Return the paths of a folder's files whose names end so."""
        kept = {Path(path) for path in self._kept if Path(path).parent == Path(key(folder))}
        found = {path for path in kept if path.name.endswith(ending)}
        if self._stale is not None:
            there = {Path(key(path)) for path in self._disk.ending(folder, ending)}
            found = there | {path for path in found if key(path) in self._stale}
        return sorted(found)


def key(path: Path) -> str:
    """Return what tells a file from others, wherever a program was started."""
    return os.path.abspath(path)
