import pytest

from wirewatch.local_kafka import server_properties


def properties(text: str) -> dict[str, str]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def test_kafka_listens_on_loopback_alone() -> None:
    told = properties(
        server_properties.server_properties(port=9092, controller_port=9093, password="p")
    )
    assert told["listeners"] == "CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"
    assert told["advertised.listeners"] == told["listeners"]
    assert told["controller.quorum.bootstrap.servers"] == "127.0.0.1:9093"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auto.create.topics.enable", "false"),
        ("group.initial.rebalance.delay.ms", "0"),
        ("message.max.bytes", "4194304"),
        ("offsets.topic.replication.factor", "1"),
        ("offsets.retention.minutes", "525600"),
        ("log.dirs", "log"),
    ],
)
def test_kafka_is_told(name: str, value: str) -> None:
    told = properties(
        server_properties.server_properties(port=9092, controller_port=9093, password="p")
    )
    assert told[name] == value


def test_kafkas_own_log_rolls() -> None:
    told = properties(server_properties.log4j2_properties())
    assert told["appender.file.type"] == "RollingFile"
    assert told["appender.file.fileName"] == "kafka.log"
    assert told["rootLogger.level"] == "INFO"
