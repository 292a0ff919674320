"""The life of an alert: what a story does to it, and whether that is worth telling."""

from datetime import datetime
from itertools import islice
from typing import NamedTuple

import msgspec

from streams.alert import AlertEvent, AlertState, Bond, Change, Grouping, Kind, Text, event_id
from streams.gather.official import official
from streams.gather.packing import pack_hashes, pack_terms, unpack_terms
from streams.gather.signature import Signature, words_of
from streams.gather.weights import (
    CENTRE,
    FACTS,
    FIGURES,
    FOLLOW_UP,
    MOST_FREE,
    NEW_WORDS,
    OUTLETS,
    REWRITTEN,
    STORIES,
    TELL_AGAIN,
    TERMS,
    TEXTS,
    TOLD_OUTLETS,
    VERSIONS,
)
from streams.gather.wires import bare, says_corrected
from streams.gather.words import word
from streams.story import Status, Story
from streams.tags import Tags
from streams.watch import Match

NEW_STORY = "new story"
NEW_FACT = "new fact"
OFFICIAL = "first official source"
AGAIN = "reported again"
CORRECTED = "corrected by the outlet"
WITHDRAWN = {Status.CANCELED: "killed by the outlet", Status.WITHHELD: "held back by the outlet"}
MORE_SEVERE = "severity up"
FACE_CHARACTERS = 300


class Joining(NamedTuple):
    """A story on its way into an alert: what it is known by, and why it goes there.

    `terms` are its terms as they weigh among the open alerts, `text` is the text there that it
    shares most with, `frame` the share.
    """

    match: Match
    known: Signature
    terms: dict[int, float]
    grouping: Grouping
    text: Text | None = None
    frame: float = 0.0


class News(NamedTuple):
    """Something to tell of an alert."""

    kind: Kind
    reason: str
    changes: tuple[Change, ...] = ()


def time_of(story: Story) -> datetime:
    """Give when a story is from: its date if that can be right, else when it was seen."""
    dated = story.published
    return dated if dated is not None and dated <= story.first_seen else story.first_seen


def opened(alert: str, joining: Joining, now: datetime) -> tuple[AlertState, AlertEvent]:
    """Open an alert."""
    match, story, at = joining.match, joining.match.story, time_of(joining.match.story)
    event = AlertEvent(
        alert=alert,
        event=event_id(alert=alert, kind=Kind.OPENED, version=story.version),
        kind=Kind.OPENED,
        reason=NEW_STORY,
        watch=match.watch,
        title=match.title,
        severity=match.severity,
        shadow=match.shadow,
        story=story,
        tags=match.tags,
        why=match.why,
        outlets=(story.source,),
        stories=(story.id,),
        grouping=joining.grouping,
        times=msgspec.structs.replace(match.times, raised=now),
    )
    state = AlertState(
        alert=alert,
        watch=match.watch,
        first=at,
        last=at,
        active=story.first_seen,
        stories={story.id: (story.version,)},
        outlets=(story.source,),
        own=(story.source,),
        texts=(_text(joining),),
        terms=pack_terms(joining.terms),
        free=pack_terms(joining.known.free),
        languages=(joining.known.language,),
        facts=_facts((), joining.known),
        told=at,
        face=_face(event),
        window_hours=match.window_hours,
        official=official(story),
    )
    return state, event


def joined(
    alert: AlertState, joining: Joining, now: datetime
) -> tuple[AlertState, list[AlertEvent]]:
    """Take a story into an alert: the alert as it is now, and what there is to tell of it."""
    match, story = joining.match, joining.match.story
    if story.version in alert.stories.get(story.id, ()):
        return alert, []
    after = _with(alert, joining)
    news = _news(alert, after, joining)
    if news is None:
        return after, []
    event = AlertEvent(
        alert=alert.alert,
        event=event_id(alert=alert.alert, kind=news.kind, version=f"{story.id}.{story.version}"),
        kind=news.kind,
        reason=news.reason,
        watch=match.watch,
        title=match.title,
        severity=match.severity,
        shadow=match.shadow,
        story=story,
        tags=match.tags,
        why=match.why,
        outlets=after.outlets,
        stories=tuple(after.stories),
        grouping=joining.grouping,
        changes=news.changes,
        times=msgspec.structs.replace(match.times, raised=now),
    )
    after = msgspec.structs.replace(
        after,
        told=max(alert.told, time_of(story)),
        face=_face(event),
        withdrawn=news.kind is Kind.WITHDRAWN or (alert.withdrawn and news.reason != AGAIN),
        closed=alert.closed and news.kind is not Kind.UPDATED,
    )
    return after, [event]


def closed(alert: AlertState, now: datetime) -> AlertEvent:
    """Tell that an alert has been quiet for the window."""
    face = alert.face
    return msgspec.structs.replace(
        face,
        event=event_id(
            alert=alert.alert, kind=Kind.CLOSED, version=f"{face.story.id}.{face.story.version}"
        ),
        kind=Kind.CLOSED,
        reason=f"quiet for {alert.window_hours} hours",
        outlets=alert.outlets,
        stories=tuple(alert.stories),
        times=msgspec.structs.replace(face.times, raised=now),
    )


def _news(before: AlertState, after: AlertState, joining: Joining) -> News | None:
    """Say what is worth telling, most important first."""
    story, bond = joining.match.story, joining.grouping.bond
    if story.status in WITHDRAWN:
        return None if before.withdrawn else News(Kind.WITHDRAWN, WITHDRAWN[story.status])
    if story.status is Status.CORRECTED:
        return News(Kind.CORRECTED, CORRECTED, changes(joining))
    if joining.match.severity.rank > before.face.severity.rank:
        return News(Kind.UPDATED, MORE_SEVERE)
    if bond is Bond.SAME_STORY:
        found = changes(joining)
        if found and says_corrected(story):
            return News(Kind.CORRECTED, CORRECTED, found)
        return _new_fact(before, joining)
    if before.withdrawn:
        return News(Kind.UPDATED, AGAIN) if bond is Bond.REPORT else None
    if bond is Bond.COPY:
        return _new_fact(before, joining)
    if after.official and not before.official:
        return News(Kind.UPDATED, OFFICIAL)
    if len(after.own) > len(before.own) and (told := TOLD_OUTLETS.get(len(after.own))):
        return News(Kind.UPDATED, told)
    return _new_fact(before, joining) or _follow_up(before, joining)


def _new_fact(alert: AlertState, joining: Joining) -> News | None:
    """Tell of figures in the headline that no report of the event had."""
    if time_of(joining.match.story) - alert.told < TELL_AGAIN:
        return None
    texts = [figure for text in alert.texts for figure in text.figures]
    known = {word(figure).term for figure in (*texts, *alert.facts)}
    new = [
        text
        for term, text in joining.known.facts.items()
        if term not in known and text[0].isdigit()
    ]
    if not new:
        return None
    before = ", ".join(alert.facts[:FIGURES])
    return News(
        Kind.UPDATED, NEW_FACT, (Change(what="figures", before=before, after=", ".join(new)),)
    )


def _follow_up(alert: AlertState, joining: Joining) -> News | None:
    """Tell of a later report that says something else in its headline."""
    if time_of(joining.match.story) - alert.told < FOLLOW_UP:
        return None
    known = set(unpack_terms(alert.terms)).union(*(words_of(text.headline) for text in alert.texts))
    headline = joining.known.headline
    new = sum(told for term, told in headline.items() if term not in known)
    if new < NEW_WORDS * (sum(headline.values()) or 1.0):
        return None
    change = Change(
        what="headline", before=alert.face.story.headline, after=joining.match.story.headline
    )
    return News(Kind.UPDATED, NEW_FACT, (change,))


def changes(joining: Joining) -> tuple[Change, ...]:
    """Say how a story differs from the text in the alert that it is nearest to."""
    text = joining.text
    if text is None:
        return ()
    found = []
    headline = bare(joining.match.story.headline)
    if headline != bare(text.headline):
        found.append(Change(what="headline", before=text.headline, after=headline))
    old = {word(figure).term: figure for figure in text.figures}
    new = dict(islice(joining.known.figures.items(), FIGURES))
    gone = [figure for term, figure in old.items() if term not in new]
    come = [figure for term, figure in new.items() if term not in old]
    if gone or come:
        found.append(Change(what="figures", before=", ".join(gone), after=", ".join(come)))
    return tuple(found)


def _with(alert: AlertState, joining: Joining) -> AlertState:
    """Add a story to what is remembered."""
    story, bond = joining.match.story, joining.grouping.bond
    at = time_of(story)
    usable = story.status not in WITHDRAWN
    full = story.id not in alert.stories and len(alert.stories) >= STORIES
    versions = (*alert.stories.get(story.id, ()), story.version)[-VERSIONS:]
    report = usable and bond is Bond.REPORT
    own = alert.own
    if report and story.source not in own:
        own = (*own, story.source)[:OUTLETS]
    return msgspec.structs.replace(
        alert,
        first=min(alert.first, at),
        last=max(alert.last, at),
        active=max(alert.active, story.first_seen),
        stories=alert.stories if full else {**alert.stories, story.id: versions},
        left_out=alert.left_out + full,
        outlets=tuple(dict.fromkeys((*alert.outlets, story.source)))[:OUTLETS],
        own=own,
        reports=alert.reports + report,
        texts=_texts(alert.texts, joining) if usable else alert.texts,
        terms=_mean(alert, joining) if report else alert.terms,
        free=_free(alert, joining.known) if report else alert.free,
        languages=tuple(dict.fromkeys((*alert.languages, joining.known.language)))
        if report
        else alert.languages,
        facts=_facts(alert.facts, joining.known) if usable else alert.facts,
        official=alert.official or (usable and official(story)),
    )


def _texts(texts: tuple[Text, ...], joining: Joining) -> tuple[Text, ...]:
    """Give the texts with a new one added, or an edited one in the place of what it was."""
    bond = joining.grouping.bond
    corrected = joining.match.story.status is Status.CORRECTED
    if joining.text is not None and (bond is Bond.SAME_STORY or corrected):
        return tuple(_text(joining) if text == joining.text else text for text in texts)
    told = bond is Bond.REPORT or joining.frame < REWRITTEN
    if not told:
        return texts
    return (*texts[:1], *texts[1:][-(TEXTS - 2) :], _text(joining))


def _text(joining: Joining) -> Text:
    story, sketch = joining.match.story, joining.known.sketch
    return Text(
        source=story.source,
        headline=bare(story.headline),
        sketch=pack_hashes(sketch.hashes),
        limit=sketch.limit,
        figures=tuple(islice(joining.known.figures.values(), FIGURES)),
    )


def _mean(alert: AlertState, joining: Joining) -> bytes:
    """Give the mean of the alert's terms and a report's, the heaviest first."""
    count = min(alert.reports, CENTRE)
    mean = {term: heavy * count / (count + 1) for term, heavy in unpack_terms(alert.terms).items()}
    for term, heavy in joining.terms.items():
        mean[term] = mean.get(term, 0.0) + heavy / (count + 1)
    heaviest = sorted(mean.items(), key=lambda item: (-item[1], item[0]))
    return pack_terms(dict(heaviest[:TERMS]))


def _free(alert: AlertState, known: Signature) -> bytes:
    """Give the language-free terms of all reports, the heaviest of the first ones."""
    free = unpack_terms(alert.free)
    room = MOST_FREE - len(free)
    new = [item for item in known.free.items() if item[0] not in free]
    return pack_terms({**free, **dict(new[: max(0, room)])})


def _facts(facts: tuple[str, ...], known: Signature) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*facts, *known.facts.values())))[:FACTS]


def _face(event: AlertEvent) -> AlertEvent:
    """Give an event without its texts and evidence: they were told, and would be told again."""
    story, why = event.story, event.why
    return msgspec.structs.replace(
        event,
        story=msgspec.structs.replace(story, body="", summary=story.summary[:FACE_CHARACTERS]),
        tags=_bare_tags(event.tags),
        why=msgspec.structs.replace(
            why,
            pair=why.pair and msgspec.structs.replace(why.pair, spans=()),
            topics=tuple(msgspec.structs.replace(topic, spans=()) for topic in why.topics),
        ),
        outlets=(),
        stories=(),
        grouping=None,
        changes=(),
    )


def _bare_tags(tags: Tags) -> Tags:
    return msgspec.structs.replace(
        tags,
        countries=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.countries),
        pairs=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.pairs),
        topics=tuple(msgspec.structs.replace(tag, spans=()) for tag in tags.topics),
    )
