"""An edited list of feeds, put into force while `poll` runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.polling.feed import Feed
from connectors.polling.feed_edits import Edits
from wirewatch.config import FEEDS, load_feeds
from wirewatch.runtime.reload import changes, gone

log = structlog.get_logger()


@dataclass
class EditedFeeds:
    """The list of feeds. `own` tells that it isn't the one that ships."""

    folder: Path
    environment: Mapping[str, str]
    feeds: Sequence[Feed]
    own: bool
    edits: Edits
    name: str = "feeds"

    def paths(self) -> Iterable[Path]:
        """Return the one file that feeds are in."""
        yield self.folder / FEEDS

    def load(self) -> tuple[Feed, ...] | None:
        """Read them; `None` where there is still no list of one's own. Raises `ConfigError`."""
        loaded = load_feeds(self.folder, self.environment)
        if loaded is None and self.own:
            raise gone(FEEDS)
        return loaded

    def take(self, loaded: tuple[Feed, ...] | None) -> None:
        """Put them into force."""
        if loaded is None:
            return
        differ = changes(self.feeds, loaded)
        self.feeds, self.own = loaded, True
        if differ:
            log.info("feeds_reloaded", **differ.told(), feeds=len(loaded))
            self.edits.put(loaded)
