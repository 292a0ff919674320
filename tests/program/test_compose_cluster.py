"""docker-compose.cluster.yml: three brokers with its settings, one or two of which are lost."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from benchmarks.support.brokers import Cluster, kept_port
from connectors.kafka import KafkaError, Producer, Received, kafka_answers
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, TOPICS
from streams.model.alert import AlertEvent
from tests.program.test_compose import PASSWORD, check_compose
from tests.streams.worker.test_work import take
from tests.support.commands import ended, running
from tests.support.folders import ROOT
from tests.support.samples import NOON, sample_story
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.client_file import for_librdkafka

FILES = (ROOT / "docker-compose.yml", ROOT / "docker-compose.cluster.yml")
NAMES = {1: "kafka", 2: "kafka-2", 3: "kafka-3"}
LOGIN = Login(username="wirewatch", password="sesame", mechanism=Mechanism.PLAIN)


def merged() -> dict[str, dict[str, Any]]:
    """Return the services as Compose puts both files together: environments key by key."""
    base, more = (
        yaml.safe_load(re.sub(PASSWORD, LOGIN.password, file.read_text("utf-8")))["services"]
        for file in FILES
    )
    found = {**base, **more}
    for name in base.keys() & more.keys():
        environment = {**base[name].get("environment", {}), **more[name].get("environment", {})}
        found[name] = {**base[name], **more[name], "environment": environment}
    return found


def properties(ports: dict[tuple[str, str], int], name: str) -> str:
    """Return what a broker's container makes of its environment, on ports of this machine."""
    given = {**merged()[name]["environment"], "KAFKA_LOG_DIRS": server_properties.LOG_FOLDER}
    text = "".join(
        f"{key.removeprefix('KAFKA_').lower().replace('_', '.')}={value}\n"
        for key, value in given.items()
    )
    others = re.sub(r"\b(kafka(?:-\d)?):(\d+)", lambda m: f"127.0.0.1:{ports[m[1], m[2]]}", text)
    return re.sub(r"//(?:localhost)?:(\d+)", lambda m: f"//127.0.0.1:{ports[name, m[1]]}", others)


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three brokers, with the topics made by `init`."""
    ports = {
        (name, port): kept_port()
        for name in NAMES.values()
        for port in ("9092", "9093", "9094", "19092", "19093", "19094")
    }
    settings = {node: properties(ports, name) for node, name in NAMES.items()}
    inside = ",".join(f"127.0.0.1:{ports[name, '9092']}" for name in NAMES.values())
    folder = tmp_path_factory.mktemp("cluster")
    with Cluster(folder, settings, KafkaAccess(inside, LOGIN)) as cluster:
        yield cluster


@pytest.fixture
def whole(brokers: Cluster) -> Cluster:
    """The three, all of them there whatever the test before has done."""
    brokers.start_missing()
    brokers.until_whole()
    return brokers


ALERTING = tuple(
    msgspec.structs.replace(
        sample_story(
            str(number),
            headline=f"US and Cambodia weigh {what}",
            body=f"The US defense secretary met Cambodia's defense minister on {what}.",
        ),
        first_seen=NOON + number * timedelta(days=9),
    )
    for number, what in enumerate(("joint exercises", "patrol boats", "a radar at Ream"))
)


def access(cluster: Cluster, prefix: str, folder: Path) -> dict[str, str]:
    """Return the environment of a command that is to reach the cluster."""
    (folder / "client.conf").write_text(for_librdkafka(cluster.access))
    return {
        "WIREWATCH_KAFKA": cluster.access.address,
        "WIREWATCH_KAFKA_CLIENT_FILE": str(folder / "client.conf"),
        "WIREWATCH_KAFKA_PREFIX": prefix,
    }


def put(address: KafkaAccess, prefix: str, one: Message, seconds: float = 60.0) -> None:
    """Send a message, or raise `KafkaError` after some seconds."""

    async def main() -> None:
        producer = Producer(address, prefix=prefix, seconds=seconds)
        try:
            await producer.send([one])
        finally:
            await producer.close()

    asyncio.run(main())


def alerts_of(address: KafkaAccess, prefix: str, count: int) -> list[AlertEvent]:
    """Return the alert events, of which there are so many, in the order of their stories.

    A record whose leader was lost may stand there again under the same id: readers drop it by that.
    """

    def events(found: list[Received]) -> list[AlertEvent]:
        alerts = [decode(one.value, AlertEvent) for one in found]
        return list({alert.event: alert for alert in alerts}.values())

    found = take(address, prefix, ALERTS, lambda found: len(events(found)) >= count)
    alerts = events(found)
    assert len(alerts) == count
    return sorted(alerts, key=lambda alert: alert.story.first_seen)


def test_the_file_is_valid_and_adds_to_what_the_other_has() -> None:
    check_compose(FILES[1])
    base, more = (yaml.safe_load(file.read_text("utf-8"))["services"] for file in FILES)
    assert more.keys() - base.keys() == {"kafka-2", "kafka-3"}
    assert more["work"]["deploy"]["replicas"] == 3
    assert set(more["init"]["depends_on"]) == {"kafka-2", "kafka-3"}


def test_the_brokers_differ_in_nothing_but_their_names_and_ports() -> None:
    services = merged()
    own = {"KAFKA_NODE_ID", "KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS"}
    first = services["kafka"]
    for name in ("kafka-2", "kafka-3"):
        other = services[name]
        apart = {
            key
            for key in first["environment"].keys() | other["environment"].keys()
            if first["environment"].get(key) != other["environment"].get(key)
        }
        assert apart == own
        for key in ("image", "restart", "cap_drop", "security_opt", "healthcheck"):
            assert other[key] == first[key], key
    volumes = [volume for name in NAMES.values() for volume in services[name]["volumes"]]
    assert len(set(volumes)) == len(NAMES)
    ports = [port for name in NAMES.values() for port in services[name]["ports"]]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len(set(ports)) == len(NAMES)


@pytest.mark.long
def test_init_has_each_record_kept_three_times_and_twice_before_it_counts(
    whole: Cluster, prefix: str, tmp_path: Path
) -> None:
    given = access(whole, prefix, tmp_path)
    assert ended("init", given=given).returncode == 0
    assert ended("init", "--check", given=given).returncode == 0
    with closing(KafkaAdminClient(**whole.access.client_settings())) as admin:
        told = admin.describe_topics([prefix + topic.name for topic in TOPICS])
        copies = {len(part["replica_nodes"]) for one in told for part in one["partitions"]}
        names = [ConfigResource(ConfigResourceType.TOPIC, one["name"]) for one in told]
        settings = admin.describe_configs(names, config_filter="all")["topic"]
    assert copies == {3}
    assert {one["min.insync.replicas"]["value"] for one in settings.values()} == {"2"}


@pytest.mark.long
def test_nobody_gets_into_any_broker_without_the_password(whole: Cluster) -> None:
    for address in whole.access.addresses:
        assert kafka_answers(KafkaAccess(address, LOGIN))
        assert not kafka_answers(KafkaAccess(address), 2.0)
        assert not kafka_answers(KafkaAccess(address, replace(LOGIN, password="open")), 2.0)


@pytest.mark.long
def test_a_broker_that_is_lost_stops_neither_who_runs_nor_who_starts(
    whole: Cluster, prefix: str, tmp_path: Path
) -> None:
    """The first address of the list is the one that is gone."""
    given = access(whole, prefix, tmp_path)
    assert ended("init", given=given).returncode == 0
    words = ("work", "--json", "--config", str(tmp_path), "--data")
    with running(tmp_path / "log", [*words, str(tmp_path / "1")], given) as first:
        first.says('"working"')
        put(whole.access, prefix, message(ALERTING[0]))
        alerts_of(whole.access, prefix, 1)
        whole.kill(1)
        put(whole.access, prefix, message(ALERTING[1]))
        alerts_of(whole.access, prefix, 2)
        with running(tmp_path / "log", [*words, str(tmp_path / "2")], given) as second:
            second.says('"working"')
            assert first.stop() == 0
            put(whole.access, prefix, message(ALERTING[2]))
            alerts_of(whole.access, prefix, 3)
            assert second.stop() == 0


@pytest.mark.long
def test_with_two_of_three_lost_all_waits_and_nothing_is_lost_or_told_twice(
    whole: Cluster, prefix: str, tmp_path: Path
) -> None:
    given = access(whole, prefix, tmp_path)
    assert ended("init", given=given).returncode == 0
    words = ("work", "--json", "--config", str(tmp_path), "--data", str(tmp_path / "data"))
    with running(tmp_path / "log", words, given) as worker:
        worker.says('"working"')
        put(whole.access, prefix, message(ALERTING[0]))
        alerts_of(whole.access, prefix, 1)
        whole.kill(2)
        whole.kill(3)
        with pytest.raises(KafkaError):
            put(whole.access, prefix, message(ALERTING[1]), seconds=5.0)
        whole.start_missing()
        put(whole.access, prefix, message(ALERTING[1]), seconds=120.0)
        # One that was left alone for long may have given up meanwhile.
        whole.start_missing()
        whole.until_whole()
        found = alerts_of(whole.access, prefix, 2)
        assert worker.stop() == 0
    assert [alert.story.id for alert in found] == [story.id for story in ALERTING[:2]]
