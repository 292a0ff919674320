"""What is sent is packed, by both clients, and each reads what the other has packed."""

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from connectors.kafka import Consumer, Producer, ensure_topics
from streams.contract.kafka_access import Compression, KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import STORIES, TAGGED, Topic
from tests.support.commands import running
from tests.support.samples import sample_story
from tests.support.waiting import until

TEXT = "The two navies trained together. " * 3_000


def put(access: KafkaAccess, prefix: str, *messages: Message) -> None:
    async def main() -> None:
        producer = Producer(access, prefix=prefix)
        await producer.send(messages)
        await producer.close()

    asyncio.run(main())


def on_disk(access: KafkaAccess, prefix: str, topic: Topic) -> int:
    """Return the bytes that Kafka says a topic takes."""
    with closing(KafkaAdminClient(**access.client_settings())) as admin:
        (broker,) = admin.describe_log_dirs()
    return sum(
        part["partition_size"]
        for folder in broker["log_dirs"]
        for one in folder["topics"]
        if one["name"] == prefix + topic.name
        for part in one["partitions"]
    )


@pytest.mark.parametrize("kind", Compression)
def test_what_poll_and_deliver_send_is_packed_as_it_is_set(
    kafka_address: KafkaAccess, prefix: str, kind: Compression
) -> None:
    access = replace(kafka_address, compression=kind)
    ensure_topics(access, prefix=prefix)
    value = TEXT.encode()
    put(access, prefix, Message(STORIES, b"k", value, ()))
    taken = on_disk(access, prefix, STORIES)
    assert (taken < len(value) / 10) is (kind is not Compression.NONE), taken
    with closing(Consumer(access, group=None, topics=[STORIES], prefix=prefix)) as consumer:
        (record,) = consumer.poll(10)
    assert record.value == value


@pytest.mark.parametrize("kind", [Compression.ZSTD, Compression.NONE])
def test_what_a_worker_sends_is_packed_as_it_is_set(
    kafka_address: KafkaAccess, prefix: str, kind: Compression, tmp_path: Path
) -> None:
    access = replace(kafka_address, compression=kind)
    ensure_topics(access, prefix=prefix)
    put(access, prefix, message(sample_story(body=TEXT)))
    (tmp_path / "wirewatch.toml").write_text(
        f'[kafka]\nprefix = "{prefix}"\ncompression = "{kind}"\n'
    )
    words = ["work", "--kafka", access.address, "--config", str(tmp_path), "--data", str(tmp_path)]
    topics = [TAGGED]
    with (
        running(tmp_path / "log", words),
        closing(Consumer(access, group=None, topics=topics, prefix=prefix)) as consumer,
    ):
        until(lambda: bool(consumer.poll(0.2)))
    taken = on_disk(access, prefix, TAGGED)
    assert (taken < len(TEXT) / 2) is (kind is not Compression.NONE), taken
