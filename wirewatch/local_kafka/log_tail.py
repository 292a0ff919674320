"""The last words of a Kafka that failed: its errors when it logged some, else its last lines."""

from pathlib import Path

LOG = "kafka.log"
OUTPUT = "kafka.out"

_LINES = 12
_BYTES = 64 * 1024
_TELLING = (" ERROR ", " FATAL ", "Caused by:", "Exception", "java.lang.OutOfMemoryError")
_QUIET = (" INFO ", " DEBUG ")
"""An exception in such a line is none that ended anything."""


def log_mark(folder: Path) -> int:
    """How far Kafka's log reaches now, so that later words can be told from earlier ones."""
    try:
        return (folder / LOG).stat().st_size
    except FileNotFoundError:
        return 0


def last_words(folder: Path, mark: int = 0) -> str:
    """What to show a person of what was said since the mark."""
    lines = [*_lines(folder / LOG, mark), *_lines(folder / OUTPUT, 0)]
    telling = [
        line
        for line in lines
        if any(word in line for word in _TELLING) and not any(level in line for level in _QUIET)
    ]
    return "\n".join((telling or lines)[-_LINES:]) or "(nothing)"


def _lines(path: Path, mark: int) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            # Shorter than it was: the file has rolled, and all of it is new.
            start = mark if mark <= size else 0
            file.seek(max(start, size - _BYTES))
            return file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
