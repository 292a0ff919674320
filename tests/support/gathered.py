"""Matches told in few words, and what gather makes of them."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from streams.grouping import Gathering
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Status
from streams.model.watch import Match, Notice, Tick
from tests.support.samples import NOON, sample_match, sample_story

HOUR = timedelta(hours=1)
LANDING = (
    "Two navy helicopters set down on the football ground of Kampot on Sunday and took 41 stranded"
    " villagers to a school on higher land. The Tuek Chhou river had risen four metres overnight,"
    " and the bridge at Kampong Bay was closed. Doctors treated nine people for exposure."
)
RESCUE = "Navy helicopters lift 41 villagers from Kampot flood"
OTHER_WORDS = (
    "Villagers cut off by the swollen Tuek Chhou were flown out of Kampot by helicopter after the"
    " Kampong Bay bridge was shut, said the navy, which counted 41 people brought to safety."
)
ELSEWHERE = (
    "An auction of salvaged teak beams drew bidders from three provinces to the Battambang depot."
    " The best lot, once the roof of a rice mill, went to a hotel builder for nine million riel."
)


def told(
    guid: str,
    *,
    headline: str = RESCUE,
    body: str = LANDING,
    source: str = "Mekong Courier",
    hours: float = 0,
    status: Status = Status.USABLE,
    url: str | None = None,
) -> Match:
    """A match of a story that came so many hours after noon; the watch takes everything."""
    at = NOON + hours * HOUR
    story = msgspec.structs.replace(
        sample_story(guid, headline=headline, body=body),
        source=source,
        first_seen=at,
        published=at,
        status=status,
        version=f"{guid}{headline}{body}{status}",
        url=url,
    )
    match = sample_match()
    tags = msgspec.structs.replace(match.tags, countries=(), pairs=(), topics=())
    why = msgspec.structs.replace(match.why, pair=None, topics=())
    return msgspec.structs.replace(match, story=story, tags=tags, why=why)


def notice(match: Match) -> Notice:
    return Notice(story=match.story, tags=match.tags, times=match.times)


def gathered(*records: Match | Notice | Tick) -> list[AlertEvent]:
    gathering = Gathering()
    return [event for one in records for event in gathering.step(one, NOON).events]


def kinds(events: Iterable[AlertEvent]) -> list[tuple[Kind, str]]:
    return [(event.kind, event.reason) for event in events]


OPENED = (Kind.OPENED, "new story")
FORM = (
    "The central bank sold {a} million riel of 91-day bills on {day} at a mean yield of {b}"
    " percent. Bids came to {c} million riel from {d} dealers. The next sale is on {next}."
)
REPORTS = [
    OTHER_WORDS,
    "At Kampot 41 people were brought out by navy helicopters as the Tuek Chhou river flooded.",
    "The navy flew villagers out of Kampot: the Tuek Chhou flood shut the Kampong Bay bridge.",
]
