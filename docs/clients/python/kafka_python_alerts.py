"""Print wirewatch's alerts on a pair of countries, read with kafka-python.

python kafka_python_alerts.py CLIENT_FILE GROUP PAIR [SINCE]
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

TOPIC = os.environ.get("WIREWATCH_PREFIX", "") + "alerts"
KINDS = {"opened", "updated", "corrected", "withdrawn"}
REMEMBERED = 10_000
VERSION = "1"


def settings(client_file: Path) -> dict:
    """Return what a client file says, by kafka-python's names."""
    lines = (line.partition("=") for line in client_file.read_text().splitlines())
    given = {name.strip(): value.strip() for name, _, value in lines if not name.startswith("#")}
    files = {"cafile": "ssl.ca", "certfile": "ssl.certificate", "keyfile": "ssl.key"}
    return {
        "bootstrap_servers": given["bootstrap.servers"].split(","),
        "security_protocol": given.get("security.protocol", "PLAINTEXT"),
        "sasl_mechanism": given.get("sasl.mechanism"),
        "sasl_plain_username": given.get("sasl.username"),
        "sasl_plain_password": given.get("sasl.password"),
        **{
            f"ssl_{ours}": str(client_file.parent / given[f"{theirs}.location"])
            for ours, theirs in files.items()
            if f"{theirs}.location" in given
        },
    }


def go_back(consumer: KafkaConsumer, since: datetime) -> None:
    """Let the group continue from a moment on. Nobody else may read in the group meanwhile."""
    places = [TopicPartition(TOPIC, one) for one in consumer.partitions_for_topic(TOPIC)]
    consumer.assign(places)
    found = consumer.offsets_for_times({one: int(since.timestamp() * 1000) for one in places})
    ends = consumer.end_offsets(places)  # for partitions with nothing since then
    offsets = {one: found[one].offset if found[one] else ends[one] for one in places}
    consumer.commit({one: OffsetAndMetadata(at, "", -1) for one, at in offsets.items()})
    consumer.unsubscribe()


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
    consumer = KafkaConsumer(
        group_id=group,
        auto_offset_reset="earliest",  # a new group begins at the oldest alert
        enable_auto_commit=False,
        **settings(Path(client_file)),
    )
    seen: dict[tuple[str, str], None] = {}
    told: set[str] = set()
    try:
        if since:
            go_back(consumer, datetime.fromisoformat(since))
        consumer.subscribe([TOPIC])
        while True:
            for records in consumer.poll(timeout_ms=1000).values():
                for record in records:
                    headers = {name: (value or b"").decode() for name, value in record.headers}
                    if not readable(headers, told):
                        continue
                    event = (headers["ce_source"], headers["ce_id"])
                    if wanted(headers, pair) and event not in seen:
                        alert = json.loads(record.value)
                        print(alert["kind"], alert["alert"], alert["story"]["headline"], flush=True)
                        seen[event] = None
                        if len(seen) > REMEMBERED:
                            del seen[next(iter(seen))]
            consumer.commit()  # only what is done with
    finally:
        consumer.close(autocommit=False)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
