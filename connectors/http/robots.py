"""What publishers allow: robots.txt, X-Robots-Tag and its like in a page. Pure, but for Protego."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

from protego import Protego

NAME = "wirewatch"
"""What we are called in robots.txt and robots tags."""
ROBOTS_BYTES = 512 * 1024
"""Of a robots.txt; the rest is passed over, as RFC 9309 lets us."""
SLOWEST = 60.0
"""Seconds between two requests that a robots.txt may ask for; one that asks more gets these."""
DENIED = frozenset(("noarchive", "noindex", "none"))
"""Robots tags by which a page may not be kept or searched."""
_NAMED = re.compile(r"\s*([\w-]+)\s*:\s*(.*)", re.DOTALL)
_VALUED = frozenset(("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"))


@dataclass(frozen=True)
class Rules:
    """What the robots.txt of a site says. No `robots` means: all is allowed."""

    robots: Protego | None = None

    def allow(self, url: str) -> bool:
        """Say whether we may fetch an address of the site."""
        return self.robots is None or self.robots.can_fetch(url, NAME)

    @property
    def pause(self) -> float:
        """The seconds to leave between two requests, as far as the site says."""
        asked = float((self.robots.crawl_delay(NAME) if self.robots else None) or 0.0)
        return 0.0 if isnan(asked) else min(max(asked, 0.0), SLOWEST)


def rules(body: bytes) -> Rules:
    """Read a robots.txt."""
    return Rules(Protego.parse(body[:ROBOTS_BYTES].decode("utf-8", "replace")))


def denied(tags: Iterable[str]) -> str | None:
    """Return the word by which robots tags forbid to keep a page, if one of them does.

    A tag may be for one robot alone: `googlebot: noarchive` is not for us.
    """
    words = (word for tag in tags for word in re.split(r"[,\s]+", _for_us(tag).lower()))
    return next((word for word in words if word in DENIED), None)


def _for_us(tag: str) -> str:
    """Return what a tag says to us, nothing if it is for another robot alone."""
    named = _NAMED.fullmatch(tag)
    if named is None or named[1].lower() in _VALUED:
        return tag
    return named[2] if named[1].lower() in (NAME, "robots") else ""
