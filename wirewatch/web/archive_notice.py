"""What a page says while the archive lacks what came to Kafka of late: it would look like quiet."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from wirewatch.archive.caught_up import NEVER, caught_up_at
from wirewatch.archive.room import free_bytes, too_full
from wirewatch.runtime.presence import presences
from wirewatch.runtime.run import ARCHIVE
from wirewatch.web.wording import short

BEHIND = timedelta(minutes=1)
"""How old what is shown may be: the archive looks every quarter of that whether it has all."""
KEPT_SECONDS = 1.0
"""For so long what was found is good for all pages."""


@dataclass(frozen=True, kw_only=True)
class ArchiveStanding:
    """What is known of an archive without asking Kafka."""

    caught_up: datetime | None
    """Up to when it has all, if that is known."""
    is_filled: bool
    """Whether its service runs."""
    too_full: str | None
    """Why it can't be written, if the disk has too little room."""


def notice(found: ArchiveStanding, now: datetime) -> str:
    """Return what to say of it; empty if it has all. Pure."""
    since = found.caught_up
    if since is None or now - since <= BEHIND:
        return ""
    if since == NEVER:
        told = "The archive is just being filled: what isn't in it yet isn't shown here."
    else:
        at = short(since, now)
        told = f"The archive is behind since {at}: what came since isn't shown here."
    if found.too_full is not None:
        return f"{told} The disk is too full for it: {found.too_full}."
    if not found.is_filled and since != NEVER:
        return f"{told} Nothing fills it: see whether `wirewatch run` or `archive run` runs."
    return told


def standing(data: Path, free: Callable[[Path], int] = free_bytes) -> ArchiveStanding:
    """Return how the archive of a data folder stands."""
    alive = {one.file.service for one in presences(data) if not one.dead}
    try:
        full = too_full(free(data))
    except OSError:  # the folder is gone: that there is no archive is told without us
        full = None
    return ArchiveStanding(caught_up=caught_up_at(data), is_filled=ARCHIVE in alive, too_full=full)


class ArchiveNotice:
    """What all pages say of the archive, looked at when one is asked for."""

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        """Nothing is looked at yet."""
        self._data = data
        self._now = now
        self._known = (-KEPT_SECONDS, "")

    def __call__(self) -> str:
        """Return it; empty if there is nothing to say."""
        at, text = self._known
        if time.monotonic() - at >= KEPT_SECONDS:
            text = notice(standing(self._data), self._now())
            self._known = time.monotonic(), text
        return text
