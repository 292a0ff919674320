"""Pages out of templates. All that comes from outside is escaped where it stands."""

from datetime import datetime
from functools import lru_cache, partial
from http import HTTPStatus

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from wirewatch.counted import counted
from wirewatch.feedlist.feed_tables import duration
from wirewatch.web import wording
from wirewatch.web.assets import asset_path
from wirewatch.web.security.forms import COOKIE, browser_of
from wirewatch.web.site import site_of

_FILTERS = {
    "age": wording.age,
    "ago": wording.ago,
    "clock": wording.clock,
    "counted": counted,
    "day": wording.day,
    "duration": duration,
    "exact": wording.exact,
    "link": wording.link,
    "listed": wording.listed,
    "names": wording.names,
    "plain": wording.plain,
    "score": wording.score,
    "seconds": wording.seconds,
    "short": wording.short,
}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("wirewatch.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(_FILTERS)
    return made


def page(
    request: Request, template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: object
) -> HTMLResponse:
    """Return a page. Beside its own values a template has `url`, `asset`, `now` and `form_word`.

    `url` takes a path as in the table of paths, and `query` the questions to put after it.
    """
    site = site_of(request)
    browser = browser_of(request)
    response = HTMLResponse(
        rendered(
            template,
            root=site.root,
            now=site.now(),
            status=status,
            path=request.url.path,
            navigation=request.app.state.navigation,
            user=site.access.user(request),
            archive_notice=request.app.state.archive_notice(),
            form_word=partial(site.forms.word, browser),
            **values,
        ),
        status,
    )
    if request.cookies.get(COOKIE) != browser:
        response.set_cookie(
            COOKIE,
            browser,
            path=f"{site.root}/",
            httponly=True,
            samesite="strict",
            secure=site.secure,
        )
    return response


def rendered(template: str, *, root: str, now: datetime, **values: object) -> str:
    """Return the text of a template, a part of a page too."""
    made = _environment().get_template(template)
    return made.render(
        url=partial(wording.url, root),
        asset=lambda name: root + asset_path(name),
        now=now,
        **values,
    )
