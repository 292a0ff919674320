"""One POST to a receiver, and what its answer means for all kinds of receivers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from connectors.delivery.sinks.outcome import DeliveryOutcome, give_up, retry
from connectors.delivery.sinks.settings import origin
from connectors.http.retry_after import seconds_after
from connectors.http.ssrf_guard import refusal

SECONDS = 15.0
MOST_ANSWER = 64 * 1024
AWAY = (429, 502, 503, 504)
"""Answers that are about the receiver, not about what it was sent."""
UNSURE = (502, 504)
"""Answers of somebody in between, who doesn't know what the receiver did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a receiver said. `after` is how long it wants to be left alone, in seconds."""

    status: int
    body: bytes = b""
    after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether it took what it was sent."""
        return 200 <= self.status < 300


Read = Callable[[Answer], DeliveryOutcome]


async def post_once(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    now: datetime,
    read: Read,
) -> DeliveryOutcome:
    """Post, follow no redirect, and `read` the answer. No reason has more than the host."""
    try:
        async with session.post(
            url,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=SECONDS),
            allow_redirects=False,
        ) as response:
            after = _seconds_after(response.headers.get("Retry-After"), now)
            said = await _beginning(response)
            return read(Answer(status=response.status, body=said, after=after))
    except aiohttp.ClientConnectorError as error:
        if (refused := refusal(error.os_error)) is not None:
            return give_up(f"{origin(url)}: {refused}")
        return retry(f"{origin(url)}: no connection ({error.os_error})", away=True)
    except (aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        return retry(f"{origin(url)}: {type(error).__name__}", away=True)
    except (aiohttp.ClientError, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        reason = f"{origin(url)}: {type(error).__name__}"
        return retry(reason, away=True, maybe_taken=True)


def to_retry(answer: Answer) -> DeliveryOutcome:
    """Say that an answer was no, and that it may be yes later."""
    return retry(
        f"the receiver says {answer.status}",
        after=answer.after,
        away=answer.status in AWAY,
        maybe_taken=answer.status in UNSURE,
    )


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return the first of an answer: whatever breaks now, its status is known."""
    try:
        return await response.content.read(MOST_ANSWER)
    except (aiohttp.ClientError, OSError, TimeoutError, asyncio.IncompleteReadError):
        return b""


def _seconds_after(header: str | None, now: datetime) -> float | None:
    """Read a header that may hold anything: what is no time counts as not there."""
    try:
        return seconds_after(header, now)
    except (ValueError, TypeError, ArithmeticError):
        return None
