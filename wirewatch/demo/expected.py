"""What the sample stories must be tagged with, and which of them alert: `expected.toml`."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("expected.toml")


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One sample story. `main` are exactly its main countries.

    `pairs` are `between` pairs that must be found, best first; `topics` are exactly those
    scored 0.5 or more.
    A hard negative, a story that nearly alerts, says in `why` what it must not be taken for.
    """

    headline: str
    main: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    alerts: bool = False
    why: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    story: tuple[Expected, ...]


@cache
def expected() -> tuple[Expected, ...]:
    """Give what is expected of every sample story."""
    decoded: Any = msgspec.toml.decode(FILE.read_bytes(), type=_File)
    stories: tuple[Expected, ...] = decoded.story
    return stories


def expected_headlines() -> frozenset[str]:
    """Give the headlines that must alert; no other may."""
    return frozenset(story.headline for story in expected() if story.alerts)
