"""Records to start a test from."""

from datetime import UTC, datetime, timedelta

import msgspec

from connectors.delivery.sinks.interface import Notification
from streams.contract.codec import encode
from streams.grouping import Gathering
from streams.matching.criteria import asked, fits
from streams.matching.match import Watches, match
from streams.model.alert import AlertEvent
from streams.model.story import Story, story_id, story_version
from streams.model.tags import (
    CountryTag,
    Field,
    PairTag,
    Relation,
    Span,
    Stretch,
    TaggedStory,
    Tags,
    TopicTag,
)
from streams.model.timestamps import Timestamps
from streams.model.watch import Match, Watch, Why

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEADLINE = "US and Cambodia weigh a return to joint drills"
BODY = "The American defense secretary and his Cambodian host spoke for an hour in Phnom Penh."
WATCH = Watch(
    id="us-cambodia-defense",
    title="US–Cambodia defense",
    pairs=("KH-US",),
    topics=("defense",),
)


def sample_story(
    guid: str = "1", *, headline: str = HEADLINE, body: str = BODY, backfill: bool = False
) -> Story:
    return Story(
        id=story_id(feed="courier", guid=guid, link=None, headline=headline, body=body),
        version=story_version(headline=headline, body=body),
        feed="courier",
        source="Mekong Courier",
        headline=headline,
        body=body,
        url=f"https://courier.example/{guid}",
        published=NOON - timedelta(minutes=5),
        first_seen=NOON,
        backfill=backfill,
    )


def span(story: Story, field: Field, surface: str, entry: str) -> Span:
    start = getattr(story, field).index(surface)
    return Span(field=field, start=start, end=start + len(surface), surface=surface, entry=entry)


def sample_tags(story: Story, *, relation: Relation = Relation.BETWEEN) -> Tags:
    """Tags for a story that has the sample's headline."""
    us, kh = span(story, "headline", "US", "us"), span(story, "headline", "Cambodia", "kh")
    drills = span(story, "headline", "joint drills", "drills")
    return Tags(
        language="en",
        countries=(
            CountryTag(code="KH", salience=0.9, main=True, spans=(kh,)),
            CountryTag(code="US", salience=0.9, main=True, spans=(us,)),
        ),
        pairs=(PairTag(a="KH", b="US", relation=relation, score=0.8, spans=(us, kh)),),
        topics=(TopicTag(slug="defense", score=0.7, spans=(drills,)),),
        tagger="test",
    )


def why(story: Story, tags: Tags, watch: Watch) -> Why | None:
    """Hold one story against one watch."""
    return fits(Watches([watch]).see(story, tags), watch, asked(watch))


def sample_tagged(story: Story | None = None) -> TaggedStory:
    story = story or sample_story()
    times = Timestamps(
        published=story.published,
        first_seen=story.first_seen,
        produced=NOON + timedelta(seconds=1),
        tagged=NOON + timedelta(seconds=2),
    )
    return TaggedStory(story=story, tags=sample_tags(story), times=times)


def sample_match(story: Story | None = None) -> Match:
    (found,) = match(sample_tagged(story), Watches([WATCH]), NOON + timedelta(seconds=3))
    return found


def sample_alert(story: Story | None = None) -> AlertEvent:
    (event,) = Gathering().step(sample_match(story), NOON + timedelta(seconds=4)).events
    return event


def sample_notification() -> Notification:
    event = sample_alert()
    return Notification(id=event.event, subscriber="desk", events=(event,), payload=encode(event))


def alert_tied_in_the_body() -> AlertEvent:
    """Its headline names one of the two; the sentence that ties them comes far down."""
    tying = "On Monday the United States sent Cambodia two patrol boats for its navy."
    body = f"The ministry held a parade for its army. {tying} " + "Rain fell on the pier. " * 20
    story = sample_story(headline="Cambodia shows off army", body=body)
    start = body.index(tying)
    event = msgspec.structs.replace(sample_alert(), story=story)
    assert event.why.pair is not None
    pair = msgspec.structs.replace(
        event.why.pair,
        spans=(span(story, "body", "United States", "us"), span(story, "body", "Cambodia", "kh")),
        sentence=Stretch(field="body", start=start, end=start + len(tying)),
    )
    cues = (span(story, "headline", "army", "army"), span(story, "body", "patrol boats", "boats"))
    topic = msgspec.structs.replace(event.why.topics[0], spans=cues)
    why = msgspec.structs.replace(event.why, pair=pair, topics=(topic,))
    return msgspec.structs.replace(event, why=why)
