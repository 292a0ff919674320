"""What Prometheus gets: from the real services, and in the board and the rules that ship."""

import io
import json
import re
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
import yaml
from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from streams.contract.kafka_access import KafkaAccess, Login
from streams.model.timestamps import Timestamps
from tests.support.commands import running
from tests.support.delivering import Desk, Receiver, block, receiving
from tests.support.samples import sample_alert
from tests.support.waiting import until
from tests.support.web_site import fill
from wirewatch.archive.caught_up import keep_caught_up
from wirewatch.metrics import server
from wirewatch.metrics.events import EventMetrics
from wirewatch.runtime import logs
from wirewatch.runtime.child_process import ServiceMessage

SHIPPED = Path(__file__).parents[3] / "docs" / "operations"
REQUESTS = "wirewatch_page_requests_total"
NAME = re.compile(r"\bwirewatch_[a-z_]+")
SERVICES = ("poll", "work", "deliver", "archive", "web", "run")


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def got(port: int, path: str) -> tuple[int, str]:
    """Return the status and body; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def is_ok(port: int, path: str) -> bool:
    return got(port, path) == (200, "ok\n")


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return the values by name and labels, in the order of their names: the largest of all."""
    found: dict[tuple[str, tuple[str, ...]], float] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            key = one.name, tuple(value for _, value in sorted(one.labels.items()))
            found[key] = max(found.get(key, 0.0), one.value)
    return found


def test_each_service_of_a_run_serves_what_the_board_and_the_rules_ask_for(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    page, *free = free_ports(1 + len(SERVICES))
    ports = dict(zip(SERVICES, free, strict=True))
    receiver = Receiver()
    with receiving(receiver):
        desk = Desk(tmp_path, kafka_address, prefix)
        lines = "\n".join(f'{name} = "127.0.0.1:{port}"' for name, port in ports.items())
        (tmp_path / "wirewatch.toml").write_text(
            f"allow_private_addresses = true\n[web]\nlisten = '127.0.0.1:{page}'\n"
            f"[canary]\nevery = 1\nlimit = 60\n[metrics]\n{lines}\n"
        )
        (tmp_path / "feeds.toml").write_text(
            "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
        )
        desk.subscribers(block("desk", receiver))
        words = ["run", "--json", "--config", str(tmp_path), "--kafka", kafka_address.address]
        with running(tmp_path / "log", words, {"WIREWATCH_KAFKA_PREFIX": prefix}) as run:
            for name in SERVICES:
                until(partial(is_ok, ports[name], "/readyz"))
                assert is_ok(ports[name], "/healthz")
            desk.put(sample_alert())
            until(lambda: receiver.heard)
            run.says('"canary"')

            def scraped() -> dict[tuple[str, tuple[str, ...]], float]:
                return samples("".join(got(port, "/metrics")[1] for port in ports.values()))

            delivered = ("wirewatch_deliveries_total", ("delivered",))
            unreadable = ("wirewatch_feeds", ("unreachable",))
            until(lambda: scraped().get(delivered) == 1 and scraped().get(unreadable) == 1)
            found = scraped()
            text = "".join(got(port, "/metrics")[1] for port in ports.values())
            code, other = got(ports["poll"], "/secrets")
    assert (code, "/metrics" in other) == (404, True)
    assert found["wirewatch_archive_lag_records", ("alerts",)] == 0
    assert found["wirewatch_archive_bytes", ()] > 0
    assert found["wirewatch_polls_total", ("unreachable",)] >= 1
    assert found["wirewatch_alert_seconds_count", ("first_seen",)] == 1
    assert found["wirewatch_last_canary_timestamp_seconds", ()] > 0
    assert ("wirewatch_lag_records", ("7", "tag", "stories")) in found
    assert isinstance(kafka_address.login, Login)
    assert kafka_address.login.password not in text
    exported = {name for name, _ in found} | set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    exported |= {f"{name}_bucket" for name in exported}
    assert asked_for() <= exported


def test_the_page_alone_counts_requests_by_view_and_never_by_what_was_asked(tmp_path: Path) -> None:
    """It asks no Kafka, so it is ready without one; `enabled` is about runs."""
    page, port = free_ports(2)
    (tmp_path / "wirewatch.toml").write_text(
        f"[web]\nenabled = false\nlisten = '127.0.0.1:{page}'\nbase = 'http://desk.example/news'\n"
        f"[metrics]\nweb = '127.0.0.1:{port}'\n"
    )
    fill(tmp_path / "data")
    keep_caught_up(tmp_path / "data", datetime.fromtimestamp(1_000, UTC))
    with running(tmp_path / "log", ["web", "--config", str(tmp_path)]) as web:
        until(partial(is_ok, port, "/readyz"))
        until(partial(is_ok, port, "/healthz"))
        asked = ("/alerts", "/news/alerts/0123456789", "/alerts/abcdefabcd", "/no/such/page")
        assert [got(page, path)[0] for path in asked] == [200, 404, 404, 404]
        text = got(port, "/metrics")[1]
        assert web.stop() == 0
    counted = {key[1]: value for key, value in samples(text).items() if key[0] == REQUESTS}
    assert counted == {("2xx", "/alerts"): 1, ("4xx", "/alerts/{alert}"): 2, ("4xx", "none"): 1}
    assert samples(text)["wirewatch_archive_caught_up_timestamp_seconds", ()] == 1_000
    assert is_gone(port)


def is_gone(port: int) -> bool:
    return got(port, "/healthz") == (0, "")


def asked_for() -> set[str]:
    """Return the names in the board and the rules."""
    board = json.loads((SHIPPED / "dashboard.json").read_text())
    rules = yaml.safe_load((SHIPPED / "alert-rules.yml").read_text())
    texts = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    texts += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return {name for text in texts for name in NAME.findall(text)}


def test_every_rule_says_what_to_do_and_names_its_severity() -> None:
    rules = yaml.safe_load((SHIPPED / "alert-rules.yml").read_text())["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert ":" in rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def metered(*events: dict[str, object]) -> tuple[EventMetrics, CollectorRegistry]:
    registry = CollectorRegistry()
    metrics = EventMetrics(registry, clock=lambda: 1_000.0)
    for event in events:
        metrics.hear(event)
    return metrics, registry


def test_what_the_log_tells_of_is_counted() -> None:
    metrics, registry = metered(
        {"event": "feed_polled", "state": "ok", "stories": 3},
        {"event": "feed_polled", "state": "blocked", "stories": 0},
        {"event": "progress", "tag_in": 5, "tag_out": 4},
        {"event": "progress", "tag_in": 7, "tag_out": 6},
        {"event": "dead_letter"},
        {"event": "dead_letters", "count": 2},
        {"event": "delivery_retry"},
        {"event": "delivered"},
        {"event": "given_up", "count": 4},
        {"event": "canary", "seconds": 0.5},
        {"event": "canary_late"},
    )
    value = registry.get_sample_value
    assert value("wirewatch_stories_total") == 3
    assert value("wirewatch_polls_total", {"state": "blocked"}) == 1
    assert value("wirewatch_records_total", {"stage": "tag", "direction": "in"}) == 7
    assert value("wirewatch_records_total", {"stage": "tag", "direction": "out"}) == 6
    assert value("wirewatch_dead_letters_total") == 3
    assert value("wirewatch_retries_total", {"event": "delivery_retry"}) == 1
    assert value("wirewatch_deliveries_total", {"outcome": "failed"}) == 4
    assert value("wirewatch_last_delivery_timestamp_seconds") == 1_000
    assert value("wirewatch_last_canary_timestamp_seconds") == 999.5
    assert value("wirewatch_canary_late") == 1
    metrics.of_run(ServiceMessage("work-0", {"event": "restarting"}))
    assert value("wirewatch_restarts_total", {"service": "work-0"}) == 1


def test_a_service_is_ready_once_it_says_so() -> None:
    metrics, _ = metered()
    before = metrics.ready
    metrics.hear({"event": "working"})
    assert (before, metrics.ready) == (False, True)


def test_a_run_whose_page_is_up_before_the_rest_is_not_ready_yet() -> None:
    metrics, _ = metered()
    metrics.of_run(ServiceMessage("web", {"event": "page"}))
    assert not metrics.ready


def test_an_alert_is_as_late_as_its_story_was_published_and_seen() -> None:
    metrics, registry = metered()
    raised = datetime(2026, 11, 27, 6, tzinfo=UTC)
    times = Timestamps(
        published=raised - timedelta(hours=1),
        first_seen=raised - timedelta(seconds=2),
        raised=raised,
    )
    metrics.alert(replace(sample_alert(), times=times))
    value = registry.get_sample_value
    assert value("wirewatch_alert_seconds_sum", {"since": "published"}) == 3_600
    assert value("wirewatch_alert_seconds_sum", {"since": "first_seen"}) == 2


def test_events_below_the_logs_level_are_counted_and_not_written() -> None:
    heard: list[str] = []
    written = io.StringIO()
    logs.configure(json=True, level="warning", stream=written)
    try:
        with logs.heard(lambda facts: heard.append(facts["event"])):
            structlog.get_logger().info("feed_polled")
            structlog.get_logger().warning("delivery_retry")
        structlog.get_logger().info("after")
    finally:
        logs.configure(json=True)
    assert heard == ["feed_polled", "delivery_retry"]
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == [
        "delivery_retry"
    ]


def test_a_port_that_is_taken_ends_nothing() -> None:
    registry = CollectorRegistry()
    (port,) = free_ports(1)
    with (
        server.serving(("127.0.0.1", port), registry, healthy=_well, ready=_well),
        server.serving(("127.0.0.1", port), registry, healthy=_well, ready=_well),
    ):
        assert got(port, "/healthz") == (200, "ok\n")
    assert got(port, "/healthz") == (0, "")


def test_a_port_that_there_is_not_ends_nothing_and_is_told() -> None:
    """A worker after the one at 65535 would have it."""
    place = ("127.0.0.1", 65536)
    with (
        structlog.testing.capture_logs() as said,
        server.serving(place, CollectorRegistry(), healthy=_well, ready=_well),
    ):
        pass
    (told,) = said
    assert (told["event"], told["address"]) == ("no_metrics", "127.0.0.1:65536")
    assert told["error"] == "there is no such port"


def test_what_is_wrong_is_said_with_503() -> None:
    (port,) = free_ports(1)
    ill = server.serving(
        ("127.0.0.1", port), CollectorRegistry(), healthy=_well, ready=lambda: "Kafka is away"
    )
    with ill:
        assert got(port, "/healthz")[0] == 200
        assert got(port, "/readyz") == (503, "Kafka is away\n")


def _well() -> str | None:
    return None
