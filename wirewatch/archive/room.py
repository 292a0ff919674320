"""The room on the disk that the archive leaves to Kafka."""

import shutil
from pathlib import Path

LEAST_FREE = 500_000_000
"""Bytes left for Kafka on the disk: with fewer, the archive isn't written."""


def free_bytes(folder: Path) -> int:
    """Return the room on the disk of a folder."""
    return shutil.disk_usage(folder).free


def too_full(free: int) -> str | None:
    """Return why nothing is to be written, if the disk has too little room."""
    if free >= LEAST_FREE:
        return None
    return f"{free / 10**6:,.0f} MB are free, and {LEAST_FREE / 10**6:,.0f} left for Kafka"
