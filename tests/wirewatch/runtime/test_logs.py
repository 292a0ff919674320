import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.commands import environment
from wirewatch.runtime import logs


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(json=True, stream=stream)
    yield stream
    logs.configure(json=True)


def test_what_a_library_says_again_and_again_is_said_once(said: io.StringIO) -> None:
    for number in range(3):
        logging.getLogger("aiokafka").error("no broker, try %d", number)
    logging.getLogger("aiokafka").error("another thing")
    events = [json.loads(line)["event"] for line in said.getvalue().splitlines()]
    assert events == ["no broker, try 0", "another thing"]


@pytest.mark.parametrize(
    ("logger", "message", "shown"),
    [
        ("mode.timers", "Timer commit is overlapping (interval=0.25 runtime=0.4)", False),
        ("mode.timers", "Timer commit woke up too late", True),
        ("kafka.coordinator", "Marking the coordinator dead (node 1) for group g", False),
        ("kafka.coordinator", "Group authorization failed", True),
        ("kafka.net.manager", "Connection failed: KafkaConnectionError: 111 ECONNREFUSED", False),
        ("kafka.net.manager", "Did you attempt to connect to a kafka controller", True),
        ("kafka.net.connection", "<node_id=1>: Connection lost: closed by the other side", False),
        ("kafka.net.connection", "<node_id=1>: 2 throttled by broker (100 ms)", True),
        ("kafka.cluster", "Metadata refresh: failed KafkaConnectionError", False),
        ("kafka.cluster", "No node available for metadata refresh - backoff/retry", False),
        ("kafka.cluster", "Topic t not found in cluster metadata", True),
        ("kafka.coordinator", "Error sending HeartbeatRequest to node 1 [closed]", False),
        ("kafka.coordinator.heartbeat", "Heartbeat session expired, marking coordinator", False),
        ("kafka.coordinator.heartbeat", "Consumer poll timeout has expired.", True),
        ("kafka.producer.sender", "Error sending produce request to node 1: closed", False),
        ("kafka.producer.sender", "Got error produce response on t, retrying (5 left)", False),
        ("kafka.consumer.fetcher", "Fetch to node 1 failed: 111 ECONNREFUSED", False),
        ("kafka.consumer.fetcher", "Not authorized to read from topic t.", True),
        ("aiokafka.consumer.group_coordinator", "Heartbeat send request failed: e.", False),
        ("aiokafka.consumer.group_coordinator", "Group Coordinator Request failed: [30]", True),
        ("kafka.producer.sender", "Uncaught error in kafka producer I/O thread", True),
        ("kafka.producer.producer_batch", "Failed to produce messages to t: expired", False),
        ("kafka.net.selector", "Task t ran for 0.104s: likely a tight sync loop inside", False),
        ("kafka.net.selector", "Unhandled exception in task t:", True),
        ("aiokafka.producer.sender", "Got error produce response: KafkaConnectionError: c", False),
        ("aiokafka.producer.sender", "Got error produce response: MessageSizeTooLarge", True),
        ("aiokafka", 'Unable connect to "127.0.0.1:9": refused', False),
        ("aiokafka", "Topic t is not authorized for this client", True),
    ],
)
def test_only_what_someone_can_act_on_is_shown(
    said: io.StringIO, logger: str, message: str, shown: bool
) -> None:
    logging.getLogger(logger).warning(message)
    assert bool(said.getvalue()) is shown


def test_with_debug_nothing_of_a_library_is_left_out() -> None:
    stream = io.StringIO()
    logs.configure(json=True, level="debug", stream=stream)
    try:
        logging.getLogger("kafka.net.manager").error("Connection failed: refused")
    finally:
        logs.configure(json=True)
    assert "refused" in stream.getvalue()


def test_a_text_from_outside_is_cut_in_whatever_line_it_stands(said: io.StringIO) -> None:
    structlog.get_logger().error("delivery_fault", event_id="e" * 70_000, tries=3)
    logging.getLogger("aiokafka").error("partitions %s", "p" * 70_000)
    ours, library = (json.loads(line) for line in said.getvalue().splitlines())
    assert ours["event_id"] == "e" * logs.LONGEST_VALUE + "... (70,000 characters)"
    assert ours["tries"] == 3
    assert library["event"].endswith("... (70,011 characters)")


FAULTY = """
import warnings
from tests.support.commands import environment
from wirewatch.runtime import logs
logs.configure(json=True)
logs.hear_the_rest()
warnings.warn("a library's way of saying")
raise ZeroDivisionError("by two lines\\nof text")
"""


def test_what_python_itself_says_is_a_line_of_the_log_too() -> None:
    ended = subprocess.run([sys.executable, "-P", "-c", FAULTY], capture_output=True, check=False)
    assert ended.returncode == 1
    warned, crashed = map(json.loads, ended.stderr.splitlines())
    assert "a library's way of saying" in warned["event"]
    assert (crashed["event"], crashed["level"]) == ("crashed", "critical")
    assert crashed["error"] == "ZeroDivisionError: by two lines\nof text"
    assert crashed["exception"].startswith("Traceback")
    assert warned["timestamp"].endswith("Z")
    assert crashed["timestamp"].endswith("Z")


FAULTY_RUN = """
import sys
from wirewatch.cli.main import main
from wirewatch.runtime.run import Run

async def faulty(*_):
    raise ZeroDivisionError("in the run itself")

Run.until_stopped = faulty
main()
"""


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_fault_of_the_run_itself_is_told_like_one_of_its_services(
    form: list[str], tmp_path: Path
) -> None:
    words = ["run", *form, "--config", str(tmp_path), "--data", str(tmp_path / "data")]
    ended = subprocess.run(
        [sys.executable, "-P", "-c", FAULTY_RUN, *words],
        capture_output=True,
        check=False,
        env=environment({}),
    )
    assert ended.returncode == 1
    if form:
        crashed = json.loads(ended.stderr.splitlines()[-1])
        assert (crashed["service"], crashed["event"]) == ("run", "crashed")
        assert crashed["error"] == "ZeroDivisionError: in the run itself"
        assert crashed["exception"].startswith("Traceback")
        return
    assert b"run     a fault of the program ended it: ZeroDivisionError" in ended.stdout
    assert ended.stderr == b""
