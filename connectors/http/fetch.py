"""Fetch a page: with limits on time, size and redirects, and asking only for what is new.

Nothing that a server does gets out of here as an exception: whatever isn't a page comes
back as a `Failed` with a plain reason, which holds no address: it may hold a secret.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from connectors.http.body import start, whole
from connectors.http.challenge_pages import LOOKED_AT, challenger
from connectors.http.fetch_faults import FAULTS, fault, is_ours
from connectors.http.header_text import header_text
from connectors.http.origin import at_home
from connectors.http.retry_after import fresh_for, seconds_after
from connectors.plain_text import visible
from streams.model.feed_health import FeedState

MAX_REDIRECTS = 5
MOVED, MOVED_FOR_GOOD = {301, 302, 303, 307, 308}, {301, 308}
NOT_MODIFIED, GONE = 304, 410
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one fetch may take."""

    seconds: float = 30.0
    connect_seconds: float = 10.0
    body_bytes: int = 15 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Validators:
    """What a server gave to ask with next time, to the letter.

    `origin` is whose they are: no other is told them. An older release didn't write it down;
    then they go to the address that is asked first.
    """

    etag: str | None = None
    last_modified: str | None = None
    origin: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that make a request conditional."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that came. `url` is where it came from in the end.

    `moved_to` is where it has moved for good, `fresh_for` the seconds that the server says it
    stays as it is, `links` its Link headers, `robots` its X-Robots-Tag headers.
    """

    body: bytes
    url: str
    content_type: str
    validators: Validators
    moved_to: str | None = None
    fresh_for: float | None = None
    links: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotModified:
    """The page is as it was."""

    moved_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No page. `after` is the seconds that the server asked to be left alone.

    `ours` says that this machine couldn't even ask, which says nothing of the server.
    """

    state: FeedState
    reason: str
    after: float | None = None
    status: int | None = None
    ours: bool = False


Fetched = Page | NotModified | Failed

May = Callable[[str], Awaitable[str | None]]
"""Gives why an address may not be asked for, or `None`."""

LIMITS = Limits()
NO_VALIDATORS = Validators()


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    known: Validators = NO_VALIDATORS,
    limits: Limits = LIMITS,
    *,
    headers: Iterable[tuple[str, str]] = (),
    home: str | None = None,
    room: asyncio.Semaphore | None = None,
    may: May | None = None,
    method: str = "GET",
) -> Fetched:
    """Fetch a page. `headers` go to where `home` is at home alone, and so does the user in it.

    `home` is the feed whose headers they are, whatever address is asked for; else the address.
    `room` limits how many bodies may be large at once. `may` is asked before each request, so
    also where a redirect leads. With the method `HEAD` a page comes without its body.
    """
    try:
        asked = _Fetch(session, url, home or url, known, limits, headers, method)
    except ValueError:
        return Failed(state=FeedState.REFUSED, reason="its address is not a URL")
    try:
        async with asyncio.timeout(limits.seconds):
            return await asked.run(room, may)
    except aiohttp.ConnectionTimeoutError:
        return _unreachable(f"no connection after {limits.connect_seconds:.0f} s")
    except TimeoutError:
        return _unreachable(f"not done after {limits.seconds:.0f} s")
    except FAULTS as error:
        state, reason = fault(error)
        return Failed(state=state, reason=reason, ours=is_ours(error))


class _Fetch:
    """One fetch on its way through the redirects."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        home: str,
        known: Validators,
        limits: Limits,
        headers: Iterable[tuple[str, str]],
        method: str,
    ) -> None:
        self._session = session
        self._method = method
        self._limits = limits
        self._url = URL(url).with_user(None)
        self._known = known
        self._known_of = URL(known.origin) if known.origin else self._url
        self._asks_for_changes = False
        self._home, user = _without_user(home)
        self._own = {**user, **dict(headers)}
        self._moved_to: str | None = None

    async def run(self, room: asyncio.Semaphore | None, may: May | None) -> Fetched:
        address, for_good = self._url, True
        for _ in range(MAX_REDIRECTS + 1):
            if may is not None and (why := await may(str(address))) is not None:
                return Failed(state=FeedState.REFUSED, reason=why)
            async with self._ask(address) as response:
                if response.status not in MOVED or "Location" not in response.headers:
                    return await self._read(response, room)
                address = _target(address, response.headers["Location"])
                for_good = for_good and response.status in MOVED_FOR_GOOD
                if for_good and not _worse(address, self._home):
                    self._moved_to = str(address)
        return _http_error(f"more than {MAX_REDIRECTS} redirects")

    def _ask(self, address: URL) -> "aiohttp.client._RequestContextManager":
        headers = {"Accept": ACCEPT}
        known = self._known.headers if at_home(address, self._known_of) else {}
        self._asks_for_changes = bool(known)
        headers |= known
        if at_home(address, self._home):
            headers |= self._own
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_seconds)
        return self._session.request(
            self._method,
            address,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            auto_decompress=False,  # `body` does, also what aiohttp takes for broken
        )

    async def _read(
        self, response: aiohttp.ClientResponse, room: asyncio.Semaphore | None
    ) -> Fetched:
        if response.status == NOT_MODIFIED and self._asks_for_changes:
            return NotModified(self._moved_to)
        if not 200 <= response.status < 300:
            return await _failed(response)
        body = await whole(response, self._limits.body_bytes, room)
        if body is None:
            reason = f"more than {self._limits.body_bytes // 1024} KiB"
            return Failed(state=FeedState.TOO_LARGE, reason=reason)
        if (whose := challenger(response.headers, body)) is not None:
            return _blocked(whose, response.status)
        headers = response.headers
        now = datetime.now(UTC)
        return Page(
            body=body,
            url=str(response.url),
            content_type=header_text(headers.get("Content-Type", "")),
            validators=_validators(headers, str(response.url.origin())),
            moved_to=self._moved_to,
            fresh_for=fresh_for(headers.get("Cache-Control"), headers.get("Expires"), now),
            links=tuple(map(header_text, headers.getall("Link", ()))),
            robots=tuple(map(header_text, headers.getall("X-Robots-Tag", ()))),
        )


async def _failed(response: aiohttp.ClientResponse) -> Failed:
    looked_at = await start(response, LOOKED_AT)
    if (whose := challenger(response.headers, looked_at)) is not None:
        return _blocked(whose, response.status)
    return Failed(
        state=FeedState.GONE if response.status == GONE else FeedState.HTTP_ERROR,
        # Its words may be of any bytes, and this goes to logs, to Kafka and to terminals.
        reason=f"the server says {response.status} {visible(response.reason or '')[:100]}".strip(),
        after=seconds_after(response.headers.get("Retry-After"), datetime.now(UTC)),
        status=response.status,
    )


def _target(address: URL, location: str) -> URL:
    """Return where a redirect leads. A user in it is not ours to be."""
    try:
        target = address.join(URL(location)).with_user(None)
    except ValueError as error:
        raise aiohttp.InvalidURL(location) from error
    if target.scheme not in {"http", "https"} or not target.host:
        raise aiohttp.NonHttpUrlClientError(location)
    return target


def _without_user(url: str) -> tuple[URL, dict[str, str]]:
    """Take user and password out of an address, into the header that tells them."""
    address = URL(url)
    if address.user is None and address.password is None:
        return address, {}
    told = aiohttp.encode_basic_auth(address.user or "", address.password or "", "utf-8")
    return address.with_user(None), {"Authorization": told}


def _worse(address: URL, home: URL) -> bool:
    """Say whether an address gives up TLS."""
    return (home.scheme, address.scheme) == ("https", "http")


def _validators(headers: Mapping[str, str], origin: str) -> Validators:
    etag, modified = _sendable(headers.get("ETag")), _sendable(headers.get("Last-Modified"))
    if etag is None and modified is None:
        return NO_VALIDATORS
    return Validators(etag=etag, last_modified=modified, origin=origin)


def _sendable(value: str | None) -> str | None:
    """Return a header's value unless aiohttp couldn't send it back as it came."""
    return value if value is not None and value.isprintable() else None


def _blocked(whose: str, status: int) -> Failed:
    reason = f"a challenge page of {whose} in place of the feed"
    return Failed(state=FeedState.BLOCKED, reason=reason, status=status)


def _http_error(reason: str) -> Failed:
    return Failed(state=FeedState.HTTP_ERROR, reason=reason)


def _unreachable(reason: str) -> Failed:
    return Failed(state=FeedState.UNREACHABLE, reason=reason)
