"""A text that should have raised an alert, though no feed brought it: kept, and explained."""

from datetime import UTC, datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from streams.matching.explain import Explanation
from streams.model.verdict import Said
from wirewatch.archive.queries import BadQuestionError
from wirewatch.history.explain_input import is_name
from wirewatch.history.story_account import Traces
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError, verdict_on_text
from wirewatch.input.story_input import plain_text
from wirewatch.web.explained_text import NotExplainedError
from wirewatch.web.questions import require_names
from wirewatch.web.security.forms import read_form
from wirewatch.web.site import site_of
from wirewatch.web.templating import page
from wirewatch.web.views import alert_actions

log = structlog.get_logger()

OF_A_STORY = (
    "this is the address or id of a story, not its text. Search for it under Stories: there is a"
    " form on its own page"
)


def ask(request: Request) -> Response:
    """Ask for the text."""
    require_names(request.query_params, ("watch",))
    return _page(request, watch=request.query_params.get("watch", ""))


async def tell(request: Request) -> Response:
    """Keep it, and say why no alert came: the same as `wirewatch judge TEXT missed` does."""
    site = site_of(request)
    form = await read_form(request, site.forms)
    # Browsers end lines like mails do.
    text = str(form.get("text", "")).replace("\r\n", "\n").encode("utf-8", "replace").decode()
    if not text.strip():
        raise BadQuestionError("write the text that was missed")
    if is_name(text.strip()):
        raise BadQuestionError(OF_A_STORY)
    word = PersonsVerdict(
        said=Said.MISSED,
        by=alert_actions.named_in(request, form),
        at=datetime.now(UTC),
        watch=str(form.get("watch", "")),
        note=alert_actions.note_of(form),
    )
    story = plain_text(text)
    watches = [one.id for one in site.config().watches]
    try:
        verdict = verdict_on_text(Traces(story=story), text, word, watches)
    except UnfitError:
        raise BadQuestionError("there is no such watch") from None
    if (refused := await alert_actions.not_kept(request, verdict)) is not None:
        return refused
    explained, fault = tuple[Explanation, ...](), ""
    try:
        explained = await site.explain(story, verdict.watch)
    except NotExplainedError as error:
        log.warning("text_not_explained", error=str(error))
        fault = str(error)
    response = _page(request, watch=verdict.watch, done=True, explained=explained, fault=fault)
    alert_actions.remember_name(site, response, verdict.by)
    return response


def _page(
    request: Request,
    *,
    watch: str,
    done: bool = False,
    explained: tuple[Explanation, ...] = (),
    fault: str = "",
) -> Response:
    site = site_of(request)
    return page(
        request,
        "missed.html",
        watch=watch,
        watches=site.config().watches,
        done=done,
        explained=explained,
        fault=fault,
        name=alert_actions.name_of(request),
        named=bool(site.access.user(request)),
    )
