"""Ports that other programs have: what is served there waits, and all else goes on."""

import socket
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from streams.contract.kafka_access import KafkaAccess
from tests.connectors.polling.test_poll_outage import growing_feed
from tests.support.commands import running
from tests.support.delivering import Desk
from tests.support.samples import sample_alert
from tests.support.waiting import PATIENCE, until

FEED = '[[feed]]\nid = "courier"\nurl = "{url}"\nsource = "Courier"\ninterval = 1\n'
READERS = '[[subscriber]]\nid = "readers"\nkind = "feed"\n'
SETTINGS = """
[feeds_out]
listen = "127.0.0.1:{feeds}"
[links]
base = "http://127.0.0.1:{links}/ww"
listen = "127.0.0.1:{links}"
[websub]
callback = "http://127.0.0.1:{websub}/"
listen = "127.0.0.1:{websub}"
[web]
listen = "127.0.0.1:{web}"
[metrics]
poll = "127.0.0.1:{metrics}"
work = "127.0.0.1:{metrics}"
deliver = "127.0.0.1:{metrics}"
"""
SERVED = {"feeds": "feeds", "links": "links", "websub": "WebSub's callback"}


def answer(port: int) -> int:
    """Return the status that a server answers with."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/none", timeout=PATIENCE) as answered:
            return int(answered.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_taken_ports_keep_no_alert_back_and_are_served_at_once_when_free(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, kafka_address, prefix)
    desk.subscribers(READERS)
    words = ["run", "--config", str(tmp_path), "--kafka", kafka_address.address]
    given = {"WIREWATCH_KAFKA_PREFIX": prefix, "COLUMNS": "400"}
    with ExitStack() as stack, growing_feed() as (url, feed):
        names = ("feeds", "links", "websub", "web", "metrics")
        taken = {
            name: stack.enter_context(socket.create_server(("127.0.0.1", 0))) for name in names
        }
        ports = {name: one.getsockname()[1] for name, one in taken.items()}
        (tmp_path / "feeds.toml").write_text(FEED.format(url=url))
        with (tmp_path / "wirewatch.toml").open("a") as file:
            file.write(SETTINGS.format(**ports))
        run = stack.enter_context(running(tmp_path / "logs", words, given))
        for name, what in SERVED.items():
            run.says(f"{what} can't be served at 127.0.0.1:{ports[name]}: Address already in use")
        run.says(f"the page can't be served at 127.0.0.1:{ports['web']}: ")
        desk.put(sample_alert())
        until(lambda: desk.states("readers") == {"done": 1})
        until(lambda: feed.stories > 1)
        for one in taken.values():
            one.close()
        for what in SERVED.values():
            run.says(f"{what} can be served now")
        assert [answer(ports[name]) for name in SERVED] == [404, 403, 410]
        run.says("alerts can be read at")
        assert "restarts in" not in run.out + run.err
        assert run.out.count("can't be served") == len(SERVED) + 1, "each is told once"
