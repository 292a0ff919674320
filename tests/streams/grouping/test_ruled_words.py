"""What people join or part comes with the very words that decided, as far as they are at hand."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from streams.contract.codec import decode, encode
from streams.grouping.headline_event import why_without_evidence
from streams.model.alert import AlertEvent, AlertState, Kind
from streams.model.story import Status
from streams.model.tags import Field, PairTag, Relation, Span, Stretch, TopicTag
from streams.model.verdict import Ruling
from streams.model.watch import Match, Notice, Tick
from tests.streams.grouping import test_rulings as rulings
from tests.streams.grouping.test_rulings import Worker, brief, one_event, two_events
from tests.support.gathered import notice
from tests.support.samples import NOON

RAIN = "The rain went on in all provinces, and the roads were slow. " * 25
TRADE = "Carpenters planed boards in sheds; buyers wrote figures in small books. " * 25
"""Nothing that decided stands in these."""


def told_by(match: Match, field: Field) -> Match:
    """A match that was decided by the last sentence of a text; the topic is in the headline too."""
    if field == "body":
        before = TRADE if match is rulings.TEAK else RAIN
        story = msgspec.structs.replace(match.story, body=f"{before}{match.story.body}")
        match = msgspec.structs.replace(match, story=story)
    text: str = getattr(match.story, field)
    start = text.rfind(". ", 0, -1) + 2 if field == "body" else 0
    words = [span(match, field, word, start) for word in text[start:].split()[:3]]
    first = span(match, "headline", match.story.headline.split()[0], 0)
    pair = PairTag(
        a="KH",
        b="US",
        relation=Relation.BETWEEN,
        score=0.9,
        spans=tuple(words[:2]),
        sentence=Stretch(field=field, start=start, end=len(text)),
    )
    topic = TopicTag(slug="defense", score=0.9, spans=(first, words[2]))
    why = msgspec.structs.replace(match.why, pair=pair, topics=(topic,))
    return msgspec.structs.replace(match, why=why)


def span(match: Match, field: Field, word: str, start: int) -> Span:
    at = getattr(match.story, field).index(word, start)
    return Span(field=field, start=at, end=at + len(word), surface=word, entry=word.lower())


def stands(event: AlertEvent, place: Span | Stretch) -> str:
    text: str = getattr(event.story, place.field)
    return text[place.start : place.end]


def histories(field: Field) -> dict[str, Sequence[Match | Notice | Tick | Ruling]]:
    first, teak, copy = (told_by(one, field) for one in (rulings.FIRST, rulings.TEAK, rulings.COPY))
    again = one_event(minutes=300, back=True)
    back = two_events(copy, minutes=300, back=True)
    return {
        "joined": (first, teak, one_event()),
        "joined and parted again": (first, teak, one_event(), again),
        "parted": (first, copy, two_events(copy)),
        "parted and joined again": (first, copy, two_events(copy), back),
        "quiet": (first, Tick(at=NOON + timedelta(days=9))),
    }


@pytest.mark.parametrize("field", ["headline", "body"])
@pytest.mark.parametrize("name", histories("headline"))
def test_every_event_has_the_words_that_decided_where_they_stand(name: str, field: Field) -> None:
    events = Worker().step(*histories(field)[name]).events
    told = [one for one in events if one.kind is not Kind.JOINED]
    assert len(told) > 1
    for event in told:
        why = event.why
        assert why.who, (event.kind, event.reason)
        assert why.what, (event.kind, event.reason)
        assert [stands(event, one) for one in why.spans] == [one.surface for one in why.spans]
        assert why.sentence is not None
        assert stands(event, why.sentence).startswith(why.who[0].surface)


@pytest.mark.parametrize("headline", ["KILL: Navy helicopters lift 41 villagers", None])
def test_words_are_marked_in_no_other_text_than_theirs(headline: str | None) -> None:
    first = told_by(rulings.FIRST, "headline")
    story = first.story
    killed = msgspec.structs.replace(
        story,
        version="killed",
        headline=headline or story.headline,
        status=Status.CANCELED,
        first_seen=NOON + timedelta(hours=1),
    )
    kill = notice(msgspec.structs.replace(brief(first), story=killed))
    event = Worker().step(first, kill).events[-1]
    assert event.kind is Kind.WITHDRAWN
    assert bool(event.why.who) is (headline is None)
    assert (event.why.sentence is None) is (headline is not None)
    assert [stands(event, one) for one in event.why.spans] == [
        one.surface for one in event.why.spans
    ]


def test_the_rest_of_an_alert_marks_no_words_of_the_story_that_left_it() -> None:
    first = told_by(rulings.FIRST, "headline")
    other = told_by(rulings.COPY, "headline")
    event = Worker().step(first, other, two_events(first)).events[-2]
    assert (event.kind, event.story.headline) == (Kind.UPDATED, other.story.headline)
    assert event.why.sentence is None
    assert [stands(event, one) for one in event.why.spans] == [
        one.surface for one in event.why.spans
    ]


def test_what_was_kept_without_the_words_is_still_joined_and_parted() -> None:
    worker = Worker().step(*histories("headline")["joined"][:2])
    for name, data in worker.alerts.items():
        state = decode(data, AlertState)
        story = msgspec.structs.replace(state.face.story, summary="", body="")
        bare = msgspec.structs.replace(
            state.face, story=story, why=why_without_evidence(state.face.why)
        )
        worker.alerts[name] = encode(msgspec.structs.replace(state, face=bare))
    worker.step(one_event(), one_event(minutes=300, back=True))
    assert [one.kind for one in worker.events[2:]] == [
        Kind.UPDATED,
        Kind.CLOSED,
        Kind.UPDATED,
        Kind.OPENED,
    ]


def test_a_face_stays_small_however_much_decided() -> None:
    match = told_by(rulings.FIRST, "body")
    word = match.why.topics[0].spans[1]
    many = tuple(
        msgspec.structs.replace(word, entry=f"entry {number}", field="body")
        for number in range(400)
    )
    topic = msgspec.structs.replace(match.why.topics[0], spans=many)
    full = msgspec.structs.replace(match, why=msgspec.structs.replace(match.why, topics=(topic,)))
    faces = []
    for one in (match, full):
        (data,) = Worker().step(one).alerts.values()
        faces.append(len(encode(decode(data, AlertState).face)))
    assert faces[1] < 2 * faces[0]
