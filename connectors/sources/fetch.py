"""Fetch a page: politely, within limits, and always with an answer.

Conditional (ETag and Last-Modified go back byte for byte), at most 5 redirects, 30 s and
15 MiB of unpacked body; whatever goes wrong comes back as a `Failed` with a plain reason.
"""

from dataclasses import dataclass

import aiohttp

from connectors.dial import RefusedError
from streams.feed_health import FeedState

MAX_REDIRECTS = 5
CHUNK = 64 * 1024
NOT_MODIFIED = 304


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one fetch may take."""

    seconds: float = 30.0
    connect_seconds: float = 10.0
    body_bytes: int = 15 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What a server gave to ask with next time."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that make a request conditional."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that came. `url` is where it came from in the end."""

    body: bytes
    url: str
    content_type: str
    validators: Validators


@dataclass(frozen=True)
class NotModified:
    """The page is as it was."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No page. `after` is the seconds that the server asked to be left alone."""

    state: FeedState
    reason: str
    after: float | None = None


Fetched = Page | NotModified | Failed

LIMITS = Limits()


async def fetch(
    session: aiohttp.ClientSession, url: str, known: Validators, limits: Limits = LIMITS
) -> Fetched:
    """Fetch a page. Reasons hold no address: it may hold a secret."""
    timeout = aiohttp.ClientTimeout(total=limits.seconds, sock_connect=limits.connect_seconds)
    try:
        async with session.get(
            url, headers=known.headers, timeout=timeout, max_redirects=MAX_REDIRECTS
        ) as response:
            return await _read(response, limits)
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, RefusedError):
            return Failed(state=FeedState.REFUSED, reason=str(error.os_error))
        return _unreachable(f"no connection: {error.os_error.strerror or error.os_error}")
    except aiohttp.TooManyRedirects:
        return Failed(state=FeedState.HTTP_ERROR, reason=f"more than {MAX_REDIRECTS} redirects")
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        return Failed(state=FeedState.HTTP_ERROR, reason="leads to an address that is no URL")
    except TimeoutError:
        return _unreachable(f"not done after {limits.seconds:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # ValueError: a header or an encoding that aiohttp can't read.
        return _unreachable(f"a broken answer: {type(error).__name__}")


async def _read(response: aiohttp.ClientResponse, limits: Limits) -> Fetched:
    if response.status == NOT_MODIFIED:
        return NotModified()
    if not response.ok:
        return Failed(
            state=FeedState.HTTP_ERROR,
            reason=f"the server says {response.status} {response.reason or ''}".strip(),
            after=_seconds(response.headers.get("Retry-After")),
        )
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > limits.body_bytes:
            reason = f"more than {limits.body_bytes // 1024} KiB"
            return Failed(state=FeedState.TOO_LARGE, reason=reason)
    return Page(
        body=bytes(body),
        url=str(response.url),
        content_type=response.headers.get("Content-Type", ""),
        validators=Validators(
            etag=response.headers.get("ETag"), last_modified=response.headers.get("Last-Modified")
        ),
    )


def _unreachable(reason: str) -> Failed:
    return Failed(state=FeedState.UNREACHABLE, reason=reason)


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and header.isdecimal() else None
