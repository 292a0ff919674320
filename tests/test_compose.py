"""What docker-compose.yml says is valid, and each of its services is known to start."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.kafka_access import KafkaAccess
from tests.commands import ended, running
from tests.waiting import until

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"
UP = {"poll": "polling", "work": "working", "deliver": "delivering"}


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["services"]
    return found


def test_the_file_is_valid_by_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout.decode()


def test_what_must_last_is_on_named_volumes() -> None:
    volumes = {mount.partition(":")[0] for s in services().values() for mount in s["volumes"]}
    assert volumes == {"./config", "kafka", "poll", "deliver"}
    assert services()["kafka"]["environment"]["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"


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
    places = {"/config": str(config), "/data": str(data), "kafka:9092": kafka_address.address}
    words = [places.get(word, word) for word in service["command"]]
    given = {key: places.get(value, value) for key, value in service["environment"].items()}
    with running(tmp_path / "log", words, {**given, "WIREWATCH_KAFKA_PREFIX": prefix}) as process:
        process.says(f'"{UP[name]}"')
        until((data / "alive").exists)
        assert process.stop() == 0
