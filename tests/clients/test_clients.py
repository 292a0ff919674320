"""The clients of docs/clients, each against a real Kafka that wants a login.

Those that fetch packages run by `make test-clients` alone.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from connectors.kafka import KafkaError, ensure_topics
from connectors.kafka.lag import topic_lag
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS
from tests.clients.clients import ALL, Ready
from tests.streams.worker.test_work import put
from tests.support.commands import Running
from tests.support.samples import sample_alert
from tests.support.waiting import until


def rows() -> Iterator[Any]:
    for client in ALL:
        yield pytest.param(
            client, id=client.name, marks=[pytest.mark.fetches] if client.fetches else []
        )


@pytest.fixture(scope="module", params=rows())
def client(
    request: pytest.FixtureRequest,
    kafka_address: KafkaAccess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Ready:
    return Ready(request.param, tmp_path_factory.mktemp(request.param.name), kafka_address)


@pytest.fixture
def topic(client: Ready, prefix: str) -> str:
    ensure_topics(client.kafka, prefix=prefix)
    return prefix


def alert(name: str) -> Message:
    return message(msgspec.structs.replace(sample_alert(), alert=name, event=f"{name}-event"))


def unreadable(**headers: str) -> Message:
    """An alert with other headers, which nobody can decode."""
    name = "-".join(headers.values())
    given = alert(f"other-{name}")
    said = dict(given.headers) | {key: value.encode() for key, value in headers.items()}
    return Message(ALERTS, given.key, b"\xff is no JSON", tuple(said.items()))


def printed(name: str) -> str:
    return f"opened {name} {sample_alert().story.headline}"


def read(client: Ready, prefix: str, count: int, since: str = "") -> list[str]:
    """Let the client read so; return the alerts that it printed."""
    return ran(client, prefix, count, since).out.splitlines()


def ran(client: Ready, prefix: str, count: int, since: str = "") -> Running:
    """Let the client read until it printed `count` alerts and its group is done with all."""

    def done() -> bool:
        assert running.process.poll() is None, running.err
        if running.out.count("\n") < count:
            return False
        try:
            return topic_lag(client.kafka, ALERTS, "desk", prefix=prefix, oldest=False).behind == 0
        except KafkaError:  # it is the first of all groups, and Kafka makes ready for them
            return False

    with client.reading(prefix, "KH-US", since) as running:
        until(done)
    return running


def test_it_reads_the_alerts_of_a_pair_once_and_decodes_no_other(client: Ready, topic: str) -> None:
    others = (
        unreadable(ce_pairs="CN-KH"),
        unreadable(ce_pairs=""),
        unreadable(ce_pairs="AKH-USA", ce_allpairs="KH-US"),
        unreadable(ce_kind="joined"),
        unreadable(ce_kind="of-a-later-release"),
        unreadable(ce_mode="shadow"),
        unreadable(ce_mode="of-a-later-release"),
    )
    put(client.kafka, topic, *others, alert("one"), alert("one"), alert("two"))
    assert sorted(read(client, topic, 2)) == [printed("one"), printed("two")]


def test_it_passes_over_each_later_version_and_says_so_once(client: Ready, topic: str) -> None:
    later = [unreadable(ce_type=f"wirewatch.alert.opened.v{number}") for number in (2, 2, 10)]
    put(client.kafka, topic, *later, alert("one"))
    running = ran(client, topic, 1)
    assert running.out.splitlines() == [printed("one")]
    told = [line for line in running.err.splitlines() if "passed over" in line]
    assert sorted(told) == [
        f"records of version {number} are passed over: this reads version 1" for number in (10, 2)
    ]


def test_it_continues_where_it_stopped(client: Ready, topic: str) -> None:
    put(client.kafka, topic, alert("one"))
    assert read(client, topic, 1) == [printed("one")]
    put(client.kafka, topic, alert("two"))
    assert read(client, topic, 1) == [printed("two")]


def test_it_starts_again_from_a_time(client: Ready, topic: str) -> None:
    put(client.kafka, topic, alert("before"))
    moment = datetime.now(UTC) + timedelta(milliseconds=5)
    until(lambda: datetime.now(UTC) > moment)
    put(client.kafka, topic, alert("after"))
    assert sorted(read(client, topic, 2)) == [printed("after"), printed("before")]
    assert read(client, topic, 1, moment.isoformat(timespec="milliseconds")) == [printed("after")]
