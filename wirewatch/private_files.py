"""Files and folders that only their owner may read, whatever the umask says."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

log = structlog.get_logger()

OTHERS = stat.S_IRWXG | stat.S_IRWXO
UMASK = OTHERS
"""Takes all rights of others from whatever is made."""


def make_folder(folder: Path) -> None:
    """Make a folder that is its owner's alone; its parents are as others make them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    close_to_others([folder])


def write(path: Path, text: str) -> None:
    """Write a file for its owner's eyes alone: whole or not at all, and on the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_new(path: Path, text: str) -> None:
    """Write a file as `write` does, but leave one that is there: of several writers one counts."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    write(aside, text)
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


OWN_FOLDERS = ("kafka", "work")
"""What is gone through in a data folder: it may be one with other things in it."""


def take_over(data: Path, own: Iterable[str] = OWN_FOLDERS) -> None:
    """Make a data folder its owner's alone: what is made from now on, and what is there already.

    What can't be changed, since it is another user's, is told.
    """
    os.umask(UMASK)
    make_folder(data)
    close_to_others(path for path in data.iterdir() if not path.is_dir())
    for name in own:
        close_to_others(_all_in(data / name))


def close_to_others(paths: Iterable[Path]) -> None:
    """Take all rights of others from files and folders; links are left alone."""
    for path in paths:
        try:
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode) and mode & OTHERS:
                path.chmod(stat.S_IMODE(mode) & ~OTHERS)
        except FileNotFoundError:
            continue  # gone meanwhile
        except OSError as error:
            log.warning("readable_by_others", path=str(path), error=error.strerror)


def _all_in(folder: Path) -> Iterator[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return
    yield folder
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent) / name for name in (*folders, *files))
