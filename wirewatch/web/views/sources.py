"""All sources, and one: how each is doing, and what it brought."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from connectors.delivery.canary import FILE as CANARY_FILE
from connectors.delivery.canary import canary_state
from connectors.delivery.coverage.memory import read_brought
from wirewatch.archive import queries
from wirewatch.feedlist.canary_line import canary_line
from wirewatch.web import source_lines as lines
from wirewatch.web.questions import require_names
from wirewatch.web.site import site_of
from wirewatch.web.templating import page

ROWS = 100
"""Sources on a page."""


def show(request: Request) -> Response:
    """Show a page of sources."""
    site = site_of(request)
    now, config, asked = site.now(), site.config(), request.query_params
    require_names(asked, ("state", "name", "page"))
    state, name = asked.get("state", ""), asked.get("name", "").strip()
    number = asked.get("page", "")
    first = (int(number) - 1) * ROWS if number.isdecimal() and 0 < int(number) < 10_000 else 0
    with queries.reading(site.data) as db:
        found = lines.source_lines(db, config.feeds, now)
        wanted = [
            line
            for line in found
            if state in ("", line.row.state)
            and name.casefold() in f"{line.row.id} {line.row.source}".casefold()
        ]
        shown = wanted[first : first + ROWS]
        sparks = {line.row.id: lines.spark(db, line.row.id, now) for line in shown}
    return page(
        request,
        "sources.html",
        lines=shown,
        sparks=sparks,
        states=lines.counted_states(found),
        state_words=lines.state_words,
        alike=lines.names_of_several(found),
        of=len(found),
        coverage=lines.coverage(config.watches, found, read_brought(site.data), now),
        canary=canary_line(canary_state(site.data / CANARY_FILE), now),
        filters={"state": state, "name": name},
        number=first // ROWS + 1,
        more=len(wanted) > first + ROWS,
    )


def one(request: Request) -> Response:
    """Show a source."""
    site = site_of(request)
    now, name = site.now(), request.path_params["feed"]
    feeds = [feed for feed in site.config().feeds if feed.id == name]
    if not feeds:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"feeds.toml has no feed {name}.")
    with queries.reading(site.data) as db:
        (line,) = lines.source_lines(db, feeds, now)
        by_day, by_hour = lines.by_day(db, name, now), lines.by_hour(db, name, now)
    return page(request, "source.html", line=line, by_day=by_day, by_hour=by_hour)
