"""Which compression pays: `python -m benchmarks.program.compression FILE [STORIES] [TURNS]`.

FILE holds JSON lines with `headline` and `body`: real news, since invented text packs too well.
The stories wait in `stories` and a worker tags them, with each compression in turn; then a part of
them comes one by one, as a feed brings them. Bytes are those on the broker's disk.
"""

import argparse
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import msgspec

from benchmarks.program.work import CLIENT_FILE
from benchmarks.support.stand import Feeder, Reader, begin, process, until, wirewatch
from connectors.kafka import ensure_topics
from streams.contract.kafka_access import Compression, KafkaAccess
from streams.contract.topics import STORIES, TAGGED, Topic
from streams.model.story import Story, digest
from wirewatch.local_kafka import PrivateKafka

FLOW = 300
FLOW_RATE = 30


def main(file: Path, count: int, turns: int) -> None:
    """Measure, and print a table."""
    begin()
    lines = [line for line in file.read_bytes().split(b"\n") if line]
    rows = [msgspec.json.decode(line) for line in lines]
    rates = defaultdict(list)
    packed, single = {}, {}
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:
        for turn in range(turns):
            for kind in Compression:
                prefix = f"{kind}{turn}-"
                stories = [_story(prefix, *one) for one in enumerate(islice(cycle(rows), count))]
                access = replace(kafka.access, compression=kind)
                rates[kind].append(_rate(access, Path(name), prefix, stories))
                packed[kind] = _bytes(kafka.folder / "log", prefix) / count
        for kind in Compression:
            prefix = f"{kind}f-"
            stories = [_story(prefix, *one) for one in enumerate(islice(cycle(rows), FLOW))]
            access = replace(kafka.access, compression=kind)
            _rate(access, Path(name), prefix, stories, FLOW_RATE)
            single[kind] = _bytes(kafka.folder / "log", prefix) / FLOW
    plain = sorted(rates[Compression.NONE])[turns // 2]
    print("compression, stories/s, of that of none; bytes a story in a backlog, one by one")
    for kind in Compression:
        rate = sorted(rates[kind])[turns // 2]
        sizes = f"{packed[kind]:>9.0f} {single[kind]:>9.0f}"
        print(f"{kind:<6} {rate:>8.0f} {rate / plain:>6.2f} {sizes}")


def _story(prefix: str, number: int, row: dict[str, str]) -> Story:
    return Story(
        id=digest((prefix, str(number))),
        version="1",
        feed="bench",
        source="Bench Wire",
        headline=row["headline"],
        body=row["body"],
        first_seen=datetime.now(UTC),
    )


def _rate(
    access: KafkaAccess, folder: Path, prefix: str, stories: list[Story], a_second: float = 0.0
) -> float:
    """Return how many stories a second a worker tags, of a backlog or of a flow."""
    ensure_topics(access, prefix=prefix)
    (folder / "wirewatch.toml").write_text(
        f'[kafka]\nprefix = "{prefix}"\nclient_file = "{CLIENT_FILE}"\n'
        f'compression = "{access.compression}"\n'
    )
    words = ("work", "--json", "--kafka", access.address, "--config", str(folder))
    command = wirewatch(*words, "--data", str(folder / f"{prefix}data"))
    feeder, reader = Feeder(access, prefix), Reader(access, prefix + TAGGED.name)
    if not a_second:
        for story in stories:
            feeder.put(story)
        feeder.flush()
    with process(*command, log=folder / "log"):
        if a_second:
            feeder.at_rate(iter(stories), a_second)
        began = until(1, reader)
        first = reader.count()
        ended = until(len(stories), reader)
    feeder.close()
    reader.close()
    return (len(stories) - first) / (ended - began)


def _bytes(log: Path, prefix: str) -> int:
    def of(topic: Topic) -> int:
        parts = (log / f"{prefix}{topic.name}-{number}" for number in range(topic.partitions))
        return sum(file.stat().st_size for part in parts for file in part.glob("*.log"))

    return of(STORIES) + of(TAGGED)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m benchmarks.program.compression")
    asked.add_argument("file", type=Path, help="JSON lines with `headline` and `body`")
    asked.add_argument("stories", nargs="?", type=int, default=3_000, help="how many of them")
    asked.add_argument("turns", nargs="?", type=int, default=3, help="of each compression")
    given = asked.parse_args()
    main(given.file, given.stories, given.turns)
