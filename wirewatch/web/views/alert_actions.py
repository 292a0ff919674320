"""What can be done with an alert: say that it was right or wrong, mute it."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

import structlog
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connectors import sqlite
from connectors.background import in_thread
from connectors.delivery.links.page import REASONS
from connectors.delivery.outbox import routing
from connectors.delivery.outbox.outbox import Outbox
from connectors.errors import ConnectorError
from streams.model.verdict import Said, Verdict
from wirewatch.archive import queries
from wirewatch.archive.queries import BadQuestionError
from wirewatch.archive.rows import AlertDetail
from wirewatch.errors import ProgramError
from wirewatch.web.errors import error_page
from wirewatch.web.security.forms import read_form
from wirewatch.web.site import Site, site_of

log = structlog.get_logger()

OUTBOX = "outbox.sqlite"
"""Its name in the data folder."""
SAYINGS = {"right": Said.RIGHT, "wrong": Said.WRONG}
NAME_COOKIE = "wirewatch-name"
NAME_LENGTH = 100
YEAR = 365 * 24 * 3600
MOST_NOTE = 500


async def judge(request: Request) -> Response:
    """Keep what somebody says of an alert: the same as `wirewatch judge` does."""
    site = site_of(request)
    form = await read_form(request, site.forms)
    said = SAYINGS.get(str(form.get("said")))
    reason = str(form.get("reason", ""))
    if said is None or reason not in REASONS:
        raise BadQuestionError("say whether the alert was right or wrong")
    by = named_in(request, form)
    found = await in_thread(_found, site, request.path_params["alert"])
    note = " ".join(part for part in (reason if said is Said.WRONG else "", note_of(form)) if part)
    verdict = Verdict(
        said=said,
        watch=found.alert.watch,
        story=found.told.story.id,
        by=by,
        at=datetime.now(UTC),
        alert=found.alert.id,
        note=note,
    )
    back = f"/alerts/{found.alert.id}?done={said.value}#verdicts"
    return await keep(request, verdict, back)


async def keep(request: Request, verdict: Verdict, back: str) -> Response:
    """Keep what somebody said, and lead them back; remember their name for the next time."""
    if (fault := await not_kept(request, verdict)) is not None:
        return fault
    site = site_of(request)
    response = RedirectResponse(f"{site.root}{back}", HTTPStatus.SEE_OTHER)
    remember_name(site, response, verdict.by)
    return response


async def not_kept(request: Request, verdict: Verdict) -> Response | None:
    """Keep what somebody said; return what they are told if that can't be done."""
    try:
        await site_of(request).keep(verdict)
    except (ConnectorError, ProgramError, OSError) as error:  # a timeout is an OSError
        log.warning("verdict_not_kept", error=str(error) or type(error).__name__)
        return await _not_done(request, error)
    return None


def remember_name(site: Site, response: Response, name: str) -> None:
    """Have a browser remember who somebody is, for the next form."""
    response.set_cookie(
        NAME_COOKIE,
        name.encode().hex(),
        max_age=YEAR,
        path=f"{site.root}/",
        httponly=True,
        samesite="strict",
        secure=site.secure,
    )


async def mute(request: Request) -> Response:
    """Send no more of an alert, or all of it again: the same as `wirewatch subscribers mute`."""
    site = site_of(request)
    form = await read_form(request, site.forms)
    to, undo = str(form.get("to", "")), form.get("undo") == "yes"
    if to and not undo and to not in await in_thread(people, site):
        raise BadQuestionError("there is no such subscriber")
    found = await in_thread(_found, site, request.path_params["alert"])
    name = found.alert.id
    change: Callable[[sqlite3.Connection], object] = (
        partial(routing.unmute, subscriber=to, alert=name)
        if undo
        else partial(routing.mute, subscriber=to, alert=name, now=time.time())
    )
    try:
        await in_thread(_change, site, change)
    except (sqlite3.Error, OSError) as error:
        log.warning("not_muted", alert=name, error=str(error))
        return await _not_done(request, error)
    address = f"{site.root}/alerts/{name}?done={'unmuted' if undo else 'muted'}#verdicts"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def name_of(request: Request, form: FormData | None = None) -> str:
    """Return who somebody is: whom the proxy names, else what they write, wrote, or log in as."""
    site = site_of(request)
    if user := site.access.user(request):
        return user
    if form is not None:
        return _clean(str(form.get("name", "")))
    try:
        known = bytes.fromhex(request.cookies.get(NAME_COOKIE, "")).decode()
    except ValueError:
        known = ""
    return _clean(known) or site.owner


def named_in(request: Request, form: FormData) -> str:
    """Return who sends a form. Raises `BadQuestionError` if that isn't said."""
    by = name_of(request, form)
    if not by:
        raise BadQuestionError("write your name, so that others know who said it")
    return by


def people(site: Site) -> list[str]:
    """Return the subscribers that an alert can be muted for."""
    return sorted({one.person for one in site.config().subscribers})


def muted_for(site: Site, alert: str) -> list[str]:
    """Return for whom an alert is muted; an empty name means everybody."""
    path = site.data / OUTBOX
    if not path.exists():
        return []
    try:
        with sqlite.reading(path) as db:
            return routing.muted_for(db, alert)
    except (sqlite3.Error, OSError) as error:
        log.warning("outbox_not_read", error=str(error))
        return []


def _found(site: Site, alert: str) -> AlertDetail:
    with queries.reading(site.data) as db:
        return queries.alert(db, alert)


def _change(site: Site, change: Callable[[sqlite3.Connection], object]) -> None:
    outbox = Outbox(site.data / OUTBOX, time.time())
    try:
        outbox.change_by_hand(change)
    finally:
        outbox.close()


def _clean(text: str) -> str:
    return "".join(char for char in text.strip() if char.isprintable())[:NAME_LENGTH]


def note_of(form: FormData) -> str:
    """Return what somebody noted, in one line."""
    words = str(form.get("note", "")).encode("utf-8", "replace").decode()
    return " ".join(words.split())[:MOST_NOTE]


async def _not_done(request: Request, error: Exception) -> Response:
    cause = str(error) or "Kafka took too long"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return await error_page(request, status, "Not done", f"{cause}. Try again in a moment.")
