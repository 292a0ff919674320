"""Gather: from matches to alerts. One alert per story and watch; a repeat of a match is silent."""

from datetime import datetime

import msgspec

from streams.alert import AlertEvent, Kind, OpenAlert, alert_id, event_id
from streams.watch import Match

NEW_STORY = "new story"


def key(match: Match) -> str:
    """The alert that a match belongs to."""
    return alert_id(watch=match.watch, story=match.story.id)


def gather(
    open_alert: OpenAlert | None, match: Match, now: datetime
) -> tuple[OpenAlert, list[AlertEvent]]:
    """Take a match into its alert: the alert as it is now, and the events to tell of."""
    if open_alert is not None:
        return open_alert, []
    alert = key(match)
    version = match.story.version
    event = AlertEvent(
        alert=alert,
        event=event_id(alert=alert, kind=Kind.OPENED, version=version),
        kind=Kind.OPENED,
        reason=NEW_STORY,
        watch=match.watch,
        title=match.title,
        story=match.story,
        tags=match.tags,
        why=match.why,
        outlets=(match.story.source,),
        times=msgspec.structs.replace(match.times, raised=now),
    )
    return OpenAlert(alert=alert, story=match.story.id, version=version, opened=now), [event]
