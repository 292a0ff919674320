"""Stories of the archive: searched, and narrowed by what they are about."""

from starlette.requests import Request
from starlette.responses import Response

from wirewatch.archive import queries
from wirewatch.archive.known_names import require_there
from wirewatch.archive.story_search import stories, story_facets
from wirewatch.web.alert_lines import PERIOD_WORDS
from wirewatch.web.questions import RELATIONS, ROLES, require_names
from wirewatch.web.site import site_of
from wirewatch.web.story_filters import StoryFilters, facet_links, story_filters
from wirewatch.web.templating import page

ROWS = 50
"""Stories on a page."""


def show(request: Request) -> Response:
    """Show a page of stories."""
    site = site_of(request)
    require_names(request.query_params, (*StoryFilters.__struct_fields__, "cursor"))
    filters = story_filters(request.query_params)
    cursor = request.query_params.get("cursor", "")
    require_there(site.data, site.config(), watch=filters.watch, topic=filters.topic)
    query = filters.query(site.now(), cursor, ROWS + 1)
    with queries.reading(site.data) as db:
        rows = stories(db, query)
        facets = story_facets(db, query)
    return page(
        request,
        "stories.html",
        rows=rows[:ROWS],
        older=rows[ROWS - 1].cursor if len(rows) > ROWS else "",
        cursor=cursor,
        filters=filters,
        facets=facets,
        links=facet_links(facets, filters),
        watches={watch.id: watch.title for watch in site.config().watches},
        relations=RELATIONS,
        roles=ROLES,
        periods=PERIOD_WORDS,
    )
