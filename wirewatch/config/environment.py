"""The environment, with what a command line says put over it."""

import os
from pathlib import Path


def environment(kafka: str | None, data: Path | None) -> dict[str, str]:
    """Return the environment with what the command line says put over it."""
    given = dict(os.environ)
    if kafka is not None:
        given["WIREWATCH_KAFKA"] = kafka
    if data is not None:
        given["WIREWATCH_DATA"] = str(data.resolve())
    return given
