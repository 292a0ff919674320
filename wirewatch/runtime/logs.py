"""Log lines: readable on a terminal, JSON for machines and for the supervisor."""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

LONGEST_VALUE = 1_000
"""Characters of one value in a line. Ids and causes come from outside, and may be megabytes."""


CRASHED = "crashed"
"""A fault of the program ended it; `exception` has the traceback."""


class CurrentLog:
    """What the log was set to last."""

    level = "info"


def configure(*, json: bool, level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Send all logging, the libraries' included, to `stream` in one shape."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        stamped,
        shortened,
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    CurrentLog.level = level
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    if number > logging.DEBUG:
        handler.addFilter(telling)
    handler.addFilter(Sparing())
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries log here; wirewatch itself doesn't. Their warnings count, their chatter doesn't.
    root.setLevel(max(number, logging.WARNING))


def now_text() -> str:
    """Return the time of a line, in the one form that all lines have (RFC 3339, in UTC)."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stamped(_: object, __: str, facts: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Say when."""
    facts["timestamp"] = now_text()
    return facts


def hear_the_rest(then: Callable[[], None] = lambda: None) -> None:
    """Let what Python warns of, and the fault that ends the program, be lines of the log too.

    `then` is called when that fault is told, to let it come out.
    """
    logging.captureWarnings(capture=True)

    def crashed(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        structlog.get_logger().critical(
            CRASHED, error=f"{kind.__name__}: {error}", exc_info=(kind, error, trace)
        )
        then()

    sys.excepthook = crashed


def shortened(_: object, __: str, facts: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut texts that are too long for a line, and say how long they were."""
    for name, value in facts.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            facts[name] = f"{value[:LONGEST_VALUE]}... ({len(value):,} characters)"
    return facts


@contextmanager
def heard(hear: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Let `hear` have each event of wirewatch's own, those below the log's level too."""
    level = CurrentLog.level

    def tap(_: object, __: str, facts: structlog.typing.EventDict) -> structlog.typing.EventDict:
        hear(facts)
        if not is_shown(str(facts.get("level", "info")), level):
            raise structlog.DropEvent
        return facts

    before = structlog.get_config()
    number = logging.getLevelNamesMapping()[level.upper()]
    *steps, uncaught, last = before["processors"]
    structlog.configure(
        processors=[*steps, tap, uncaught, last],
        wrapper_class=structlog.make_filtering_bound_logger(min(number, logging.INFO)),
    )
    try:
        yield
    finally:
        structlog.configure(processors=before["processors"], wrapper_class=before["wrapper_class"])


def warn_beside_output() -> None:
    """Let a command's own warnings go to standard error: its output is for what was asked.

    What libraries say is left out: a command tells in its own words what went wrong.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def at_least_info(level: str) -> str:
    """Return a level at which what happens is told, and not only what goes wrong."""
    return level if is_shown("info", level) else "info"


def is_shown(level: str, least: str) -> bool:
    """Whether a line of one level is shown where another is the least that is."""
    numbers = logging.getLevelNamesMapping()
    return numbers.get(level.upper(), logging.WARNING) >= numbers[least.upper()]


HARMLESS = (
    # A group's first request comes before Kafka has a coordinator for it; it is sent again.
    ("kafka.coordinator", "Marking the coordinator dead"),
    # A commit took longer than the quarter of a second between two: the next one waits.
    ("mode.timers", "overlapping"),
    # An exception's own words follow as a line of ours, or the library tries again. That Kafka
    # doesn't answer is said once, by wirewatch.runtime.kafka_wait, with its address and how long.
    ("kafka.net.manager", "Connection failed:"),
    ("kafka.net.manager", "Bootstrap "),
    ("kafka.net.connection", "Connection lost:"),
    ("kafka.net.connection", "Request timed out after"),
    ("kafka.net.transport", "Abort ("),
    ("kafka.net.transport", "socket disconnected"),
    ("kafka.net.transport", "Error receiving network data"),
    ("kafka.net.transport", "Error sending request data"),
    ("kafka.net.inet", "DNS lookup failed"),
    ("kafka.net.connection", "SaslHandshake failed"),
    # Also of a client that is closed while it waits for an answer.
    ("kafka.cluster", "Metadata refresh: failed"),
    ("kafka.cluster", "No node available for metadata refresh"),
    # A producer that is closed before it has sent anything gives up what it asked for at first.
    ("kafka.producer.transaction_manager", "Cancelled"),
    # A request that failed by it is sent again; what can't be is raised, and told by us.
    ("kafka.coordinator", "Error sending"),
    ("kafka.coordinator.heartbeat", "Heartbeat session expired"),
    ("kafka.cluster", "No broker metadata found"),
    ("kafka.consumer.fetcher", "Fetch to node"),
    ("kafka.producer.sender", "Error sending produce request"),
    ("kafka.producer.sender", "retrying"),
    ("kafka.producer.producer_batch", "Failed to produce messages"),
    ("aiokafka", "Unable connect to"),
    ("aiokafka", "Unable to request metadata from"),
    ("aiokafka", "Unable to update metadata from"),
    ("aiokafka.consumer.fetcher", "Failed fetch"),
    ("aiokafka.consumer.group_coordinator", "marking coordinator dead"),
    ("aiokafka.consumer.group_coordinator", "Marking the coordinator dead"),
    ("aiokafka.consumer.group_coordinator", "Heartbeat send request failed"),
    ("aiokafka.consumer.group_coordinator", "Request failed: NodeNotReadyError"),
    ("aiokafka.consumer.group_coordinator", "Request failed: KafkaConnectionError"),
    ("aiokafka.consumer.group_coordinator", "Request failed: RequestTimedOutError"),
    ("aiokafka.producer.sender", "Cannot send"),
    ("aiokafka.producer.sender", "Could not send"),
    ("aiokafka.producer.sender", "retrying"),
    # Kafka hangs up on it whenever a token's life is over.
    ("aiokafka.producer.sender", "Got error produce response: KafkaConnectionError"),
    # By SCRAM nothing is told in the clear; by PLAIN a program asks the Kafka that it started.
    ("kafka.net.sasl.scram", "Exchanging credentials in the clear"),
    ("kafka.net.sasl.plain", "Sending username and password in the clear"),
    # A client's loop took a tenth of a second for a step: a busy machine, or a name looked up.
    ("kafka.net.selector", "tight sync loop"),
)
"""What libraries warn of and nobody has to do anything about: the logger, and words of it.

With the log level `debug` all of it is shown.
"""


def telling(record: logging.LogRecord) -> bool:
    """Say whether a library's record is worth a line."""
    message = record.getMessage()
    return not any(record.name == name and words in message for name, words in HARMLESS)


class Sparing(logging.Filter):
    """Lets a library say the same thing once in ten seconds: aiokafka says it 20 times a second."""

    SECONDS = 10.0
    REMEMBERED = 1_000

    def __init__(self) -> None:
        """Start with nothing said."""
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a record pass if its like hasn't been said lately."""
        like = (record.name, str(record.msg))
        if record.created - self._said.get(like, 0.0) < self.SECONDS:
            return False
        if len(self._said) >= self.REMEMBERED:
            self._said.clear()
        self._said[like] = record.created
        return True
