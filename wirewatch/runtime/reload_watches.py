"""Edited watches, put into force while `work` runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from streams.matching.match import Watches
from streams.worker.settings import LiveWatches
from wirewatch.config import FEEDS, FILES, WATCHES, Config, load
from wirewatch.config.examples import ENDING
from wirewatch.config.offices import FILE as OFFICES
from wirewatch.config.topics import FOLDER
from wirewatch.runtime.reload import changes, gone

EXAMPLES_CHANGED = (
    "examples of topics changed: run `wirewatch topics train`, then restart `work` or `run`"
)

log = structlog.get_logger()


@dataclass
class EditedWatches:
    """The watches, and all that they may name. The feeds are none of their business."""

    folder: Path
    environment: Mapping[str, str]
    loaded: Config
    live: LiveWatches
    name: str = "watches"

    def paths(self) -> Iterable[Path]:
        """Return the files that watches are in or speak of."""
        yield from (self.folder / name for name in FILES if name != FEEDS)
        yield self.folder / OFFICES
        for ending in (".toml", ENDING):
            yield from sorted((self.folder / FOLDER).glob(f"*{ending}"))

    def load(self) -> Config:
        """Read them. Raises `ConfigError`."""
        loaded = load(self.folder, self.environment, without={FEEDS}, secrets=())
        if WATCHES in self.loaded.files and WATCHES not in loaded.files:
            raise gone(WATCHES)
        return loaded

    def take(self, loaded: Config) -> None:
        """Put them into force between two stories."""
        differ = changes(self.live.now.all, loaded.watches)
        if differ:
            self.live.now = Watches(loaded.watches)
            log.info("watches_reloaded", **differ.told(), watches=len(loaded.watches))
        if (loaded.topics, loaded.offices) != (self.loaded.topics, self.loaded.offices):
            log.warning("restart_needed", because="topics or office holders of your own changed")
        if loaded.examples != self.loaded.examples:
            log.warning("restart_needed", because=EXAMPLES_CHANGED)
        self.loaded = loaded
