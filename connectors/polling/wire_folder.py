"""The wire files that are in a folder now."""

import errno
import os
import stat
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
    inode: tuple[int, int] = (0, 0)
    """Its device and number there: what is read must be what was listed."""


def wire_files(folder: Path) -> list[WireFile]:
    """Return the files under a folder, oldest first; none that is hidden, a link or unfinished.

    Raises `OSError` when the folder itself can't be read.
    """
    os.scandir(folder).close()
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or name.lower().endswith(UNFINISHED):
                continue
            try:
                known = path.lstat()
            except OSError:  # gone since
                continue
            if stat.S_ISREG(known.st_mode):
                mark = f"{known.st_mtime_ns} {known.st_size}"
                inside = _storable(path.relative_to(folder).as_posix())
                inode = (known.st_dev, known.st_ino)
                found.append(WireFile(inside, mark, path, known.st_size, known.st_mtime, inode))
    return sorted(found, key=lambda file: (file.written, file.name))


def read_file(file: WireFile, most: int) -> bytes:
    """Return what is in a file: at most so many bytes and one. Raises `OSError`.

    Where another file, a link or a pipe was put since it was listed, nothing is read: a link could
    lead to any file that this program may read.
    """
    # A pipe that nobody writes to would be waited for.
    opened = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as body:
        found = os.fstat(opened)
        if (found.st_dev, found.st_ino) != file.inode or not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ESTALE, "it is another file than a moment ago")
        return body.read(most + 1)


def _storable(name: str) -> str:
    """Return a file's name as text: in a folder it may be of any bytes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
