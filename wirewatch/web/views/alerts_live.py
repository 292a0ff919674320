"""Alerts as they come, for a page that is open: server-sent events."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from http import HTTPStatus

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from connectors.background import in_thread
from wirewatch.archive.alert_events import EventPlace
from wirewatch.web.alert_lines import AlertFilters, filters_of
from wirewatch.web.archive_notice import ArchiveNotice
from wirewatch.web.errors import error_page
from wirewatch.web.live import AlertChange, LiveAlerts, MissedTooMuchError
from wirewatch.web.site import site_of

MOST_READERS = 1_000
BEAT_SECONDS = 10
"""A page that hears nothing for longer than a few beats connects again."""
STALLED_SECONDS = 30
"""How long a page may take for what it is sent."""
AGAIN_MILLISECONDS = 1_000
_PLACE = re.compile(r"([0-9]{1,18})-([^\s]{0,128})")


async def stream(request: Request) -> Response:
    """Send what changes, from the event on that the page knows."""
    site, live = site_of(request), live_of(request)
    if (refusal := await refused(request)) is not None:
        return refusal
    filters = filters_of(request.query_params)
    notice: ArchiveNotice = request.app.state.archive_notice
    known = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return EventSourceResponse(
        _events(live, place_of(known), filters, site.now, notice),
        ping=BEAT_SECONDS,
        ping_message_factory=lambda: _beat(notice()),
        send_timeout=STALLED_SECONDS,
    )


async def refused(request: Request) -> Response | None:
    """Refuse one more who looks on where there are too many."""
    if live_of(request).readers < MOST_READERS:
        return None
    status = HTTPStatus.SERVICE_UNAVAILABLE
    remedy = "Close some of the pages that are open, or try again in a moment."
    return await error_page(request, status, "Too many pages are open", remedy)


def live_of(request: Request) -> LiveAlerts:
    """Return the changes of the archive that a request is for."""
    live: LiveAlerts = request.app.state.live
    return live


def place_of(text: str) -> EventPlace | None:
    """Read the place of an event; what is none means that nothing is known."""
    found = _PLACE.fullmatch(text)
    return None if found is None else EventPlace(int(found[1]), found[2])


def place_text(place: EventPlace) -> str:
    """Write the place of an event."""
    return f"{place.number}-{place.event}"


async def _events(
    live: LiveAlerts,
    known: EventPlace | None,
    filters: AlertFilters,
    now: Callable[[], datetime],
    notice: ArchiveNotice,
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="ready", data=".", retry=AGAIN_MILLISECONDS)
    try:
        async for place, changes in live.batches(known):
            for change in changes:
                if filters.concerns(change.line.alert):
                    yield _told(change, taken=filters.takes(change.line.alert, now()))
            yield _beat(await in_thread(notice), place)
    except MissedTooMuchError:
        yield ServerSentEvent(event="reload", data=".")


def _told(change: AlertChange, *, taken: bool) -> ServerSentEvent:
    row = change.line.alert
    told = {"alert": row.id, "cursor": row.cursor}
    if taken:
        told |= {"html": change.html, "headline": row.headline, "title": row.title}
        told["opened"] = "yes" if change.opened else ""
    return ServerSentEvent(
        event="alert" if taken else "gone",
        id=place_text(change.place),
        data=msgspec.json.encode(told).decode(),
    )


def _beat(notice: str, place: EventPlace | None = None) -> ServerSentEvent:
    """Return a sign of life, with what there is to say of the archive."""
    return ServerSentEvent(
        event="beat",
        data=msgspec.json.encode({"archive": notice}).decode() if notice else ".",
        id=None if place is None else place_text(place),
    )
