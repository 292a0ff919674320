"""Asking a hub for something: over redirects, and what its answer means."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import aiohttp

from connectors.websub.protocol import MOST_REDIRECTS, PASSING, sent_on

ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Declined:
    """Why a hub does nothing, without its address. `passing`: it may, if it is asked again."""

    reason: str
    passing: bool = False


async def ask(
    session: aiohttp.ClientSession, hub: str, form: Mapping[str, str], schemes: Collection[str]
) -> Declined | None:
    """Ask a hub, wherever it sends us on to; return why it won't, if so."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    for _ in range(MOST_REDIRECTS + 1):
        try:
            async with session.post(
                hub, data=form, timeout=timeout, allow_redirects=False
            ) as response:
                status, location = response.status, response.headers.get("Location", "")
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
            return Declined(f"hub: {type(error).__name__}", passing=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Declined(f"hub: {type(error).__name__}")
        if 200 <= status < 300:
            return None
        where = sent_on(hub, status, location, schemes)
        if where is None:
            return Declined(f"hub: {status}", passing=status in PASSING)
        hub = where
    return Declined("hub: too many redirects")
