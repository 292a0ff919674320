"""The wire files that are in a folder now."""

import os
from pathlib import Path
from typing import NamedTuple

UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".swp")


class WireFile(NamedTuple):
    """A file to read: by its path within the folder, or its address; `mark` is what is known."""

    name: str
    mark: str
    path: Path = Path()
    size: int = 0
    written: float = 0.0


def wire_files(folder: Path) -> list[WireFile]:
    """Give the files under a folder, oldest first; none that is hidden, a link or unfinished.

    Raises `OSError` when the folder itself can't be read.
    """
    os.scandir(folder).close()
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or name.lower().endswith(UNFINISHED) or path.is_symlink():
                continue
            try:
                stat = path.stat()
            except OSError:  # gone since
                continue
            if path.is_file():
                mark = f"{stat.st_mtime_ns} {stat.st_size}"
                inside = _storable(path.relative_to(folder).as_posix())
                found.append(WireFile(inside, mark, path, stat.st_size, stat.st_mtime))
    return sorted(found, key=lambda file: (file.written, file.name))


def _storable(name: str) -> str:
    """Give a file's name as text: in a folder it may be of any bytes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
