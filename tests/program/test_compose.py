"""What docker-compose.yml says is valid, and each of its services is known to start."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.kafka import kafka_answers
from streams.contract.kafka_access import KafkaAccess, Login, Mechanism
from tests.support.commands import ended, running
from tests.support.folders import ROOT
from tests.support.waiting import until
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.client_file import read_client_file
from wirewatch.local_kafka.jars import kafka_jars
from wirewatch.local_kafka.java import find_java
from wirewatch.local_kafka.jvm import Jvm
from wirewatch.local_kafka.ready import is_ready
from wirewatch.local_kafka.storage import format_storage

FILE = ROOT / "docker-compose.yml"
PASSWORD = r"\$\{KAFKA_PASSWORD[^}]*\}"
UP = {"poll": "polling", "work": "working", "deliver": "delivering"}


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def kafka_with(folder: Path, properties: str) -> Iterator[None]:
    """Run a Kafka with some settings."""
    folder.mkdir()
    (folder / "server.properties").write_text(properties)
    (folder / "log4j2.properties").write_text(server_properties.log4j2_properties())
    jvm = Jvm(java=find_java(), jars=kafka_jars())
    tool, environment = jvm.command("kafka.tools.StorageTool"), jvm.environment()
    format_storage(folder, tool, environment, cluster_id="c" * 22, properties=properties)
    with (folder / "output").open("wb") as output:
        kafka = subprocess.Popen(
            [*jvm.command("kafka.Kafka"), "server.properties"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        kafka.kill()
        kafka.wait()


def check_compose(file: Path) -> None:
    """Hold a file against the schema of the Compose specification."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout.decode()


def test_the_file_is_valid_by_the_compose_specification() -> None:
    check_compose(FILE)


def test_what_must_last_is_on_named_volumes() -> None:
    volumes = {mount.partition(":")[0] for s in services().values() for mount in s["volumes"]}
    assert volumes == {"./config", "kafka", "poll", "deliver"}
    assert services()["kafka"]["environment"]["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"


def test_nobody_gets_into_kafka_from_outside_its_container_without_the_password(
    tmp_path: Path,
) -> None:
    """A Kafka with the settings of the file, on ports of this machine."""
    given = yaml.safe_load(re.sub(PASSWORD, "sesame", FILE.read_text("utf-8")))
    ports = {port: str(free_port()) for port in ("9092", "19092", "9094", "9093")}
    kafka = given["services"]["kafka"]["environment"]
    properties = "".join(
        f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={value}\n"
        for name, value in {**kafka, "KAFKA_LOG_DIRS": server_properties.LOG_FOLDER}.items()
    )
    properties = re.sub(r"//(kafka|localhost)?:", "//127.0.0.1:", properties)
    properties = re.sub(r"(?<=:)(9092|19092|9093|9094)\b", lambda m: ports[m[0]], properties)
    (tmp_path / "client.conf").write_text(given["configs"]["kafka-client"]["content"])
    login = read_client_file(tmp_path / "client.conf").login
    with kafka_with(tmp_path / "kafka", properties):
        inside = KafkaAccess(f"127.0.0.1:{ports['9094']}")
        until(lambda: is_ready(inside))
        for port in (ports["9092"], ports["19092"]):
            address = f"127.0.0.1:{port}"
            assert kafka_answers(KafkaAccess(address, login))
            wrong = Login(username="wirewatch", password="open", mechanism=Mechanism.PLAIN)
            assert not kafka_answers(KafkaAccess(address, wrong), 2.0)
            assert not kafka_answers(KafkaAccess(address), 2.0)


def test_only_the_container_itself_has_a_way_in_without_a_password() -> None:
    kafka = services()["kafka"]["environment"]
    protocols = dict(
        one.split(":") for one in kafka["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    )
    listeners = dict(one.split("://") for one in kafka["KAFKA_LISTENERS"].split(","))
    is_open = {name for name, protocol in protocols.items() if protocol == "PLAINTEXT"}
    assert all(listeners[name].startswith("localhost:") for name in is_open)
    assert set(protocols.values()) == {"PLAINTEXT", "SASL_PLAINTEXT"}


def test_work_can_be_scaled() -> None:
    work = services()["work"]
    assert not {"container_name", "ports", "hostname"} & set(work)
    assert not any(mount.endswith("/data") for mount in work["volumes"])


@pytest.mark.parametrize("name", [*UP, "kafka"])
def test_each_service_has_a_health_check_and_ports_only_on_loopback(name: str) -> None:
    service = services()[name]
    assert service["healthcheck"]["test"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_no_container_has_rights_beyond_a_users_or_can_get_any() -> None:
    for name, service in services().items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_image_is_not_roots() -> None:
    assert "\nUSER wirewatch\n" in (ROOT / "Dockerfile").read_text("utf-8")


def test_init_makes_the_topics_once_and_again(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    given = {"WIREWATCH_KAFKA": kafka_address.address, "WIREWATCH_KAFKA_PREFIX": prefix}
    for _ in range(2):
        made = ended(*services()["init"]["command"], "--config", str(tmp_path), given=given)
        assert made.returncode == 0, made.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", UP)
def test_each_service_starts_by_its_own_command_line(
    name: str, kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    service = services()[name]
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    (config / "feeds.toml").write_text(
        "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
    )
    # This Kafka has a password of its own.
    service["environment"].pop("WIREWATCH_KAFKA_CLIENT_FILE")
    places = {"/config": str(config), "/data": str(data), "kafka:9092": kafka_address.address}
    words = [places.get(word, word) for word in service["command"]]
    given = {key: places.get(value, value) for key, value in service["environment"].items()}
    with running(tmp_path / "log", words, {**given, "WIREWATCH_KAFKA_PREFIX": prefix}) as process:
        process.says(f'"{UP[name]}"')
        until((data / "alive").exists)
        assert process.stop() == 0
