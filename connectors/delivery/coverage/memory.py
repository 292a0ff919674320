"""What coverage remembers over a restart: the outages that are open, and who brought what.

`coverage.json` has the outages and when all was last looked at, `coverage-sources.json` when each
feed last brought something to each watch.
"""

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.delivery.coverage.decision import BROUGHT_DAYS, CoverageState
from connectors.kept_file import read_kept

STATE, SOURCES = "coverage.json", "coverage-sources.json"

Brought = dict[str, dict[str, datetime]]
"""By watch and feed, when it last brought something."""


def read_state(folder: Path) -> CoverageState:
    """Return what was open at the last look; nothing if that isn't known."""
    lost = "which sources were missed: those missed now are told of once more"
    return read_kept(folder / STATE, CoverageState, lost=lost) or CoverageState()


def read_brought(folder: Path) -> Brought:
    """Return who brought what to whom; nothing if that isn't known."""
    lost = "which feeds brought stories to which watch: it is learnt anew"
    return read_kept(folder / SOURCES, Brought, lost=lost) or {}


def write_state(folder: Path, state: CoverageState) -> None:
    """Remember a state."""
    _write(folder / STATE, msgspec.json.encode(state))


def write_brought(folder: Path, brought: Brought, now: datetime) -> None:
    """Remember who brought what of late."""
    of_late = {
        watch: {feed: at for feed, at in feeds.items() if now - at <= BROUGHT_DAYS}
        for watch, feeds in brought.items()
    }
    _write(folder / SOURCES, msgspec.json.encode(of_late))


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a disk that takes nothing must end nobody."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
