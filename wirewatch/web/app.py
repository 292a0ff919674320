"""The application: the table of paths, behind the guard, with pages for what goes wrong."""

from datetime import datetime
from http import HTTPStatus

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from wirewatch.archive.layout import OtherLayoutError
from wirewatch.archive.queries import ArchiveError, BadQuestionError, NotInArchiveError
from wirewatch.web import assets
from wirewatch.web.alert_lines import AlertLine
from wirewatch.web.archive_notice import ArchiveNotice
from wirewatch.web.backtests import Backtests
from wirewatch.web.counted_requests import Count, CountedRequests
from wirewatch.web.errors import error_page
from wirewatch.web.live import LiveAlerts
from wirewatch.web.routes import ROUTES
from wirewatch.web.security.forms import ForgedFormError, NoFormWordError
from wirewatch.web.security.guard import BodyTooLargeError, RequestGuard
from wirewatch.web.security.headers import SecurityHeaders
from wirewatch.web.site import Site
from wirewatch.web.templating import rendered

LEAST_COMPRESSED = 1_000
log = structlog.get_logger()

RELOAD = "Open the page again and send it from there."
WORDLESS = (
    "A form carries a word that the page gives it, and the browser has that in a cookie: one of the"
    f" two is missing. {RELOAD} Cookies must be allowed."
)
BACK = "Go back to the alerts, and follow a link from there."


def build(
    site: Site, live: LiveAlerts, backtests: Backtests, count: Count | None = None
) -> ASGIApp:
    """Return the application for a site, what it tells open pages, and what it tries out."""
    routes = [Route(row.path, row.handler, methods=list(row.methods)) for row in ROUTES]
    routes.append(Route("/static/{name}", assets.serve))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(RequestGuard, site=site, refuse=error_page),
            Middleware(GZipMiddleware, minimum_size=LEAST_COMPRESSED),
        ],
        exception_handlers={
            ArchiveError: _archive_error,
            OtherLayoutError: _archive_error,
            ForgedFormError: _forged_form,
            NoFormWordError: _wordless_form,
            BodyTooLargeError: _too_large,
            HTTPException: _http_error,
            Exception: _failure,
        },
    )
    app.state.site = site
    app.state.live = live
    app.state.backtests = backtests
    app.state.archive_notice = ArchiveNotice(site.data, site.now)
    app.state.navigation = tuple((row.label, row.path) for row in ROUTES if row.label)
    secured = SecurityHeaders(app)
    if count is None:
        return secured
    return CountedRequests(secured, routes=routes, root=site.root, count=count)


async def _archive_error(request: Request, error: Exception) -> Response:
    match error:
        case NotInArchiveError():
            return await error_page(request, HTTPStatus.NOT_FOUND, "Not in the archive", str(error))
        case BadQuestionError():
            searched = request.method == "GET"
            title = "This can't be searched for" if searched else "Something is missing"
            return await error_page(request, HTTPStatus.BAD_REQUEST, title, str(error))
        case OtherLayoutError():
            title = "The archive is of another release"
        case _:
            title = "The archive can't be read"
    return await error_page(request, HTTPStatus.SERVICE_UNAVAILABLE, title, str(error))


async def _forged_form(request: Request, _: Exception) -> Response:
    return await error_page(request, HTTPStatus.FORBIDDEN, "This form is too old", RELOAD)


async def _wordless_form(request: Request, _: Exception) -> Response:
    title = "This form isn't from an open page"
    return await error_page(request, HTTPStatus.FORBIDDEN, title, WORDLESS)


async def _too_large(request: Request, _: Exception) -> Response:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return await error_page(request, status, "Too large", "Send less at once.")


async def _http_error(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus(500)
    titles = {
        HTTPStatus.NOT_FOUND: "There is no such page",
        HTTPStatus.METHOD_NOT_ALLOWED: "This can only be looked at",
    }
    own = error.detail if isinstance(error, HTTPException) else ""
    remedy = own if own and own != status.phrase else BACK
    return await error_page(request, status, titles.get(status, status.phrase), remedy)


async def _failure(request: Request, error: Exception) -> Response:
    log.error("page_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    remedy = "Nothing was changed. The log of `wirewatch web` has the cause; try again in a moment."
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return await error_page(request, status, "This page failed", remedy)


def live_alerts(site: Site) -> LiveAlerts:
    """Return what tells open pages of a site what changes."""

    def row(line: AlertLine, now: datetime) -> str:
        return rendered("alert_row.html", root=site.root, now=now, line=line)

    return LiveAlerts(data=site.data, render=row, now=site.now)
