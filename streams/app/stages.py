"""The steps of the three agents: bytes in, records out. Pure, and free of Faust."""

from collections.abc import Iterable, MutableMapping
from datetime import datetime

from streams import gather
from streams.alert import AlertEvent, OpenAlert
from streams.app.record import Record
from streams.codec import decode, encode
from streams.ledger import Ledger
from streams.match import match
from streams.story import Story
from streams.tagging import Tagger
from streams.tags import TaggedStory
from streams.watch import Match, Watch


def tag_step(tagger: Tagger, record: Record, now: datetime) -> list[TaggedStory]:
    """Tag a story."""
    story = decode(record.value, Story)
    times = Ledger(
        published=story.published,
        first_seen=story.first_seen,
        produced=record.produced,
        tagged=now,
    )
    return [TaggedStory(story=story, tags=tagger.tag(story), times=times)]


def match_step(
    watches: Iterable[Watch], record: Record, now: datetime, *, backfill: bool
) -> list[Match]:
    """Match a tagged story against the watches."""
    return match(decode(record.value, TaggedStory), watches, now, backfill=backfill)


def gather_step(
    alerts: MutableMapping[bytes, bytes], record: Record, now: datetime
) -> list[AlertEvent]:
    """Gather a match into its alert; `alerts` holds the open ones, encoded, by alert id."""
    found = decode(record.value, Match)
    key = gather.key(found).encode()
    known = alerts.get(key)
    before = None if known is None else decode(known, OpenAlert)
    after, events = gather.gather(before, found, now)
    if after != before:
        alerts[key] = encode(after)
    return events
