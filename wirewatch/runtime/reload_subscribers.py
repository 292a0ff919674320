"""Edited subscribers, put into force while `deliver` runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from connectors.delivery.sinks.subscriber import Subscriber
from connectors.polling.list_edits import Edits
from streams.model.watch import Watch
from wirewatch.config import FEEDS, FILES, SUBSCRIBERS, Config, load
from wirewatch.runtime.reload import changes, gone

log = structlog.get_logger()


@dataclass
class EditedSubscribers:
    """The subscribers, and the watches that they may name. `own` tells that there is a file."""

    folder: Path
    environment: Mapping[str, str]
    subscribers: Sequence[Subscriber]
    own: bool
    edits: Edits[Subscriber]
    watches: tuple[Watch, ...] = ()
    """Those of now: their subscribers hear when sources are missing."""
    name: str = "subscribers"

    def paths(self) -> Iterable[Path]:
        """Return the files that subscribers are in or speak of."""
        yield from (self.folder / name for name in FILES if name != FEEDS)

    def load(self) -> Config:
        """Read them. Raises `ConfigError`."""
        loaded = load(self.folder, self.environment, without={FEEDS}, secrets={SUBSCRIBERS})
        if self.own and SUBSCRIBERS not in loaded.files:
            raise gone(SUBSCRIBERS)
        return loaded

    def take(self, loaded: Config) -> None:
        """Put them into force."""
        differ = changes(self.subscribers, loaded.subscribers)
        self.subscribers = loaded.subscribers
        self.watches = loaded.watches
        self.own = self.own or SUBSCRIBERS in loaded.files
        if differ:
            count = len(loaded.subscribers)
            log.info("subscribers_reloaded", **differ.told(), subscribers=count)
            self.edits.put(loaded.subscribers)
