"""A run goes by what its services say, whatever log level the operator wants to see."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import environment
from wirewatch.runtime.child_process import ServiceMessage
from wirewatch.runtime.parent_run import LEASH
from wirewatch.runtime.run_console import ForMachines

SERVICES = [("deliver", "delivering"), ("web", "page")]


@pytest.mark.parametrize(("service", "ready"), SERVICES)
def test_a_service_says_that_it_is_ready_though_only_warnings_are_wanted(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str, service: str, ready: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = f'log_level = "warning"\n[web]\nlisten = "127.0.0.1:{port}"\n'
    (tmp_path / "wirewatch.toml").write_text(settings)
    words = [service, "--json", "--kafka", str(kafka_address), "--data", str(tmp_path / "data")]
    given = {LEASH: "1", "WIREWATCH_KAFKA_PREFIX": prefix}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "wirewatch", *words, "--config", str(tmp_path)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(given, words),
    )
    try:
        assert child.stderr is not None
        assert any(f'"{ready}"'.encode() in line for line in child.stderr)
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize(("level", "shown"), [("info", ["a", "b"]), ("warning", ["b"])])
def test_what_is_shown_is_what_is_wanted(
    level: str, shown: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    with ForMachines(level) as screen:
        screen.hear(ServiceMessage("poll", {"event": "a", "level": "info"}))
        screen.hear(ServiceMessage("poll", {"event": "b", "level": "warning"}))
    told = [json.loads(line)["event"] for line in capfd.readouterr().err.splitlines()]
    assert told == shown
