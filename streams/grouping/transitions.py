"""The life of an alert: what a story makes of it."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from operator import attrgetter

import msgspec

from streams.grouping.alert_status import tellers, who_tells, who_tells_in_own_words
from streams.grouping.embeddings import of_first_reports
from streams.grouping.facts import new_facts, remembered
from streams.grouping.headline_event import after_event, event_of, face_of, with_story
from streams.grouping.held_facts import held_after, held_with
from streams.grouping.index import deadline
from streams.grouping.joining import Joining, time_of
from streams.grouping.member_story import is_news, member_of, whose_words
from streams.grouping.notify_rules import news, own_text
from streams.grouping.official import official
from streams.grouping.packing import pack_hashes, pack_terms, unpack_terms
from streams.grouping.signature import Signature
from streams.grouping.weights import (
    CENTRE,
    FACTS,
    FIGURES,
    MOST_FREE,
    OUTLETS,
    REWRITTEN,
    STORIES,
    TERMS,
    TEXTS,
)
from streams.model.alert import (
    AlertEvent,
    AlertState,
    Bond,
    Kind,
    Member,
    Text,
    event_id,
    pack_stories,
)
from streams.model.editorial_signals import bare
from streams.model.story import TAKEN_BACK, Status, Story

NEW_STORY = "new story"
OLD_ENTRY = "another story in an entry that is known"


def opened(
    alert: str, joining: Joining, now: datetime, *, reason: str = NEW_STORY
) -> tuple[AlertState, AlertEvent]:
    """Open an alert."""
    match, story, at = joining.match, joining.match.story, time_of(joining.match.story)
    event = AlertEvent(
        alert=alert,
        event=event_id(alert=alert, kind=Kind.OPENED, version=story.version),
        kind=Kind.OPENED,
        reason=reason,
        watch=match.watch,
        title=match.title,
        severity=match.severity,
        shadow=match.shadow,
        story=story,
        tags=match.tags,
        why=match.why,
        outlets=(story.source,),
        stories=(story.id,),
        related=joining.related,
        grouping=joining.grouping,
        times=msgspec.structs.replace(match.times, raised=now),
    )
    state = AlertState(
        alert=alert,
        watch=match.watch,
        first=at,
        last=at,
        active=story.first_seen,
        packed_stories=pack_stories({story.id: member_of(None, joining)}),
        outlets=(story.source,),
        own=(story.source,),
        texts=(_text(joining),),
        terms=pack_terms(joining.terms),
        free=pack_terms(joining.known.free),
        languages=(joining.known.language,),
        embeddings=of_first_reports({}, joining.known.language, match.embedding),
        facts=_facts((), joining.known),
        said=remembered(b"", joining),
        told=at,
        face=face_of(event),
        window_hours=match.window_hours,
        official=official(story),
    )
    return state, event


def joined(
    alert: AlertState, joining: Joining, now: datetime
) -> tuple[AlertState, list[AlertEvent]]:
    """Take a story into an alert: the alert as it is now, and what there is to tell of it.

    A version that is known, or older than one known, is remembered. It is told of only if that
    changes whether anybody tells the event: it may have been on its way for long.
    """
    match, story = joining.match, joining.match.story
    before = alert.stories.get(story.id)
    member = member_of(before, joining)
    if member == before:
        return alert, []
    stories = _with_story(alert, story, member)
    still = tellers(stories)
    withdrawn = not still
    if withdrawn == alert.withdrawn and not is_news(before, member, story.version):
        return msgspec.structs.replace(alert, packed_stories=pack_stories(stories)), []
    new = new_facts(alert, joining)
    after = _with(alert, joining, stories, still)
    told = news(alert, after, joining, new)
    usable = story.status not in TAKEN_BACK
    if told is None:
        # What is new and wasn't told stays new until it is told.
        said = remembered(alert.said, joining, untold=new.marks) if usable else alert.said
        facts = alert.facts if new.marks else after.facts
        face = after.face
        if usable and joining.fits:
            face = with_story(face, match)
        held = held_with(alert, joining, new)
        return msgspec.structs.replace(after, said=said, facts=facts, face=face, held=held), []
    event = AlertEvent(
        alert=alert.alert,
        event=event_id(alert=alert.alert, kind=told.kind, version=_named(before, story)),
        kind=told.kind,
        reason=told.reason,
        watch=match.watch,
        title=match.title,
        severity=max(match.severity, alert.face.severity, key=attrgetter("rank")),
        shadow=match.shadow,
        story=story,
        tags=match.tags,
        why=match.why,
        outlets=after.outlets,
        stories=after.story_ids,
        grouping=joining.grouping,
        changes=told.changes,
        times=msgspec.structs.replace(match.times, raised=now),
    )
    again = told.kind is Kind.UPDATED
    after = msgspec.structs.replace(
        after,
        told=max(alert.told, time_of(story)),
        held=held_after(alert, joining, new),
        said=remembered(alert.said, joining, told=new.marks) if usable else alert.said,
        # What was taken back is no face for an alert that others still tell.
        face=alert.face if again and not usable else after_event(alert.face, event, match),
        active=max(after.active, story.first_seen) if again else after.active,
        closed=alert.closed and not again,
    )
    return after, [event]


def _named(before: Member | None, story: Story) -> str:
    """Return what names a version in the id of its event; one that came back has its time too."""
    name = f"{story.id}.{story.version}"
    came_back = before is not None and any(one.version == story.version for one in before.versions)
    return f"{name}.{story.first_seen.isoformat()}" if came_back else name


def closed(alert: AlertState, now: datetime) -> AlertEvent:
    """Tell that an alert has been quiet for the window."""
    story, hours = alert.face.story, alert.window_hours
    event = event_of(
        alert,
        alert.face,
        Kind.CLOSED,
        event_id(alert=alert.alert, kind=Kind.CLOSED, version=f"{story.id}.{story.version}"),
        f"quiet for {hours} hour{'' if hours == 1 else 's'}",
        now,
    )
    return msgspec.structs.replace(event, window_hours=hours)


def _with(
    alert: AlertState,
    joining: Joining,
    stories: Mapping[str, Member],
    still: Mapping[str, Member],
) -> AlertState:
    """Add a story to what is remembered. `still` are those that tell the event."""
    story, bond = joining.match.story, joining.grouping.bond
    at = time_of(story)
    usable = story.status not in TAKEN_BACK
    report = usable and bond is Bond.REPORT
    more = alert.outlets if story.id not in stories else ()
    late = not alert.closed and story.first_seen > deadline(alert)
    return msgspec.structs.replace(
        alert,
        first=min(alert.first, at),
        last=max(alert.last, at),
        # What comes after the window keeps no alert open: the next Tick closes it.
        active=alert.active if late else max(alert.active, story.first_seen),
        packed_stories=pack_stories(stories),
        left_out=alert.left_out + (story.id not in stories),
        # Who took it back tells it no more. Of a full alert not all stories are known.
        outlets=tuple(dict.fromkeys((*more, *who_tells(stories, still))))[:OUTLETS],
        own=who_tells_in_own_words(still)[:OUTLETS],
        reports=alert.reports + report,
        texts=_texts(alert.texts, joining) if usable else alert.texts,
        terms=_mean(alert, joining) if report else alert.terms,
        free=_free(alert, joining.known) if report else alert.free,
        languages=tuple(dict.fromkeys((*alert.languages, joining.known.language)))
        if report
        else alert.languages,
        embeddings=of_first_reports(
            alert.embeddings, joining.known.language, joining.match.embedding
        )
        if report
        else alert.embeddings,
        facts=_facts(alert.facts, joining.known) if usable else alert.facts,
        official=alert.official or (usable and official(story)),
        withdrawn=not still,
    )


def _with_story(alert: AlertState, story: Story, member: Member) -> Mapping[str, Member]:
    """Add a story to those remembered, but to a full alert only what may end or revive it."""
    full = len(alert.stories) >= STORIES and story.id not in alert.stories
    if full and story.status not in TAKEN_BACK and not alert.withdrawn:
        return alert.stories
    return {**alert.stories, story.id: member}


def _texts(texts: tuple[Text, ...], joining: Joining) -> tuple[Text, ...]:
    """Return the texts with a new one added, or an edited one in the place of what it was."""
    bond = joining.grouping.bond
    story = joining.match.story
    # A correction is often a story of its own; another outlet's says nothing of this one's words.
    corrected = (
        joining.text is not None
        and story.status is Status.CORRECTED
        and story.source == joining.text.source
    )
    if joining.text is not None and (bond is Bond.SAME_STORY or corrected):
        # Edited or not, they are the words of the same outlet.
        own = own_text(texts, story) if bond is Bond.SAME_STORY else None
        before = own or joining.text
        edited = _text(joining, before.story)
        return tuple(edited if text == before else text for text in texts)
    told = bond is Bond.REPORT or joining.frame < REWRITTEN
    if not told:
        return texts
    return (*texts[:1], *texts[1:][-(TEXTS - 2) :], _text(joining))


def _text(joining: Joining, whose: str = "") -> Text:
    story, sketch = joining.match.story, joining.known.sketch
    return Text(
        source=story.source,
        headline=bare(story.headline),
        sketch=pack_hashes(sketch.hashes),
        limit=sketch.limit,
        story=whose or whose_words(joining),
        figures=tuple(islice(joining.known.figures.values(), FIGURES)),
        named=pack_hashes(joining.known.named),
        roles=tuple(sorted(joining.known.roles)),
        kinds=tuple(sorted(joining.known.kinds)),
    )


def _mean(alert: AlertState, joining: Joining) -> bytes:
    """Return the mean of the alert's terms and a report's, the heaviest first."""
    count = min(alert.reports, CENTRE)
    mean = {term: heavy * count / (count + 1) for term, heavy in unpack_terms(alert.terms).items()}
    for term, heavy in joining.terms.items():
        mean[term] = mean.get(term, 0.0) + heavy / (count + 1)
    heaviest = sorted(mean.items(), key=lambda item: (-item[1], item[0]))
    return pack_terms(dict(heaviest[:TERMS]))


def _free(alert: AlertState, known: Signature) -> bytes:
    """Return the language-free terms of all reports, the heaviest of the first ones."""
    free = unpack_terms(alert.free)
    room = MOST_FREE - len(free)
    new = [item for item in known.free.items() if item[0] not in free]
    return pack_terms({**free, **dict(new[: max(0, room)])})


def _facts(facts: tuple[str, ...], known: Signature) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*facts, *known.facts.values())))[:FACTS]
