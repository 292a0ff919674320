"""Edited watches, put into force while `work` or `archive` runs."""

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
from wirewatch.runtime.parent_run import has_parent_run
from wirewatch.runtime.reload import changes, gone

EXAMPLES_CHANGED = (
    "examples of topics changed: run `wirewatch topics train`, then restart `work` or `run`"
)

NAMED = 5
"""Watches that are named; the others are counted."""

log = structlog.get_logger()


def warn_of_untold_spikes(config: Config) -> None:
    """Say that a run tells no spikes of the watches that ask for them: it has no archive.

    On an operator's own Kafka another process may fill one.
    """
    asking = [one.id for one in config.watches if one.spikes]
    if asking and has_parent_run() and not config.settings.archive_enabled:
        more = f" and {len(asking) - NAMED} more" if len(asking) > NAMED else ""
        named = ", ".join(asking[:NAMED]) + more
        because = f"spikes wanted by {named} are never told, since the archive that counts is off"
        remedy = "set enabled = true under [archive] in wirewatch.toml and restart"
        log.warning("spikes_never_told", because=f"{because}: {remedy}")


@dataclass
class EditedWatches:
    """The watches, and all that they may name. The feeds are none of their business.

    `live` is what stories are held against, where they are.
    """

    folder: Path
    environment: Mapping[str, str]
    loaded: Config
    live: LiveWatches | None = None
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
        differ = changes(self.loaded.watches, loaded.watches)
        if differ:
            if self.live is not None:
                self.live.now = Watches(loaded.watches)
            log.info("watches_reloaded", **differ.told(), watches=len(loaded.watches))
            warn_of_untold_spikes(loaded)
        if self.live is not None:
            self._tell_what_needs_a_restart(loaded)
        self.loaded = loaded

    def _tell_what_needs_a_restart(self, loaded: Config) -> None:
        if (loaded.topics, loaded.offices) != (self.loaded.topics, self.loaded.offices):
            log.warning("restart_needed", because="topics or office holders of your own changed")
        if loaded.examples != self.loaded.examples:
            log.warning("restart_needed", because=EXAMPLES_CHANGED)
