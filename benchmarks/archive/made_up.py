"""Many made-up stories of the year that ends now, and alerts of them, written into an archive."""

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta

import msgspec

from connectors.kafka import Received
from streams.model.alert import AlertEvent
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.story import Story, digest, story_id, story_version
from streams.model.tags import CountryTag, PairTag, Relation, TaggedStory, Tags, TopicTag
from streams.model.timestamps import Timestamps
from streams.model.watch import Severity
from tests.support.received import received
from tests.support.samples import sample_alert
from wirewatch.archive.packed import first_id
from wirewatch.archive.writing import put_story, write

AT_ONCE = 500
WORDS_A_STORY = 150
YEAR = timedelta(days=365)
DAY = timedelta(days=1)
ENDED = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
"""The page shows what is of the last days: the year of the stories ends now."""
BEGAN = ENDED - YEAR
STORIES_AN_ALERT = 50
FEEDS, OUTLETS, WATCHES = 300, 300, 10
SEVERITIES = (
    Severity.CRITICAL,
    *(Severity.HIGH,) * 6,
    *(Severity.LOW,) * 8,
    *(Severity.NORMAL,) * 25,
)
"""Of a watch's alerts, in turn: one in forty is critical."""
COUNTRIES = (
    *("KH", "US", "TH", "CN", "VN", "LA", "MM", "JP", "FR", "GB", "RU", "UA", "IN", "ID", "PH"),
    *("MY", "SG", "AU", "KR", "DE", "PK", "IR", "IL", "TR", "SA", "EG", "BR", "MX", "NG", "ZA"),
)
TOPICS = ("defense", "trade", "health", "energy", "migration", "elections", "courts", "weather")
KHMER, CHINESE = (0x1780, 0x17B2), (0x4E00, 0x5200)


def story(number: int, count: int, chance: random.Random) -> TaggedStory:
    """Return a made-up story of a year: one in ten is in Khmer, one in ten in Chinese."""
    language = chance.choice(("en",) * 8 + ("km", "zh"))
    text = body(language, chance)
    seen = BEGAN + YEAR * (number / count)
    feed = f"feed-{number % FEEDS}"
    codes = sorted({country(chance) for _ in range(chance.choice((1, 2, 2, 3)))})
    pairs = [(a, b) for a in codes for b in codes if a < b]
    one = Story(
        id=story_id(feed=feed, guid=str(number), link=None, headline="", body=""),
        version=story_version(headline=text[:60], body=text),
        feed=feed,
        source=f"Outlet {number % OUTLETS}",
        headline=text[:60],
        body=text,
        language=language,
        first_seen=seen,
    )
    relation = chance.choice(list(Relation))
    tags = Tags(
        language=language,
        countries=tuple(CountryTag(code=code, salience=0.8, main=True, spans=()) for code in codes),
        pairs=tuple(PairTag(a=a, b=b, relation=relation, score=0.8, spans=()) for a, b in pairs),
        topics=(TopicTag(slug=chance.choice(TOPICS), score=0.7, spans=()),),
        tagger="made-up",
    )
    return TaggedStory(story=one, tags=tags, times=Timestamps(first_seen=seen, tagged=seen))


def country(chance: random.Random) -> str:
    """Return a country: a few are in the news far more often than the others."""
    return COUNTRIES[min(int(chance.paretovariate(0.7)) - 1, len(COUNTRIES) - 1)]


def body(language: str, chance: random.Random) -> str:
    """Return words of which some are in many stories, and most in few, as in any language."""
    if language == "en":
        return " ".join(f"word{int(chance.paretovariate(0.5))}" for _ in range(WORDS_A_STORY))
    letters = range(*(KHMER if language == "km" else CHINESE))
    return "".join(chr(chance.choice(letters)) for _ in range(3 * WORDS_A_STORY))


def alert(number: int, tagged: TaggedStory, others: tuple[str, ...], base: AlertEvent) -> Received:
    """Return the record of an alert that a story opens, and that has some of those before it."""
    event = msgspec.structs.replace(
        base,
        alert=digest(("alert", str(number))),
        event=digest(("event", str(number))),
        watch=f"watch-{number % WATCHES}",
        severity=SEVERITIES[number // WATCHES % len(SEVERITIES)],
        story=tagged.story,
        stories=(tagged.story.id, *others),
        outlets=(tagged.story.source, f"Outlet {(number * 7) % OUTLETS}"),
        related=(digest(("alert", str(number - WATCHES))),),
        times=msgspec.structs.replace(base.times, raised=tagged.story.first_seen),
    )
    return received(event, number, BEGAN)


def cursor_at(at: datetime) -> str:
    """Return what asks for the rows before a time."""
    return f"{first_id(at):x}"


class Build:
    """Fills an archive, and adds up how long that takes."""

    def __init__(self, db: sqlite3.Connection, count: int) -> None:
        """Begin with the feeds, and no story."""
        self._db, self._count = db, count
        self._chance = random.Random(1)
        self._base = sample_alert()
        self._ids: list[str] = []
        self.number, self.alerts, self.seconds, self.processor = 0, 0, 0.0, 0.0
        for feed in range(FEEDS):
            health = FeedHealth(
                feed=f"feed-{feed}",
                source=f"Outlet {feed % OUTLETS}",
                state=FeedState.OK,
                detail="",
                polled=ENDED,
                last_ok=ENDED,
                entries=1,
                stories=1,
            )
            write(db, received(health, feed, BEGAN))

    def up_to(self, number: int) -> None:
        """Write stories, and an alert for one in so many of them, until there are this many."""
        while self.number < number:
            batch = [
                story(each, self._count, self._chance)
                for each in range(self.number, self.number + AT_ONCE)
            ]
            alerts = [self._alert(one) for one in batch[::STORIES_AN_ALERT]]
            began, processor = time.perf_counter(), time.process_time()
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for one in batch:
                    put_story(self._db, one)
                for record in alerts:
                    write(self._db, record)
            self.seconds += time.perf_counter() - began
            self.processor += time.process_time() - processor
            self.number += AT_ONCE

    def _alert(self, tagged: TaggedStory) -> Received:
        others = tuple(self._chance.sample(self._ids, min(4, len(self._ids))))
        self._ids = [*self._ids[-20:], tagged.story.id]
        self.alerts += 1
        return alert(self.alerts - 1, tagged, others, self._base)
