"""Print wirewatch's alerts on a pair of countries, read with aiokafka.

python aiokafka_alerts.py CLIENT_FILE GROUP PAIR [SINCE]
"""

import asyncio
import json
import os
import ssl
import sys
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer

TOPIC = os.environ.get("WIREWATCH_PREFIX", "") + "alerts"
KINDS = {"opened", "updated", "corrected", "withdrawn"}
REMEMBERED = 10_000
VERSION = "1"


def settings(client_file: Path) -> dict:
    """Return what a client file says, by aiokafka's names."""
    lines = (line.partition("=") for line in client_file.read_text().splitlines())
    given = {name.strip(): value.strip() for name, _, value in lines if not name.startswith("#")}
    protocol = given.get("security.protocol", "PLAINTEXT")
    found = {"bootstrap_servers": given["bootstrap.servers"], "security_protocol": protocol}
    if protocol.startswith("SASL"):
        found["sasl_mechanism"] = given["sasl.mechanism"]
        found["sasl_plain_username"] = given["sasl.username"]
        found["sasl_plain_password"] = given["sasl.password"]
    if protocol.endswith("SSL"):
        names = ("ssl.ca.location", "ssl.certificate.location", "ssl.key.location")
        ca, certificate, key = (
            client_file.parent / given[name] if name in given else None for name in names
        )
        found["ssl_context"] = ssl.create_default_context(cafile=ca)
        if certificate:
            found["ssl_context"].load_cert_chain(certificate, key)
    return found


async def go_back(consumer: AIOKafkaConsumer, access: dict, since: datetime) -> None:
    """Let the group continue from a moment on. Nobody else may read in the group meanwhile."""
    async with AIOKafkaConsumer(TOPIC, **access) as every:  # without a group it has all partitions
        moments = dict.fromkeys(every.assignment(), int(since.timestamp() * 1000))
        found = await every.offsets_for_times(moments)
        ends = await every.end_offsets(list(found))  # for partitions with nothing since then
    consumer.assign(list(found))
    await consumer.commit({one: at.offset if at else ends[one] for one, at in found.items()})
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


async def main(client_file: str, group: str, pair: str, since: str = "") -> None:
    """Print each alert once."""
    access = settings(Path(client_file))
    consumer = AIOKafkaConsumer(
        group_id=group,
        auto_offset_reset="earliest",  # a new group begins at the oldest alert
        enable_auto_commit=False,
        **access,
    )
    seen: dict[tuple[str, str], None] = {}
    told: set[str] = set()
    async with consumer:
        if since:
            await go_back(consumer, access, datetime.fromisoformat(since))
        consumer.subscribe([TOPIC])
        while True:
            found = await consumer.getmany(timeout_ms=1000)
            for record in (record for records in found.values() for record in records):
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
            if found:
                await consumer.commit()  # only what is done with


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass
