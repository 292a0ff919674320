"""All alerts, those opened last first, and what changes while somebody looks on."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wirewatch.archive import queries
from wirewatch.archive.alert_events import newest_event
from wirewatch.archive.known_names import require_there
from wirewatch.web.alert_lines import PERIOD_WORDS, AlertFilters, alert_lines, filters_of
from wirewatch.web.live import BEGINNING
from wirewatch.web.questions import SEVERITIES, STATES, require_names
from wirewatch.web.site import site_of
from wirewatch.web.templating import page
from wirewatch.web.views.alerts_live import place_text

ROWS = 50
"""Alerts on a page."""


def home(request: Request) -> Response:
    """Lead to the alerts, with what is asked of them."""
    asked = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{site_of(request).root}/alerts{asked}", HTTPStatus.SEE_OTHER)


def show(request: Request) -> Response:
    """Show a page of alerts."""
    site = site_of(request)
    require_names(request.query_params, (*AlertFilters.__struct_fields__, "cursor"))
    filters = filters_of(request.query_params)
    config = site.config()
    require_there(site.data, config, watch=filters.watch)
    cursor = request.query_params.get("cursor", "")
    with queries.reading(site.data) as db:
        db.execute("BEGIN")  # what comes meanwhile is neither half here nor told twice
        newest = newest_event(db)
        now = site.now()
        lines = alert_lines(db, filters.query(now, cursor, ROWS + 1), now)
    watches = {watch.id: watch.title for watch in config.watches}
    if filters.watch:
        watches.setdefault(filters.watch, filters.watch)
    return page(
        request,
        "alerts.html",
        lines=lines[:ROWS],
        older=lines[ROWS - 1].alert.cursor if len(lines) > ROWS else "",
        cursor=cursor,
        filters=filters,
        watches=watches,
        feeds=len(config.feeds),
        states=STATES,
        severities=SEVERITIES[1:],
        periods=PERIOD_WORDS,
        after=place_text(newest or BEGINNING),
    )
