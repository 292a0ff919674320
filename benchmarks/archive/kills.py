"""The archive's service killed again and again while it writes: equal to Kafka's log afterwards?

Before each start a thousand records more come to a private Kafka: stories, edits of them, alerts.
Some time after it has begun to write them the service is killed (`kill -9`). In the end it reads on
to the end, and what is in the file is held against an archive filled anew.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec

from benchmarks.support.options import Options
from streams.model.story import story_version
from tests.support.archived import Site, contents
from tests.support.commands import running
from tests.support.kafkas import known
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from tests.support.waiting import until
from wirewatch.archive.layout import FILE
from wirewatch.local_kafka import PrivateKafka

KILLS = 50
A_ROUND = 1_000
EDITED, ALERTED = 5, 20
"""One story in so many is an edit of an older one; one in so many opens an alert."""
LATEST = 0.4
"""Seconds after the first record at which it is killed, at the latest."""


def records(first: int, chance: random.Random) -> Iterator[msgspec.Struct]:
    """Return what comes to Kafka before a start."""
    for number in range(first, first + A_ROUND):
        edit = number % EDITED == 0 and number > EDITED
        story = sample_story(str(chance.randrange(number) if edit else number))
        if edit:
            words = f"They spoke for {number} minutes."
            version = story_version(headline=story.headline, body=words)
            story = msgspec.structs.replace(story, body=words, version=version)
        # Of stories of one millisecond, which comes first decides on a row's last digits.
        seen = NOON + timedelta(seconds=number)
        yield sample_tagged(msgspec.structs.replace(story, first_seen=seen))
        if number % ALERTED == 0:
            yield sample_alert(sample_story(str(number)))


def read(data: Path) -> int:
    """Return how many records the archive says it has read; 0 while it isn't laid out."""
    try:
        with closing(sqlite3.connect(f"{(data / FILE).as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute('SELECT total("offset") FROM positions').fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def main(kills: int) -> None:
    """Kill it so many times, and print what was there in the end."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:
        site = Site(known(kafka), "kills-", Path(name) / "data")
        words = ("archive", "run", "--json", *site.words)
        given = {"WIREWATCH_KAFKA_PREFIX": site.prefix}
        sent = amid = 0
        for number in range(kills):
            more = list(records(number * A_ROUND, chance))
            site.put(*more)
            sent += len(more)
            before = read(site.data)
            with running(Path(name) / "log", words, given) as service:
                until(lambda: read(site.data) > before)  # noqa: B023 - called here
                time.sleep(chance.uniform(0, LATEST))
                service.process.kill()
                service.process.wait()
            amid += read(site.data) < sent
            print(f"{number + 1} kills, {sent:,} records, {amid} amid the writing", flush=True)
        site.archive("update")
        after = contents(site.data)
        site.archive("rebuild", "--yes")
        stories = len(after[0])
        print(f"{stories:,} versions; equal to the log: {contents(site.data) == after}")


if __name__ == "__main__":
    options = Options(__doc__, takes="some five minutes")
    options.number("kills", KILLS, "kills")
    main(options.given().kills)
