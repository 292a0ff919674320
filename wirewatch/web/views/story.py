"""One story: its text with what was found in it, and why each watch took it or not."""

import re
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from streams.matching.explain import explain, nearest_first
from streams.matching.match import Watches
from streams.model.story import ID_LENGTH
from streams.model.tags import Field
from streams.model.verdict import Said, Verdict
from streams.model.watch import Why
from wirewatch.archive import queries
from wirewatch.archive.neighbours import (
    alerts_of_story,
    said_of_story,
    story_named,
    story_versions,
)
from wirewatch.archive.queries import BadQuestionError, NotInArchiveError
from wirewatch.web import marking
from wirewatch.web.security.forms import read_form
from wirewatch.web.site import site_of
from wirewatch.web.templating import page
from wirewatch.web.views import alert_actions
from wirewatch.web.views.alert import other_tags, version_lines

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
NOTHING = Why(min_pair_score=0.0, min_topic_score=0.0)
FIELDS: tuple[Field, ...] = ("headline", "summary", "body")


def show(request: Request) -> Response:
    """Show a story."""
    site = site_of(request)
    watches = site.config().watches
    with queries.reading(site.data) as db:
        name = story_named(db, request.path_params["story"])
        versions = story_versions(db, name)
        said = said_of_story(db, name)
        alerts = alerts_of_story(db, name, [watch.id for watch in watches])
    tagged = next((one.tagged for one in versions if one.shown), versions[-1].tagged)
    seen = Watches(watches).see(tagged.story, tagged.tags)
    evidence = marking.found(tagged.tags)
    return page(
        request,
        "story.html",
        story=tagged.story,
        tags=tagged.tags,
        told={
            field: marking.marked(field, getattr(tagged.story, field), evidence) for field in FIELDS
        },
        found=tuple(other_tags(tagged.tags, NOTHING)),
        versions=version_lines(versions),
        alerts=alerts,
        explained=nearest_first(explain(seen, watch) for watch in watches),
        missing=[one for one in watches if one.id not in {row.watch for row in alerts}],
        said=said,
        titles={watch.id: watch.title for watch in watches},
        name=alert_actions.name_of(request),
        named=bool(site.access.user(request)),
        done=request.query_params.get("done") == "missed",
    )


async def missed(request: Request) -> Response:
    """Keep that a watch should have raised an alert: the same as `wirewatch judge` does."""
    site, story = site_of(request), _name(request)
    form = await read_form(request, site.forms)
    watch = str(form.get("watch", ""))
    if watch not in {one.id for one in site.config().watches}:
        raise BadQuestionError("there is no such watch")
    verdict = Verdict(
        said=Said.MISSED,
        watch=watch,
        story=story,
        by=alert_actions.named_in(request, form),
        at=datetime.now(UTC),
        note=alert_actions.note_of(form),
    )
    return await alert_actions.keep(request, verdict, f"/stories/{story}?done=missed#missed")


def _name(request: Request) -> str:
    name: str = request.path_params["story"]
    if not _ID.fullmatch(name):
        raise NotInArchiveError(f"{name} is no story's id")
    return name
