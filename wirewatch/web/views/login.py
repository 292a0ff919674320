"""Giving the token, once a browser."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wirewatch.web.security.access import COOKIE, COOKIE_SECONDS
from wirewatch.web.security.forms import read_form
from wirewatch.web.site import site_of
from wirewatch.web.templating import page

WRONG_SECONDS = 0.5


async def ask(request: Request) -> Response:
    """Ask for the token."""
    if not site_of(request).access.asks_for_token:
        return RedirectResponse(f"{site_of(request).root}/alerts", HTTPStatus.SEE_OTHER)
    return page(request, "login.html", wrong="")


async def enter(request: Request) -> Response:
    """Let in whoever has it."""
    site = site_of(request)
    form = await read_form(request, site.forms)
    if site.tries.wait(request.client.host if request.client else ""):
        status, wrong = HTTPStatus.TOO_MANY_REQUESTS, "Too many tries. Wait for a minute."
        return page(request, "login.html", status=status, wrong=wrong)
    if not site.access.asks_for_token or not site.access.is_token(str(form.get("token", ""))):
        await asyncio.sleep(WRONG_SECONDS)
        return page(
            request,
            "login.html",
            status=HTTPStatus.FORBIDDEN,
            wrong="This is not the token. Whoever runs wirewatch has it.",
        )
    response = RedirectResponse(f"{site.root}/alerts", HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE,
        site.access.cookie(),
        max_age=COOKIE_SECONDS,
        path=f"{site.root}/",
        httponly=True,
        # Not strict: the link in an alert's mail must open for who is logged in.
        samesite="lax",
        secure=site.secure,
    )
    return response
