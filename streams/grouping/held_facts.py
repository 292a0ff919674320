"""New facts that came too soon after what was told: told once the hour is over. Pure.

Else an outlet that puts its figure right within the hour would leave readers with the wrong one.
"""

from datetime import datetime

import msgspec

from streams.grouping.facts import Facts
from streams.grouping.headline_event import event_of, face_with
from streams.grouping.joining import Joining
from streams.grouping.notify_rules import NEW_FACT
from streams.grouping.packing import pack_marks, unpack_marks
from streams.grouping.versions import newest
from streams.grouping.weights import FACTS, HELD, SAID, TELL_AGAIN
from streams.model.alert import AlertEvent, AlertState, HeldFact, Kind, event_id
from streams.model.story import TAKEN_BACK


def held_with(alert: AlertState, joining: Joining, new: Facts) -> tuple[HeldFact, ...]:
    """Return what an alert holds back with a story of which nothing is told now."""
    story = joining.match.story
    rest = _without(alert.held, story.id)
    if not (joining.fits and new.changes) or story.status in TAKEN_BACK:
        return rest
    one = HeldFact(
        story=story.id,
        version=story.version,
        face=face_with(alert.face, joining.match),
        changes=new.changes,
        facts=tuple(joining.known.facts.values()),
        marks=tuple(sorted(new.marks)),
    )
    return (*rest, one)[-HELD:]


def held_after(alert: AlertState, joining: Joining, new: Facts) -> tuple[HeldFact, ...]:
    """Return what an alert still holds back after an event of a story: nothing that it told."""
    rest = _without(alert.held, joining.match.story.id)
    return tuple(one for one in rest if not new.marks.issuperset(one.marks))


def is_due(alert: AlertState, clock: datetime) -> bool:
    """Say whether what an alert holds back may be told by now."""
    return bool(alert.held) and clock - alert.told >= TELL_AGAIN


def told_late(
    alert: AlertState, clock: datetime, now: datetime
) -> tuple[AlertState, AlertEvent | None]:
    """Tell what an alert held back, as far as it stands: what an outlet still says of it."""
    over = alert.withdrawn or alert.closed
    standing = [one for one in alert.held if not over and _stands(alert, one)]
    state = msgspec.structs.replace(alert, held=())
    if not standing:
        return state, None
    last = standing[-1]
    event = event_of(
        alert,
        last.face,
        Kind.UPDATED,
        event_id(alert=alert.alert, kind=Kind.UPDATED, version=f"{last.story}.{last.version}"),
        NEW_FACT,
        now,
        changes=tuple(change for one in standing for change in one.changes),
    )
    marks = dict.fromkeys((*unpack_marks(alert.said), *(m for one in standing for m in one.marks)))
    facts = dict.fromkeys((*alert.facts, *(fact for one in standing for fact in one.facts)))
    return msgspec.structs.replace(
        state,
        told=clock,
        said=pack_marks(list(marks)[-SAID:]),
        facts=tuple(facts)[:FACTS],
        face=last.face if last.story == alert.face.story.id else alert.face,
    ), event


def _stands(alert: AlertState, held: HeldFact) -> bool:
    """Say whether a story still says it, and is still of the alert."""
    member = alert.stories.get(held.story)
    last = None if member is None else newest(member.versions)
    return last is not None and last.version == held.version


def _without(held: tuple[HeldFact, ...], story: str) -> tuple[HeldFact, ...]:
    return tuple(one for one in held if one.story != story)
