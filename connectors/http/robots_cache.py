"""The robots.txt of each site, asked for once a day."""

import time
from collections import OrderedDict
from urllib.parse import urljoin

import aiohttp

from connectors.http.fetch import Failed, Limits, Page, fetch
from connectors.http.robots import ROBOTS_BYTES, Rules, rules

LIMITS = Limits(seconds=15.0, body_bytes=4 * ROBOTS_BYTES)
KEPT_SECONDS = 24 * 3600.0
AWAY_SECONDS = 600.0
"""How long a site whose robots.txt can't be had is left alone."""
MOST = 2_000
"""Sites remembered."""
FORBIDDEN = "its robots.txt forbids it"
AWAY = "its robots.txt can't be had now"


class Sites:
    """What sites allow, as far as it has been asked."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Take the session to ask with."""
        self._session = session
        self._known: OrderedDict[str, tuple[float, Rules | None]] = OrderedDict()

    async def may(self, url: str) -> str | None:
        """Return why an address may not be fetched: `FORBIDDEN` or `AWAY`; `None` if it may."""
        found = await self._rules(url)
        if found is None:
            return AWAY
        return None if found.allow(url) else FORBIDDEN

    def pause(self, url: str) -> float:
        """Return the seconds that the site wants between two requests, as far as is known."""
        _, found = self._known.get(urljoin(url, "/robots.txt"), (0.0, None))
        return found.pause if found else 0.0

    async def _rules(self, url: str) -> Rules | None:
        """Return the site's rules; `None` when it can't be known what they are, so nothing goes."""
        place = urljoin(url, "/robots.txt")
        until, found = self._known.get(place, (0.0, None))
        now = time.monotonic()
        if now < until:
            return found
        found = _read(await fetch(self._session, place, limits=LIMITS))
        kept = KEPT_SECONDS if found else AWAY_SECONDS
        self._known[place] = (now + kept, found)
        self._known.move_to_end(place)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found


def _read(fetched: object) -> Rules | None:
    """Read the answer by RFC 9309: not there means all may be had, a fault means nothing."""
    match fetched:
        case Page():
            return rules(fetched.body)
        case Failed(status=int(status)) if 400 <= status < 500 and status != 429:
            return Rules()
    return None
