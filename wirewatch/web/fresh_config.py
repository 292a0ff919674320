"""The configuration as its files say now, looked at when somebody asks."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from wirewatch.config import FILES, Config, ConfigError
from wirewatch.config.last_good import load_in_force
from wirewatch.config.tables import SETTINGS

log = structlog.get_logger()

LOOK_SECONDS = 2.0
"""For so long the files aren't looked at again."""


class FreshConfig:
    """What a running wirewatch goes by: edits take effect, faults don't."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        first: Config,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with what was loaded at the start."""
        self._folder = folder
        self._environment = environment
        self._config = first
        self._clock = clock
        self._looking = threading.Lock()
        self._looked = clock()
        self._prints = self._printed()

    def __call__(self) -> Config:
        """Return the configuration. Reads files at times."""
        with self._looking:
            if self._clock() - self._looked >= LOOK_SECONDS:
                self._look()
                self._looked = self._clock()
            return self._config

    def _look(self) -> None:
        prints = self._printed()
        if prints == self._prints:
            return
        self._prints = prints
        try:
            found = load_in_force(self._folder, self._environment, secrets={SETTINGS})
        except (ConfigError, OSError) as error:
            log.warning("configuration_not_read", error=str(error))
            return
        self._config = found.config

    def _printed(self) -> list[tuple[int, int, int] | None]:
        return [_printed(self._folder / name) for name in FILES]


def _printed(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
