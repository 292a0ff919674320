"""Print wirewatch's alerts on a pair of countries, read with confluent-kafka.

python confluent_kafka_alerts.py CLIENT_FILE GROUP PAIR [SINCE]
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, TopicPartition

TOPIC = os.environ.get("WIREWATCH_PREFIX", "") + "alerts"
KINDS = {"opened", "updated", "corrected", "withdrawn"}
REMEMBERED = 10_000
VERSION = "1"


def settings(client_file: Path) -> dict:
    """Return what a client file says: its names are librdkafka's, and so this client's."""
    lines = (line.partition("=") for line in client_file.read_text().splitlines())
    given = {name.strip(): value.strip() for name, _, value in lines if not name.startswith("#")}
    given.pop("", None)
    for name in ("ssl.ca.location", "ssl.certificate.location", "ssl.key.location"):
        if name in given:  # a path from the file's folder
            given[name] = str(client_file.parent / given[name])
    return given


def go_back(consumer: Consumer, since: datetime) -> None:
    """Let the group continue from a moment on. Nobody else may read in the group meanwhile."""
    partitions = consumer.list_topics(TOPIC, timeout=30).topics[TOPIC].partitions
    moment = int(since.timestamp() * 1000)
    offsets = consumer.offsets_for_times(
        [TopicPartition(TOPIC, one, moment) for one in partitions], timeout=30
    )
    for place in offsets:
        if place.offset < 0:  # nothing there since then
            _, place.offset = consumer.get_watermark_offsets(place, timeout=30)
    consumer.commit(offsets=offsets, asynchronous=False)


def readable(headers: dict[str, str], told: set[str]) -> bool:
    """Say whether a record is of the version that we read; of another one, say so once."""
    version = headers.get("ce_type", "").rpartition(".v")[2]
    if version == VERSION or not version.isdecimal():
        return True
    if version not in told:
        message = f"records of version {version} are passed over: this reads version {VERSION}"
        print(message, file=sys.stderr, flush=True)
        told.add(version)
    return False


def wanted(headers: dict[str, str], pair: str) -> bool:
    """Say whether to look into a record. Kinds and modes that we don't know are none of ours."""
    return (
        headers.get("ce_mode") == "live"
        and headers.get("ce_kind") in KINDS
        and pair in headers.get("ce_pairs", "").split(",")
    )


def main(client_file: str, group: str, pair: str, since: str = "") -> None:
    """Print each alert once."""
    consumer = Consumer(
        {
            **settings(Path(client_file)),
            "group.id": group,
            "auto.offset.reset": "earliest",  # a new group begins at the oldest alert
            "enable.auto.commit": False,
        }
    )
    seen: dict[tuple[str, str], None] = {}
    told: set[str] = set()
    try:
        if since:
            go_back(consumer, datetime.fromisoformat(since))
        consumer.subscribe([TOPIC])
        while True:
            records = consumer.consume(500, timeout=1)
            for record in records:
                if record.error():
                    raise KafkaException(record.error())
                headers = {name: (value or b"").decode() for name, value in record.headers() or []}
                if not readable(headers, told):
                    continue
                event = (headers["ce_source"], headers["ce_id"])
                if wanted(headers, pair) and event not in seen:
                    alert = json.loads(record.value())
                    print(alert["kind"], alert["alert"], alert["story"]["headline"], flush=True)
                    seen[event] = None
                    if len(seen) > REMEMBERED:
                        del seen[next(iter(seen))]
            if records:
                consumer.commit(asynchronous=False)  # only what is done with
    finally:
        consumer.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
