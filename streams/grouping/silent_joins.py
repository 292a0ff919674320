"""Stories that joined an alert without anything to tell: recorded, so that it can be explained."""

from datetime import datetime

import msgspec

from streams.grouping.assignment import StepResult
from streams.grouping.headline_event import tags_without_evidence, why_in, why_without_evidence
from streams.model.alert import AlertEvent, AlertState, Bond, Grouping, Kind, event_id
from streams.model.story import TAKEN_BACK, Story
from streams.model.verdict import Ruling
from streams.model.watch import Match, Notice, Tick

REASONS = {
    Bond.SAME_STORY: "another version of a story in it",
    Bond.COPY: "copy",
    Bond.REPORT: "another report",
}


def joined_in_silence(
    record: Match | Notice | Tick | Ruling, outcome: StepResult, now: datetime
) -> list[AlertEvent]:
    """Return an event for each alert that a record's story joined, where none tells of it.

    It has the headline but neither text nor evidence: there is one for every copy. The note of a
    kill joins nothing: it is about a story.
    """
    if isinstance(record, Tick | Ruling):
        return []
    told = {one.alert for one in outcome.events if one.kind not in (Kind.CLOSED, Kind.JOINED)}
    return [
        _joined(outcome.changed[alert], record, grouping, now)
        for alert, grouping in outcome.groupings.items()
        if alert not in told and not _is_a_note(record.story, outcome.changed[alert])
    ]


def _is_a_note(story: Story, alert: AlertState) -> bool:
    return story.status in TAKEN_BACK and story.id not in alert.story_ids


def _joined(
    alert: AlertState, record: Match | Notice, grouping: Grouping, now: datetime
) -> AlertEvent:
    story, face = msgspec.structs.replace(record.story, summary="", body=""), alert.face
    why = record.why if isinstance(record, Match) else why_in(story, face)
    return AlertEvent(
        alert=alert.alert,
        event=event_id(alert=alert.alert, kind=Kind.JOINED, version=f"{story.id}.{story.version}"),
        kind=Kind.JOINED,
        reason=REASONS.get(grouping.bond, grouping.bond),
        watch=alert.watch,
        title=face.title,
        severity=face.severity,
        shadow=face.shadow,
        story=story,
        tags=tags_without_evidence(record.tags),
        why=why_without_evidence(why),
        outlets=alert.outlets,
        grouping=grouping,
        times=msgspec.structs.replace(record.times, raised=now),
    )
