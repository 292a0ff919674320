"""What people's words make of alerts: a story parted from one, two joined to one. Pure."""

from collections.abc import Container, Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import msgspec

from streams.grouping.alert_status import tellers, who_tells, who_tells_in_own_words
from streams.grouping.headline_event import event_of, why_in
from streams.grouping.joining import Joining
from streams.grouping.packing import pack_marks, pack_terms, unpack_marks, unpack_terms
from streams.grouping.transitions import opened
from streams.grouping.weights import CENTRE, FACTS, MOST_FREE, OUTLETS, SAID, STORIES, TERMS, TEXTS
from streams.model.alert import (
    AlertEvent,
    AlertState,
    Bond,
    Change,
    Face,
    Grouping,
    Kind,
    Member,
    event_id,
    pack_stories,
)
from streams.model.alert_reasons import JOINED, PARTED
from streams.model.verdict import Verdict


class Ends(NamedTuple):
    """What a ruling comes to: the alerts as they are now, what there is to tell, what is no more.

    `dropped` is an alert that is part of another now.
    """

    states: tuple[AlertState, ...]
    events: tuple[AlertEvent, ...]
    dropped: AlertState | None = None


def parted_story(of: str) -> str:
    """Return what stands for a story in the id of an alert that it opens once it was parted.

    It may have opened the alert that it isn't of, whose id stays with the other stories.
    """
    return f"{of} parted"


def stories_parted(alert: AlertState, story: str) -> frozenset[str]:
    """Return the stories that leave with one: copies of its words. None, if nothing would stay."""
    member = alert.stories[story]
    going = {story}
    if member.text == story:
        going |= {name for name, one in alert.stories.items() if one.text == story}
    if len(going) == len(alert.stories):
        going = {story}
    return frozenset(going if len(going) < len(alert.stories) else ())


def part(alert: AlertState, joining: Joining, verdict: Verdict, to: str, now: datetime) -> Ends:
    """Part a story from its alert, and open one with it."""
    going = stories_parted(alert, joining.match.story.id)
    if not going:
        return Ends((), ())
    state, event = opened(to, joining, now, reason=f"{PARTED} {verdict.by}")
    stories = {name: alert.stories[name] for name in going}
    still = tellers(stories)
    state = msgspec.structs.replace(
        state,
        packed_stories=pack_stories(stories),
        outlets=who_tells(stories, still),
        own=who_tells_in_own_words(still),
        first=min(one.first for one in stories.values()),
        active=alert.active,
        window_hours=alert.window_hours,
        withdrawn=not still,
        closed=alert.closed,
    )
    name = event_id(alert=to, kind=Kind.OPENED, version=_at(verdict))
    event = msgspec.structs.replace(
        event, event=name, outlets=state.outlets, stories=state.story_ids
    )
    rest = without(alert, going, joining.terms)
    own = joining.match.embedding
    kept = {name: one for name, one in rest.embeddings.items() if one != own}
    rest = msgspec.structs.replace(rest, embeddings=kept)
    return Ends((rest, state), (*_left(alert, rest, verdict, now, to), event))


def without(alert: AlertState, going: Container[str], terms: Mapping[int, float]) -> AlertState:
    """Return an alert without some of its stories. `terms` are those of their words."""
    stories = {name: one for name, one in alert.stories.items() if name not in going}
    count = min(alert.reports, CENTRE)
    left = {
        term: heavy * count / max(1, count - 1) - terms.get(term, 0.0) / max(1, count - 1)
        for term, heavy in unpack_terms(alert.terms).items()
    }
    left = {term: heavy for term, heavy in left.items() if heavy > 0}
    free = unpack_terms(alert.free)
    still = tellers(stories)
    return msgspec.structs.replace(
        alert,
        first=min(one.first for one in stories.values()),
        packed_stories=pack_stories(stories),
        outlets=who_tells(stories, still),
        own=who_tells_in_own_words(still),
        texts=tuple(text for text in alert.texts if text.story not in going),
        terms=pack_terms(left) if left else alert.terms,
        free=pack_terms({t: w for t, w in free.items() if t in left or t not in terms}),
        reports=max(1, alert.reports - 1),
        face=_faced(alert.face, stories),
        withdrawn=not still,
    )


def join(keep: AlertState, other: AlertState, verdict: Verdict, now: datetime) -> Ends:
    """Join an alert to another one."""
    counts = [min(one.reports, CENTRE) for one in (keep, other)]
    terms: dict[int, float] = {}
    for one, count in zip((keep, other), counts, strict=True):
        for term, heavy in unpack_terms(one.terms).items():
            terms[term] = terms.get(term, 0.0) + heavy * count / sum(counts)
    heaviest = sorted(terms.items(), key=lambda item: (-item[1], item[0]))[:TERMS]
    free = {**unpack_terms(other.free), **unpack_terms(keep.free)}
    texts = (*keep.texts, *other.texts)
    stories = dict(list({**other.stories, **keep.stories}.items())[-STORIES:])
    stories = {**{name: stories[name] for name in keep.stories if name in stories}, **stories}
    still = tellers(stories)
    state = msgspec.structs.replace(
        keep,
        first=min(keep.first, other.first),
        last=max(keep.last, other.last),
        active=max(keep.active, other.active),
        packed_stories=pack_stories(stories),
        outlets=who_tells(stories, still)[:OUTLETS],
        own=who_tells_in_own_words(still)[:OUTLETS],
        texts=texts if len(texts) <= TEXTS else (*texts[:1], *texts[1 - TEXTS :]),
        terms=pack_terms(dict(heaviest)),
        free=pack_terms(dict(list(free.items())[-MOST_FREE:])),
        languages=tuple(dict.fromkeys((*keep.languages, *other.languages))),
        embeddings={**other.embeddings, **keep.embeddings},
        facts=tuple(dict.fromkeys((*keep.facts, *other.facts)))[:FACTS],
        said=pack_marks(list({**unpack_marks(keep.said), **unpack_marks(other.said)})[-SAID:]),
        told=max(keep.told, other.told),
        reports=keep.reports + other.reports,
        official=keep.official or other.official,
        withdrawn=not still,
        closed=keep.closed and other.closed,
    )
    said = f"{JOINED} {verdict.by}"
    changes = [
        Change(what="alert", before=other.face.story.headline, after=keep.face.story.headline)
    ]
    if state.outlets != keep.outlets:
        before, after = ", ".join(keep.outlets), ", ".join(state.outlets)
        changes.append(Change(what="outlets", before=before, after=after))
    gravest = max(keep.face.severity, other.face.severity, key=attrgetter("rank"))
    update = _told(
        msgspec.structs.replace(keep.face, severity=gravest),
        Kind.UPDATED,
        said,
        state,
        verdict,
        now,
        other=other.alert,
        changes=tuple(changes),
    )
    events = [update]
    if not other.closed:
        end = f"{JOINED} {verdict.by} to {keep.alert[:10]}"
        events.append(_told(other.face, Kind.CLOSED, end, other, verdict, now, other=keep.alert))
    face = msgspec.structs.replace(state.face, severity=gravest)
    return Ends((msgspec.structs.replace(state, face=face),), tuple(events), other)


def split(alert: AlertState, before: AlertState, verdict: Verdict, now: datetime) -> Ends:
    """Part an alert again from the one that it was joined to, as far as that can be undone.

    `before` is how it was then; versions of its stories that came since are kept.
    """
    stories = {name: alert.stories.get(name, one) for name, one in before.stories.items()}
    if not alert.stories.keys() - stories.keys():
        return Ends((), ())
    again = msgspec.structs.replace(
        before,
        packed_stories=pack_stories(stories),
        unpacked={},
        active=max(before.active, alert.active),
        withdrawn=not tellers(stories),
        closed=alert.closed,
    )
    rest = without(alert, stories, unpack_terms(before.terms))
    said = f"{PARTED} {verdict.by}"
    event = _told(before.face, Kind.OPENED, said, again, verdict, now, other=alert.alert)
    return Ends((rest, again), (*_left(alert, rest, verdict, now, again.alert), event))


def _left(
    before: AlertState, rest: AlertState, verdict: Verdict, now: datetime, to: str
) -> tuple[AlertEvent, ...]:
    """Tell of an alert that stories left it to one of their own, and which are in it still.

    One that was closed stays so.
    """
    changes: tuple[Change, ...] = ()
    if rest.outlets != before.outlets:
        names = ", ".join(before.outlets), ", ".join(rest.outlets)
        changes = (Change(what="outlets", before=names[0], after=names[1]),)
    kind = Kind.WITHDRAWN if rest.withdrawn else Kind.UPDATED
    said = f"{PARTED} {verdict.by}"
    told = _told(rest.face, kind, said, rest, verdict, now, other=to, changes=changes)
    if not rest.closed:
        return (told,)
    return told, _told(rest.face, Kind.CLOSED, said, rest, verdict, now, other=to)


def _told(
    face: Face,
    kind: Kind,
    reason: str,
    alert: AlertState,
    verdict: Verdict,
    now: datetime,
    *,
    other: str,
    changes: tuple[Change, ...] = (),
) -> AlertEvent:
    event = event_id(alert=alert.alert, kind=kind, version=_at(verdict))
    # What is one by now isn't related.
    related = () if reason.startswith(JOINED) else (other,)
    told = event_of(alert, face, kind, event, reason, now, related=related, changes=changes)
    ruled = Grouping(bond=Bond.RULING, nearest=other, by=verdict.by)
    return msgspec.structs.replace(told, grouping=ruled)


def _at(verdict: Verdict) -> str:
    return f"{verdict.key} {verdict.at.isoformat()}"


def _faced(face: Face, stories: Mapping[str, Member]) -> Face:
    """Return an alert's last event, of a story that is still in it."""
    if face.story.id in stories:
        return face
    name, member = next(iter(stories.items()))
    story = msgspec.structs.replace(
        face.story,
        id=name,
        version=member.versions[-1].version,
        source=member.outlet,
        headline=member.headline,
        summary="",
        body="",
        url=None,
        whole=None,
    )
    return msgspec.structs.replace(face, story=story, why=why_in(story, face))
