"""What the sample stories must be tagged with, and which of them alert: `expected.toml`."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

FILE = Path(__file__).with_name("expected.toml")


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """One sample story. `main` are exactly its main countries.

    `pairs` are `between` pairs that must be found, best first; `topics` are exactly its
    main ones.
    Stories that report one event name it.
    A hard negative, a story that nearly alerts, says in `why` what it must not be taken for.
    """

    headline: str
    main: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    alerts: bool = False
    event: str = ""
    why: str = ""

    @property
    def told(self) -> str:
        """What the story tells of: stories of one event raise one alert together."""
        return self.event or self.headline


class _ExpectedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    story: tuple[Expected, ...]


@cache
def expected() -> tuple[Expected, ...]:
    """Return what is expected of every sample story."""
    decoded: Any = msgspec.toml.decode(FILE.read_bytes(), type=_ExpectedFile)
    stories: tuple[Expected, ...] = decoded.story
    return stories


def expected_alerts() -> dict[str, str]:
    """Return the headlines that may open an alert, each with the event that it tells of."""
    return {story.headline: story.told for story in expected() if story.alerts}
