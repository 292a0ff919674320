"""Which compression pays.

FILE holds JSON lines with `headline` and `body`: real news, since invented text packs too well.
A part of them comes one by one, as a feed brings them, with each compression; then all wait in
`stories` and a worker tags them, with each compression in turn. Bytes are those on the broker's
disk.
"""

import statistics
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import msgspec

from benchmarks.program.work import CLIENT_FILE
from benchmarks.support.options import Options, existing
from benchmarks.support.stand import Feeder, Reader, begin, process, until, wirewatch
from connectors.kafka import ensure_topics
from streams.contract.kafka_access import Compression, KafkaAccess
from streams.contract.topics import STORIES, TAGGED, Topic
from streams.model.story import Story, digest
from wirewatch.local_kafka import PrivateKafka

FLOW = 300
"""Stories that come one by one; fewer if fewer wait."""
FLOW_RATE = 30


def main(file: Path, count: int, turns: int) -> None:
    """Measure, print a row for each turn as it ends, and then the medians."""
    begin()
    lines = [line for line in file.read_bytes().split(b"\n") if line]
    rows = [msgspec.json.decode(line) for line in lines]
    rates = defaultdict(list)
    flow = min(FLOW, count)
    with tempfile.TemporaryDirectory() as name, PrivateKafka(Path(name) / "kafka") as kafka:

        def turn(kind: Compression, mark: str, stories: int, a_second: float = 0.0) -> float:
            prefix = f"{kind}{mark}-"
            each = [_story(prefix, *one) for one in enumerate(islice(cycle(rows), stories))]
            access = replace(kafka.access, compression=kind)
            rate = _rate(access, Path(name), prefix, each, a_second)
            size = _bytes(kafka.folder / "log", prefix) / stories
            way = "one by one" if a_second else "backlog"
            print(f"{kind:<6} {way:<10} {rate:>8.0f} {size:>9.0f}", flush=True)
            return rate

        print("compression, how they come, stories/s, bytes a story", flush=True)
        for kind in Compression:
            turn(kind, "f", flow, FLOW_RATE)
        for number in range(turns):
            for kind in Compression:
                rates[kind].append(turn(kind, str(number), count))
    medians = {kind: statistics.median(found) for kind, found in rates.items()}
    for kind, rate in medians.items():
        ratio = rate / max(medians[Compression.NONE], 1.0)
        print(f"{kind:<6} median     {rate:>8.0f} stories/s, {ratio:.2f} of that of none")


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
    options = Options(__doc__, takes="about a minute a turn and compression")
    options.add_argument("file", type=existing, metavar="FILE", help="stories, a line each")
    options.number("stories", 3_000, "how many of them")
    options.number("turns", 3, "turns of each compression")
    given = options.given()
    main(given.file, given.stories, given.turns)
