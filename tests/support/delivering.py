"""`wirewatch deliver` as a process, with receivers that answer as told."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from connectors.kafka import Producer, ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.model.alert import AlertEvent
from tests.support.commands import Running, running


@dataclass
class Answer:
    """What a receiver says to a post. Nothing at all without a `status`."""

    status: int | None = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Receiver:
    """A webhook receiver. `answers` gives the answer to a body; `heard` are kind and id.

    What it is told of several events at once is in `digests`.
    """

    answers: Callable[[dict[str, Any]], Answer] = lambda _: Answer()
    heard: list[tuple[str, str]] = field(default_factory=list)
    digests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    @property
    def ids(self) -> list[str]:
        return [event for _, event in self.heard]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.heard]


@contextmanager
def receiving(*receivers: Receiver) -> Iterator[None]:
    """Serve each receiver under a path of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["data"]
            receiver = receivers[int(self.path.rpartition("/")[2])]
            if "events" in body:
                receiver.digests.append(body)
            else:
                receiver.heard.append((body["kind"], body["event"]))
            answer = receiver.answers(body)
            if answer.status is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of a deliver that was killed."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        for number, receiver in enumerate(receivers):
            receiver.url = f"http://127.0.0.1:{server.server_port}/{number}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


def block(name: str, receiver: Receiver | None = None) -> str:
    """Write a subscriber as `subscribers.toml` has it: a webhook, or else the terminal."""
    kind = "terminal" if receiver is None else "webhook"
    url = "" if receiver is None else f'url = "{receiver.url}"\n'
    return f'[[subscriber]]\nid = "{name}"\nkind = "{kind}"\n{url}\n'


@dataclass
class Desk:
    """A configuration folder and a Kafka for `wirewatch deliver`."""

    folder: Path
    kafka: KafkaAccess
    prefix: str

    def __post_init__(self) -> None:
        ensure_topics(self.kafka, prefix=self.prefix)
        (self.folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")

    def subscribers(self, *blocks: str) -> None:
        new = self.folder / "new~"
        new.write_text("\n".join(blocks))
        new.replace(self.folder / "subscribers.toml")

    @property
    def outbox(self) -> Path:
        return self.folder / "data" / "outbox.sqlite"

    @contextmanager
    def delivering(self, stdout: int | None = None) -> Iterator[Running]:
        words = ["deliver", "--json", "--config", str(self.folder), "--kafka", self.kafka.address]
        words += ["--data", str(self.folder / "data")]
        given = {"WIREWATCH_KAFKA_PREFIX": self.prefix}
        with running(self.folder / "logs", words, given, stdout) as process:
            process.says('"delivering"')
            yield process

    def put(self, *events: AlertEvent) -> None:
        asyncio.run(self._put(*events))

    async def _put(self, *events: AlertEvent) -> None:
        producer = Producer(self.kafka, prefix=self.prefix)
        await producer.send([message(event) for event in events])
        await producer.close()

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of the outbox."""
        with closing(sqlite3.connect(self.outbox, timeout=10)) as db:
            rows = db.execute(sql, values).fetchall()
            db.commit()
            return rows

    def states(self, subscriber: str) -> dict[str, int]:
        sql = "SELECT state, count(*) FROM deliveries WHERE subscriber = ? GROUP BY state"
        return dict(self.ask(sql, subscriber))
