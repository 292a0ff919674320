"""Trying out the draft of a watch: what it would have brought, against the one in force."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from types import MappingProxyType

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connectors.background import in_thread
from streams.model.watch import Watch
from wirewatch.archive import queries
from wirewatch.config import ConfigError, read_watches
from wirewatch.config.report import each
from wirewatch.config.watch_text import watch_text
from wirewatch.history.backtest import BacktestDifference, BacktestPlan, BacktestResult
from wirewatch.history.replay_difference import DifferenceKind
from wirewatch.web.backtests import Backtests, BusyError, WebBacktest
from wirewatch.web.security.forms import read_form
from wirewatch.web.security.guard import client_of
from wirewatch.web.site import Site, site_of
from wirewatch.web.templating import page
from wirewatch.web.watch_lines import rules_of
from wirewatch.web.watch_words import watch_words

NAME = "draft"
"""What faults call the text that was sent."""
DAYS: Mapping[int, str] = MappingProxyType(
    {1: "1 day", 3: "3 days", 7: "7 days", 30: "30 days", 90: "90 days"}
)
USUAL_DAYS = 7
MOST_FAULTS = 20
LONGEST_DRAFT = 8_000
"""Signs: many times what a watch needs. Some texts that are no TOML take a time that grows with the
square of their length until that is known."""
MOST_READERS = 100
"""Pages that look on at a back-test."""
TELL_SECONDS = 0.2
"""A page is told no more often."""
BEAT_SECONDS = 10
STALLED_SECONDS = 30
NEW = """[[watch]]
id = "new-watch"
title = "What it is about"
pairs = ["KH-US"]
topics = ["defense"]
"""


class DraftError(Exception):
    """What was sent is no draft. `faults` says all that is wrong, a line each."""

    def __init__(self, faults: list[str]) -> None:
        """Keep what is wrong."""
        super().__init__(*faults[:1])
        self.faults = faults


def ask(request: Request) -> Response:
    """Show the form: with the watch that `watch` names, or one to begin with."""
    name = request.query_params.get("watch", "")
    found = [one for one in site_of(request).config().watches if one.id == name]
    if name and not found:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"watches.toml has no watch {name}.")
    return _form(request, watch_text(found[0]) if found else NEW, USUAL_DAYS)


async def start(request: Request) -> Response:
    """Begin a back-test of the draft that was sent, or say what is wrong with it."""
    site = site_of(request)
    form = await read_form(request, site.forms)
    text = str(form.get("draft", "")).replace("\r\n", "\n")
    days, old = _days(str(form.get("days", ""))), form.get("old") == "yes"
    form_again = partial(_form, request, text, days, old=old)
    try:
        plan = await in_thread(_plan, site, text, days, old)
    except DraftError as error:
        return form_again(status=HTTPStatus.BAD_REQUEST, faults=error.faults)
    if wait := backtests_of(request).starts.wait(client_of(request, site)):
        faults = [f"Too many back-tests in a short time: wait for {wait + 1:.0f} seconds."]
        return form_again(status=HTTPStatus.TOO_MANY_REQUESTS, faults=faults)
    try:
        one = backtests_of(request).start(plan, text, days)
    except BusyError as error:
        return form_again(status=HTTPStatus.CONFLICT, running=error.running)
    return RedirectResponse(f"{site.root}/backtests/{one.id}", HTTPStatus.SEE_OTHER)


def show(request: Request) -> Response:
    """Show how far a back-test is, or what came of it."""
    site, one = site_of(request), _named(request)
    end = one.end  # looked at once: it may come while the page is made
    result = end if isinstance(end, BacktestResult) else None
    return page(
        request,
        "backtest.html",
        one=one,
        end=end,
        result=result,
        kinds=tuple(DifferenceKind),
        links={} if result is None else _links(site, result.differences),
        words=watch_words(one.draft),
        rules=rules_of(one.draft),
        draft=one.text,
        days=one.days,
        old=one.plan.backfill,
        choices=DAYS,
        faults=[],
        running=None,
    )


async def stop(request: Request) -> Response:
    """Stop a back-test."""
    site, one = site_of(request), _named(request)
    await read_form(request, site.forms)
    await backtests_of(request).stop(one.id)
    return RedirectResponse(f"{site.root}/backtests/{one.id}", HTTPStatus.SEE_OTHER)


async def live(request: Request) -> Response:
    """Send how far a back-test is until it is done: server-sent events."""
    one = _named(request)
    if one.readers >= MOST_READERS:
        remedy = "Too many pages look on at this back-test: close some of them."
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, remedy)
    return EventSourceResponse(_events(one), ping=BEAT_SECONDS, send_timeout=STALLED_SECONDS)


def backtests_of(request: Request) -> Backtests:
    """Return the back-tests of the server that a request is for."""
    found: Backtests = request.app.state.backtests
    return found


def _named(request: Request) -> WebBacktest:
    one = backtests_of(request).get(request.path_params["backtest"])
    if one is None:
        remedy = "Only the last back-tests are kept, until the server restarts. Start it again."
        raise HTTPException(HTTPStatus.NOT_FOUND, remedy)
    return one


async def _events(one: WebBacktest) -> AsyncIterator[ServerSentEvent]:
    one.readers += 1
    try:
        while one.end is None:
            changed = one.changed
            yield ServerSentEvent(event="progress", data=_told(one))
            await changed.wait()
            await asyncio.sleep(TELL_SECONDS)
    finally:
        one.readers -= 1
    yield ServerSentEvent(event="done", data=".")


def _told(one: WebBacktest) -> str:
    stories = 0 if one.progress is None else one.progress.stories
    return msgspec.json.encode({"share": round(one.share, 3), "stories": stories}).decode()


def _days(text: str) -> int:
    known = {str(days): days for days in DAYS}
    return known.get(text, USUAL_DAYS)


def _plan(site: Site, text: str, days: int, old: bool) -> BacktestPlan:
    """Return what to try. Raises `DraftError`, `ArchiveError`."""
    if len(text) > LONGEST_DRAFT:
        raise DraftError([f"{len(text):,} signs: a draft has at most {LONGEST_DRAFT:,}"])
    config = site.config()
    try:
        found = read_watches(text.encode("utf-8", "replace"), NAME, config.topics)
    except ConfigError as error:
        raise DraftError(_faults(error)) from error
    if len(found) != 1:
        raise DraftError([_not_one(found)])
    (draft,) = found
    with queries.reading(site.data):
        pass  # without an archive there is nothing to try it on, and that is said at once
    now = site.now()
    return BacktestPlan(
        data=str(site.data.absolute()),
        draft=draft,
        current=next((one for one in config.watches if one.id == draft.id), None),
        since=now - timedelta(days=days),
        until=now,
        backfill=old or config.settings.backfill_alerts,
    )


def _faults(error: ConfigError) -> list[str]:
    faults = each(error)
    more = len(faults) - MOST_FAULTS
    return faults[:MOST_FAULTS] + ([f"and {more} more"] if more > 0 else [])


def _not_one(found: tuple[Watch, ...]) -> str:
    if found:
        return f"{len(found)} watches: try them one at a time"
    return "no watch: write one as in watches.toml, beginning with [[watch]], without enabled"


def _links(site: Site, found: tuple[BacktestDifference, ...]) -> dict[str, str]:
    """Return for each difference the page of its alert, or of its story if it was never raised."""
    with queries.reading(site.data) as db:
        rows = queries.alerts_by_id(db, [one.difference.alert for one in found])
    known = {row.id for row in rows}
    return {
        one.difference.alert: f"/alerts/{one.difference.alert}"
        if one.difference.alert in known
        else f"/stories/{one.story}"
        for one in found
    }


def _form(
    request: Request,
    draft: str,
    days: int,
    *,
    old: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
    faults: list[str] | None = None,
    running: WebBacktest | None = None,
) -> Response:
    return page(
        request,
        "backtests.html",
        status=status,
        draft=draft,
        days=days,
        old=old,
        choices=DAYS,
        faults=faults or [],
        running=running,
        last=backtests_of(request).last(),
    )
