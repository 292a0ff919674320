import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.waiting import PATIENCE, until
from wirewatch.local_kafka import BrokerError, PrivateKafka, server_properties
from wirewatch.local_kafka.folder import is_free, settle
from wirewatch.local_kafka.ready import is_ready

pytestmark = pytest.mark.long

# It tells mypy nothing of its types.
kafka_python: Any = importlib.import_module("kafka")


def port_of(address: KafkaAccess) -> int:
    return int(address.address.rpartition(":")[2])


def create(address: KafkaAccess, topic: str) -> None:
    admin = kafka_python.KafkaAdminClient(**address.client_settings())
    admin.create_topics([kafka_python.admin.NewTopic(topic, 1, 1)])
    admin.close()


def write(address: KafkaAccess, topic: str, *values: bytes) -> None:
    producer = kafka_python.KafkaProducer(**address.client_settings(), acks="all")
    for value in values:
        producer.send(topic, value).get(timeout=PATIENCE)
    producer.close()


def read(address: KafkaAccess, topic: str, count: int) -> list[bytes]:
    consumer = kafka_python.KafkaConsumer(
        topic, **address.client_settings(), auto_offset_reset="earliest", consumer_timeout_ms=30_000
    )
    values = [record.value for _, record in zip(range(count), consumer, strict=False)]
    consumer.close()
    return values


# A running Kafka


def test_the_kafka_of_the_tests_takes_and_gives_records(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    topic = f"{prefix}stories"
    create(kafka_address, topic)
    write(kafka_address, topic, b"first", b"second")
    assert read(kafka_address, topic, 2) == [b"first", b"second"]


def test_a_topic_nobody_created_does_not_appear_by_itself(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    misspelt = kafka_python.KafkaConsumer(f"{prefix}storeis", **kafka_address.client_settings())
    misspelt.poll(timeout_ms=500)
    misspelt.close()
    other = kafka_python.KafkaConsumer(**kafka_address.client_settings())
    assert f"{prefix}storeis" not in other.topics()
    other.close()


def test_a_message_of_four_megabytes_passes(kafka_address: KafkaAccess, prefix: str) -> None:
    large = bytes(server_properties.MAX_MESSAGE_BYTES - 1024)
    create(kafka_address, f"{prefix}large")
    producer = kafka_python.KafkaProducer(
        **kafka_address.client_settings(), max_request_size=2 * len(large)
    )
    assert producer.send(f"{prefix}large", large).get(timeout=PATIENCE).offset == 0
    producer.close()


def test_a_restart_keeps_the_log_and_the_address(tmp_path: Path) -> None:
    # Neither a comma nor a letter beyond ASCII in the folder's name may matter.
    kafka = PrivateKafka(tmp_path / "café, données")
    with kafka:
        first = kafka.access
        create(first, "stories")
        write(first, "stories", b"before")
    assert not kafka.alive()
    assert is_free(port_of(first))
    with PrivateKafka(tmp_path / "café, données") as again:
        assert again.access == first
        write(first, "stories", b"after")
        assert read(first, "stories", 2) == [b"before", b"after"]


def test_a_killed_kafka_is_noticed_and_comes_back_with_its_log(tmp_path: Path) -> None:
    with PrivateKafka(tmp_path) as kafka:
        address, pid = kafka.access, kafka.pid
        assert pid is not None
        create(address, "stories")
        write(address, "stories", b"acknowledged")
        os.kill(pid, signal.SIGKILL)
        until(lambda: not kafka.alive())
        assert kafka.pid is None
        kafka.start()
        assert kafka.access == address
        assert read(address, "stories", 1) == [b"acknowledged"]


OWNER = """
import sys, time
from pathlib import Path
from wirewatch.local_kafka import PrivateKafka

kafka = PrivateKafka(Path(sys.argv[1]))
kafka.start()
print("PID", kafka.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that runs a Kafka in `tmp_path`, and its Kafka's pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        pid = next(line.split()[1] for line in process.stdout if line.startswith("PID "))
        yield process, int(pid)
    finally:
        process.kill()
        process.communicate()


def test_kafka_and_its_watcher_end_when_their_owner_is_killed(
    owner: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    process, pid = owner
    family = [psutil.Process(pid), *psutil.Process(pid).children()]
    assert len(family) == 2
    with pytest.raises(BrokerError, match=rf"another wirewatch \(pid {process.pid}\) is using"):
        PrivateKafka(tmp_path).start()
    process.kill()
    # The next run waits for what is left of this one, rather than fail on its lock.
    process.wait()
    with PrivateKafka(tmp_path) as next_run:
        assert next_run.alive()
        until(lambda: not any(member.is_running() for member in family))


# What keeps it from starting


def test_a_second_run_in_one_folder_is_refused_and_leaves_the_first_alone(tmp_path: Path) -> None:
    with PrivateKafka(tmp_path) as first:
        with pytest.raises(BrokerError, match=rf"pid {os.getpid()}\) is using {tmp_path}"):
            PrivateKafka(tmp_path).start()
        assert is_ready(first.access)


def test_a_port_in_use_is_named(kafka_address: KafkaAccess, tmp_path: Path) -> None:
    taken = port_of(kafka_address)
    with pytest.raises(BrokerError, match=f"port {taken} of 127.0.0.1 is in use"):
        PrivateKafka(tmp_path, port=taken).start()


def test_remembered_ports_give_way_when_they_are_taken(
    kafka_address: KafkaAccess, tmp_path: Path
) -> None:
    before = settle(tmp_path)
    (tmp_path / "broker.json").write_text(
        f'{{"cluster_id": "{before.cluster_id}", "port": {port_of(kafka_address)},'
        f' "controller_port": {before.controller_port}}}'
    )
    after = settle(tmp_path)
    assert after.port != port_of(kafka_address)
    assert (after.cluster_id, after.controller_port) == (before.cluster_id, before.controller_port)
    assert settle(tmp_path) == after


def test_a_cluster_id_may_begin_with_a_dash(tmp_path: Path) -> None:
    # One id in 64 does, and would be taken for an option.
    place = msgspec.structs.replace(settle(tmp_path), cluster_id="-PSxA2DTSVCFerML5I8iEA")
    (tmp_path / "broker.json").write_bytes(msgspec.json.encode(place))
    with PrivateKafka(tmp_path) as kafka:
        assert kafka.alive()


def test_a_kafka_that_cannot_start_says_why(tmp_path: Path) -> None:
    with PrivateKafka(tmp_path):
        pass
    meta = tmp_path / "log" / "meta.properties"
    meta.write_text(re.sub("directory.id=.*", "directory.id=nonsense", meta.read_text()))
    with pytest.raises(BrokerError, match=r"ended while starting[^$]*directory.id"):
        PrivateKafka(tmp_path).start()


def test_a_start_ends_when_it_is_stopped_meanwhile(tmp_path: Path) -> None:
    kafka = PrivateKafka(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(kafka.start)
        until(kafka.alive)
        kafka.stop()
        with pytest.raises(BrokerError, match="stopped while starting"):
            start.result()
    assert not kafka.alive()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BrokerError, match=rf"cannot use {tmp_path}/file/kafka as Kafka's folder"):
        PrivateKafka(tmp_path / "file" / "kafka").start()
