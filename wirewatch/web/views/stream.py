"""Events of alerts for programs, as they come: server-sent events, each with the whole record."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from connectors.background import in_thread
from streams.contract.codec import encode
from streams.model.alert import AlertEvent
from wirewatch.archive import queries
from wirewatch.archive.alert_events import EventPlace, event_at, place_before, records_after
from wirewatch.archive.known_names import require_there
from wirewatch.web.live import BEGINNING, LiveAlerts
from wirewatch.web.questions import at_least, query_of, told_by
from wirewatch.web.site import Site, site_of
from wirewatch.web.views.alerts_live import (
    AGAIN_MILLISECONDS,
    BEAT_SECONDS,
    STALLED_SECONDS,
    live_of,
    place_of,
    place_text,
    refused,
)

AT_ONCE = 100
"""Events that are read at once."""
RESET_MILLISECONDS = 10_000
"""After which a client connects again that was told that its place is unknown."""
FILLED_ANEW = "the archive was filled anew: ask again with since="


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are wanted; what is empty asks for nothing. `since`: those before now too."""

    watch: str = ""
    pair: str = ""
    topic: str = ""
    min_severity: str = ""
    outlet: str = ""
    since: datetime | None = None
    shadow: bool = False

    def takes(self, event: AlertEvent) -> bool:
        """Say whether an event is among those asked for."""
        why, raised = event.why, event.times.raised
        return (
            self.watch in ("", event.watch)
            and self.pair in ("", "" if why.pair is None else why.pair.name)
            and (not self.topic or any(one.slug == self.topic for one in why.topics))
            and at_least(self.min_severity, event.severity)
            and told_by(self.outlet, event.outlets)
            and (self.shadow or not event.shadow)
            and (self.since is None or raised is None or raised >= self.since)
        )


async def stream(request: Request) -> Response:
    """Send events: after the last one that was heard, or since a time, or from now on."""
    if (refusal := await refused(request)) is not None:
        return refusal
    site = site_of(request)
    query = query_of(StreamQuery, request.query_params, site.now())
    await in_thread(_require_there, site, query)
    known = place_of(request.headers.get("last-event-id", ""))
    return EventSourceResponse(
        _events(site, live_of(request), query, known),
        ping=BEAT_SECONDS,
        send_timeout=STALLED_SECONDS,
    )


async def _events(
    site: Site, live: LiveAlerts, query: StreamQuery, known: EventPlace | None
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="ready", retry=AGAIN_MILLISECONDS)
    with live.looked_on():
        if known is None and query.since is not None:
            known = await in_thread(_before, site, query.since)
        async for last in live.places(known):
            while known is not None and known != last:
                found = await in_thread(_after, site, known)
                if found is None:
                    # A client that connects again by itself must not come with its old place.
                    yield ServerSentEvent(
                        event="reset", id="", data=FILLED_ANEW, retry=RESET_MILLISECONDS
                    )
                    return
                if not found:
                    break
                for place, event in found:
                    known = place
                    if query.takes(event):
                        data = encode(event).decode()
                        yield ServerSentEvent(event="alert", id=place_text(place), data=data)
            known = last


def _require_there(site: Site, query: StreamQuery) -> None:
    require_there(site.data, site.config(), watch=query.watch, topic=query.topic)


def _before(site: Site, since: datetime) -> EventPlace:
    """Return the place of the last event before a time."""
    with queries.reading(site.data) as db:
        return place_before(db, since) or BEGINNING


def _after(site: Site, known: EventPlace) -> list[tuple[EventPlace, AlertEvent]] | None:
    """Return the next events after a place; `None` if the archive has it not."""
    with queries.reading(site.data) as db:
        db.execute("BEGIN")
        if known.number and event_at(db, known.number) != known.event:
            return None
        return records_after(db, known.number, AT_ONCE)
