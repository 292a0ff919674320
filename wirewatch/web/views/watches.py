"""All watches, and one: what it asks for, what it brought, and what people made of that."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from connectors.delivery.coverage.memory import read_brought
from wirewatch.archive import queries
from wirewatch.history.watch_report_view import ADVICE, unjudged
from wirewatch.web.feed_links import feed_links
from wirewatch.web.site import site_of
from wirewatch.web.source_lines import coverage, source_lines
from wirewatch.web.templating import page
from wirewatch.web.watch_lines import reports_of, watch_lines


def show(request: Request) -> Response:
    """Show the watches."""
    site = site_of(request)
    with queries.reading(site.data) as db:
        lines = watch_lines(db, site.config().watches, site.now())
    return page(request, "watches.html", lines=lines)


def one(request: Request) -> Response:
    """Show a watch."""
    site, name = site_of(request), request.path_params["watch"]
    config, now = site.config(), site.now()
    watches = [watch for watch in config.watches if watch.id == name]
    if not watches:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"watches.toml has no watch {name}.")
    with queries.reading(site.data) as db:
        (line,) = watch_lines(db, watches, now)
        reports = reports_of(db, name, now)
        sources = source_lines(db, config.feeds, now)
    return page(
        request,
        "watch.html",
        line=line,
        reports=reports,
        advice=ADVICE,
        unjudged=unjudged,
        feeds=() if watches[0].shadow else feed_links(config, watches[0], site.data),
        coverage=coverage(watches, sources, read_brought(site.data), now),
    )
