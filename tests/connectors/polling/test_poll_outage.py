"""Poll through outages of a real Kafka of its own: it comes back by itself, and says what is so."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES
from streams.model.story import Story
from tests.connectors.polling.test_poll import read
from tests.support.commands import Running, running
from tests.support.waiting import until
from wirewatch.local_kafka import PrivateKafka

pytestmark = pytest.mark.long

STANDSTILL = 50.0
BACK_SECONDS = 30.0


class Growing(BaseHTTPRequestHandler):
    """A feed with one more story each time that it is asked."""

    stories = 0

    def do_GET(self) -> None:
        type(self).stories += 1
        items = "".join(
            f"<item><guid>{number}</guid><title>Story {number}</title></item>"
            for number in range(type(self).stories)
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def growing_feed() -> Iterator[tuple[str, type[Growing]]]:
    feed = type("Feed", (Growing,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), feed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed", feed
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def polling(address: KafkaAccess, folder: Path, url: str) -> Iterator[Running]:
    """Run the command on a feed that is due every second."""
    (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (folder / "feeds.toml").write_text(
        f'[[feed]]\nid = "courier"\nurl = "{url}"\nsource = "Courier"\ninterval = 1\n'
    )
    words = ["poll", "--json", "--kafka", address.address, "--config", str(folder)]
    with running(folder / "log", [*words, "--data", str(folder)]) as poll:
        poll.says('"feed": "courier", "state": "ok"')
        yield poll


def polls(poll: Running) -> int:
    return poll.err.count('"feed_polled"')


def test_poll_is_back_soon_after_a_broker_that_stood_still(tmp_path: Path) -> None:
    with (
        PrivateKafka(tmp_path / "kafka") as kafka,
        growing_feed() as (url, feed),
    ):
        ensure_topics(kafka.access)
        assert kafka.pid is not None
        with polling(kafka.access, tmp_path, url) as poll:
            until(lambda: polls(poll) >= 3)
            os.kill(kafka.pid, signal.SIGSTOP)
            try:
                time.sleep(STANDSTILL)  # the fault comes of the time itself
            finally:
                os.kill(kafka.pid, signal.SIGCONT)
            before, shown = polls(poll), feed.stories
            until(lambda: polls(poll) >= before + 3, BACK_SECONDS)
            assert poll.process.poll() is None
            assert '"event": "producer_replaced"' in poll.err
            assert "doesn't answer" in poll.err
            assert '"logger": ' not in poll.err, "what Kafka's client says"
            assert poll.stop() == 0
        stories = read(kafka.access, "", STORIES, shown)
    told = {decode(value, Story).headline for value in stories}
    assert told >= {f"Story {number}" for number in range(shown)}
