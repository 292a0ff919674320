"""Edited settings, which no service can take up while it runs: it says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from wirewatch.config import FEEDS, SUBSCRIBERS, WATCHES, Settings, load
from wirewatch.config.tables import SETTINGS
from wirewatch.runtime.reload import gone

log = structlog.get_logger()


@dataclass
class EditedSettings:
    """The settings of `wirewatch.toml`, with those of the environment over them."""

    folder: Path
    environment: Mapping[str, str]
    in_force: Settings
    """What this service started with."""
    own: bool = False
    """Whether there was a file."""
    name: str = "settings"

    def paths(self) -> Iterable[Path]:
        """Return the one file that settings are in."""
        yield self.folder / SETTINGS

    def load(self) -> Settings:
        """Read them. Raises `ConfigError`."""
        without = {FEEDS, WATCHES, SUBSCRIBERS}
        loaded = load(self.folder, self.environment, without=without)
        if self.own and SETTINGS not in loaded.files:
            raise gone(SETTINGS)
        return loaded.settings

    def take(self, loaded: Settings) -> None:
        """Say which of them would be others after a restart."""
        changed = [
            info.encode_name
            for info in msgspec.structs.fields(Settings)
            if getattr(loaded, info.name) != getattr(self.in_force, info.name)
        ]
        if changed:
            because = f"{SETTINGS} was edited: it takes effect after a restart"
            log.warning("restart_needed", because=because, settings=changed)
