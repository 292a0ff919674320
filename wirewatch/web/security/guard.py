"""What is asked of a request before any view sees it."""

import math
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.delivery.feed_server import is_loopback
from wirewatch.counted import counted
from wirewatch.web.errors import PROGRAMS
from wirewatch.web.security.hosts import is_known_host
from wirewatch.web.security.limits import RateLimit
from wirewatch.web.site import Site

MOST_BYTES = 64 * 1024
"""Of what a request sends along: the largest form is a rule to try out."""
STATIC = "/static/"
OPEN = ("/login", STATIC, "/favicon.ico")
"""What somebody sees who hasn't said yet who they are."""
STREAMS = frozenset({"/stream", "/alerts/live"})
"""They aren't counted, since all come back at once after a restart: their readers are."""
BURST, EACH_SECOND = 300, 20.0
"""Of views, and of the API: a newsroom behind one address is one client, and isn't to notice."""
FORMS_BURST, FORMS_EACH_SECOND = 30, 0.5
READING = frozenset({"GET", "HEAD"})
OUR_SITES = frozenset({"same-origin", "none"})
"""What browsers say of where a request comes from: a page of ours, or nowhere (typed in)."""

Refuse = Callable[[Request, HTTPStatus, str, str], Awaitable[Response]]
"""Makes the page that refuses: with a title and what to do."""


class BodyTooLargeError(Exception):
    """More was sent along than any form of ours holds."""


class RequestGuard:
    """Lets a request through, or refuses it with the reason and what to do."""

    def __init__(self, app: ASGIApp, *, site: Site, refuse: Refuse) -> None:
        """Wrap an application."""
        self._app = app
        self._site = site
        self._refuse = refuse
        self._views = _limit(BURST, EACH_SECOND)
        # A script that asks too fast doesn't shut out who reads the page at the same address.
        self._api = _limit(BURST, EACH_SECOND)
        self._forms = _limit(FORMS_BURST, FORMS_EACH_SECOND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = without_root(scope, self._site.root)
        request = Request(scope, receive)
        refusal = await self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, limited(receive), send)

    async def _refusal(self, request: Request) -> Response | None:
        if not is_known_host(request.headers.get("host", ""), self._site.hosts):
            remedy = (
                "Set base under [web] in wirewatch.toml to the address under which it is reached."
            )
            status = HTTPStatus.MISDIRECTED_REQUEST
            return await self._refuse(request, status, "Nothing here has this name", remedy)
        wait = self._wait(request)
        if wait:
            seconds = math.ceil(wait)
            remedy = (
                "So much was asked for from your address that others would have to wait."
                f" Try again in {counted(seconds, 'second')}."
            )
            status = HTTPStatus.TOO_MANY_REQUESTS
            refused = await self._refuse(request, status, "Too many requests", remedy)
            refused.headers["Retry-After"] = str(seconds)
            return refused
        if request.method not in READING and not comes_from_us(request, self._site.base):
            remedy = "Open the page itself and try it there."
            status = HTTPStatus.FORBIDDEN
            return await self._refuse(request, status, "Sent by another site", remedy)
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return await self._refuse(request, status, "Too large", "Send less at once.")
        if not request.url.path.startswith(OPEN) and not self._site.access.may_pass(request):
            return await self._refuse(request, HTTPStatus.UNAUTHORIZED, "Who are you?", "")
        return None

    def _wait(self, request: Request) -> float:
        """Count a request; return how many seconds it comes too early, 0 if it may pass."""
        path = request.url.path
        if request.method not in READING:
            limit = self._forms
        elif path in STREAMS or path.startswith(STATIC):
            return 0.0
        else:
            limit = self._api if path.startswith(PROGRAMS) else self._views
        return limit.wait(client_of(request, self._site))


def _limit(burst: float, each_second: float) -> RateLimit:
    return RateLimit(burst=burst, each_second=each_second, clock=time.monotonic)


def without_root(scope: Scope, root: str) -> Scope:
    """Return a request by its path here: proxies pass on the path of the public address, or not."""
    path: str = scope["path"]
    if not root or not (path == root or path.startswith(root + "/")):
        return scope
    inner = path[len(root) :] or "/"
    return {**scope, "path": inner, "raw_path": inner.encode("utf-8", "surrogateescape")}


def comes_from_us(request: Request, base: str) -> bool:
    """Say whether a form comes from a page of ours, as far as the browser says."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # Browsers that are told to name no referrer name no origin either, but they say this.
        return site in OUR_SITES
    origin = request.headers.get("origin")
    if origin is None:
        return True
    # By TLS at a proxy the scheme differs; a host of another is another's.
    ours = {request.headers.get("host", ""), urlsplit(base).netloc} - {""}
    return urlsplit(origin).netloc in ours


def limited(receive: Receive) -> Receive:
    """Take no more than what a form can hold, whatever length is claimed."""
    taken = 0

    async def receive_within_limit() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise BodyTooLargeError
        return message

    return receive_within_limit


def client_of(request: Request, site: Site) -> str:
    """Return who is counted: whom the proxy names, or else the address.

    Behind a proxy on this machine that is the last address that the proxy tells. Without one
    anybody could write another there for each request.
    """
    if user := site.access.user(request):
        return user
    address = request.client.host if request.client else ""
    if not site.base or not is_loopback(address):
        return address
    told = ",".join(request.headers.getlist("x-forwarded-for"))
    return told.rpartition(",")[2].strip() or address
