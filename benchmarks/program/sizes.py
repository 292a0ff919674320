"""How much a story and an alert take on Kafka.

A worker reads stories of 3 KB, every hundredth with an alert; then the topics are measured on
Kafka's disk.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.program.work import MATCHING_EVERY, show, work
from benchmarks.support.options import Options
from benchmarks.support.stand import Feeder, Reader, begin, process, story, until
from connectors.kafka import ensure_topics
from streams.contract.kafka_access import Compression, KafkaAccess
from streams.contract.topics import ALERTS, MATCHES, STORIES, TAGGED, TOPICS, Topic
from wirewatch.local_kafka import PrivateKafka

HOURLY = 100_000 / 24
"""Stories an hour: a hundred thousand a day."""


def main(stories: int = 5_000) -> None:
    """Measure, and print a table."""
    begin()
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:
        ensure_topics(kafka.access)
        # Invented text packs better than news does: benchmarks.program.compression takes news.
        plain = replace(kafka.access, compression=Compression.NONE)
        fill(plain, Path(name), stories)
        log = kafka.folder / "log"
        sizes = {topic.name: on_disk(log, topic) for topic in TOPICS}
    alerts = stories // MATCHING_EVERY
    counts = {STORIES: stories, TAGGED: stories, MATCHES: alerts, ALERTS: alerts}
    for topic, count in counts.items():
        show(f"{topic.name}, bytes a record", sizes[topic.name] / count)
    flowing = sizes[STORIES.name] + sizes[TAGGED.name]
    show("stories and tagged, bytes a story", flowing / stories)
    show("100,000 stories a day, MB an hour", flowing / stories * HOURLY / 1e6)
    show("all topics, bytes a story", sum(sizes.values()) / stories)


def fill(kafka: KafkaAccess, folder: Path, stories: int) -> None:
    """Let a worker take the stories."""
    feeder = Feeder(kafka)
    for number in range(stories):
        feeder.put(story(number, matching=number % MATCHING_EVERY == 0))
    feeder.flush()
    feeder.close()
    tagged, alerts = Reader(kafka, TAGGED.name), Reader(kafka, ALERTS.name)
    with process(*work(kafka, "", folder), log=folder / "log"):
        until(stories, tagged)
        until(stories // MATCHING_EVERY, alerts)
    tagged.close()
    alerts.close()


def on_disk(log: Path, topic: Topic) -> int:
    """Return the bytes of a topic on the broker's disk, without its indexes."""
    parts = (log / f"{topic.name}-{number}" for number in range(topic.partitions))
    return sum(file.stat().st_size for part in parts for file in part.glob("*.log"))


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.number("stories", 5_000, "stories")
    main(options.given().stories)
