"""What somebody sees who gets no answer: what it is, why, and what helps."""

from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wirewatch.web.site import site_of
from wirewatch.web.templating import page

PROGRAMS = ("/api/", "/stream")
"""Where programs ask."""

BEARER_WANTED = (
    "Send the page's token with each request, as the header `Authorization: Bearer TOKEN`: it is in"
    " what [web] in wirewatch.toml names as token_file or token_env."
)
PROXY_WANTED = "Ask at the address that your newsroom has for this page: a proxy there logs you in."


async def error_page(request: Request, status: HTTPStatus, title: str, remedy: str) -> Response:
    """Return the page of a refusal or fault; programs get it as JSON."""
    path = request.url.path
    if path.startswith(PROGRAMS):
        if status is HTTPStatus.UNAUTHORIZED:
            remedy = BEARER_WANTED if site_of(request).access.asks_for_token else PROXY_WANTED
        told = {"status": int(status), "title": title, "detail": remedy}
        return Response(
            msgspec.json.encode(told), int(status), media_type="application/problem+json"
        )
    site = site_of(request)
    if status is HTTPStatus.UNAUTHORIZED and site.access.asks_for_token and request.method == "GET":
        return RedirectResponse(f"{site.root}/login", HTTPStatus.SEE_OTHER)
    if status is HTTPStatus.UNAUTHORIZED:
        remedy = "Log in at the address that your newsroom has for this page."
    return page(request, "error.html", status=status, title=title, remedy=remedy)
