"""The archive with many made-up stories: how fast it fills, its size, and how fast it answers.

`python -m benchmarks.archive.search [STORIES]`: rows are written as from Kafka, without one.
"""

import random
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streams.model.story import Story, story_id, story_version
from streams.model.tags import CountryTag, PairTag, Relation, TaggedStory, Tags, TopicTag
from streams.model.timestamps import Timestamps
from wirewatch.archive import queries
from wirewatch.archive.filling import writing
from wirewatch.archive.layout import FILE
from wirewatch.archive.rows import StoryQuery
from wirewatch.archive.writing import put_story

STORIES = 100_000
AT_ONCE = 500
TURNS = 40
WORDS_A_STORY = 150
COUNTRIES = ("CN", "FR", "GB", "JP", "KH", "LA", "MM", "TH", "US", "VN")
TOPICS = ("defense", "trade", "health", "energy")
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
KHMER, CHINESE = (0x1780, 0x17B2), (0x4E00, 0x5200)


def story(number: int, chance: random.Random) -> TaggedStory:
    """Return a made-up story: one in ten is in Khmer, one in ten in Chinese."""
    language = chance.choice(("en",) * 8 + ("km", "zh"))
    text = body(language, chance)
    seen = BEGAN + timedelta(seconds=number)
    a, b = sorted(chance.sample(COUNTRIES, 2))
    one = Story(
        id=story_id(feed="made-up", guid=str(number), link=None, headline="", body=""),
        version=story_version(headline=text[:60], body=text),
        feed="made-up",
        source=f"Outlet {number % 50}",
        headline=text[:60],
        body=text,
        language=language,
        first_seen=seen,
    )
    tags = Tags(
        language=language,
        countries=tuple(
            CountryTag(code=code, salience=0.8, main=True, spans=()) for code in (a, b)
        ),
        pairs=(PairTag(a=a, b=b, relation=chance.choice(list(Relation)), score=0.8, spans=()),),
        topics=(TopicTag(slug=chance.choice(TOPICS), score=0.7, spans=()),),
        tagger="made-up",
    )
    return TaggedStory(story=one, tags=tags, times=Timestamps(first_seen=seen, tagged=seen))


def body(language: str, chance: random.Random) -> str:
    """Return words of which some are in many stories, and most in few, as in any language."""
    if language == "en":
        return " ".join(f"word{int(chance.paretovariate(0.5))}" for _ in range(WORDS_A_STORY))
    letters = range(*(KHMER if language == "km" else CHINESE))
    return "".join(chr(chance.choice(letters)) for _ in range(3 * WORDS_A_STORY))


def asked(chance: random.Random) -> dict[str, StoryQuery]:
    """Return a query of each kind, with words by chance."""
    khmer, chinese = body("km", chance), body("zh", chance)
    cursor = f"{(int(BEGAN.timestamp() * 1000) + chance.randrange(10**7)) << 21:x}"
    return {
        "newest, from any page on": StoryQuery(cursor=cursor),
        "a common word": StoryQuery(words="word2"),
        "two words": StoryQuery(words=f"word3 word{chance.randrange(50, 500)}"),
        "a rare word": StoryQuery(words=f"word{chance.randrange(10**4, 10**5)}"),
        "Khmer, 3 characters": StoryQuery(words=khmer[:3]),
        "Chinese, 2 characters": StoryQuery(words=chinese[:2]),
        "pair, relation, topic": StoryQuery(pair="KH-US", relation="between", topic="defense"),
        "pair, word, any page": StoryQuery(pair="KH-US", words="word5", cursor=cursor),
    }


def p95(db: sqlite3.Connection, wanted: list[StoryQuery]) -> float:
    """Return the milliseconds within which 95 of 100 answers are there."""
    took = []
    for query in wanted:
        began = time.perf_counter()
        queries.stories(db, query)
        took.append(time.perf_counter() - began)
    return sorted(took)[int(TURNS * 0.95) - 1] * 1000


def main(count: int) -> None:
    """Fill an archive, and print what was measured."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        took = 0.0
        with writing(data) as db:
            for first in range(0, count, AT_ONCE):
                batch = [story(number, chance) for number in range(first, first + AT_ONCE)]
                began = time.perf_counter()
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    for one in batch:
                        put_story(db, one)
                took += time.perf_counter() - began
        size = (data / FILE).stat().st_size
        print(f"{count:,} stories: {count / took:,.0f}/s, {size / count:,.0f} bytes each")
        every = [asked(chance) for _ in range(TURNS)]
        with queries.reading(data) as db:
            for kind in every[0]:
                wanted = [one[kind] for one in every]
                print(f"{kind}: p95 {p95(db, wanted):.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STORIES)
