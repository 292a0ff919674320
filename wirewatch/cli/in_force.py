"""What commands about stories go by: the configuration that a running wirewatch goes by."""

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from wirewatch.config import Config
from wirewatch.config.last_good import ConfigInForce, load_in_force
from wirewatch.config.report import lines


def config_in_force(
    folder: Path, environment: Mapping[str, str], *, secrets: Collection[str]
) -> Config:
    """Load the configuration; if it has faults, the last good one, which standard error tells.

    Raises `ConfigError` if there is none.
    """
    found = load_in_force(folder, environment, secrets=secrets)
    for text in stand_in(found):
        sys.stderr.write(f"wirewatch: {text}\n")
    return found.config


def stand_in(found: ConfigInForce) -> list[str]:
    """Return the faults, and what is in force in their place; nothing if there are none."""
    if found.faults is None or found.since is None:
        return []
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    instead = f"what was good on {since} is in force until this is mended, here and in `run`"
    return [*lines(found.faults), instead]
