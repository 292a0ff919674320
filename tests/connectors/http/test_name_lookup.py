"""Host names that nobody answers for keep nothing else from going on, nor from ending."""

import asyncio
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from connectors.http.name_lookup import NameLookup
from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import running
from tests.support.waiting import PATIENCE, until


class Nobody:
    """A system without a network: a look-up lasts until the test ends."""

    def __init__(self) -> None:
        self.asked = 0
        self.ended = False
        self.end = threading.Event()

    def __call__(self, *_: object) -> list[object]:
        self.asked += 1
        self.end.wait(PATIENCE)
        self.ended = True
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> Nobody:
    silent = Nobody()
    monkeypatch.setattr(socket, "getaddrinfo", silent)
    return silent


def test_a_name_is_looked_up_as_the_system_does() -> None:
    found = asyncio.run(NameLookup().resolve("localhost", 80))
    assert ("127.0.0.1", 80) in {(one["host"], one["port"]) for one in found}


def test_the_end_does_not_wait_for_a_name(nobody: Nobody) -> None:
    async def main() -> None:
        asking = asyncio.create_task(NameLookup().resolve("nowhere.example"))
        await asyncio.sleep(0)
        await asyncio.to_thread(until, lambda: nobody.asked == 1)
        asking.cancel()

    try:
        asyncio.run(main())  # asyncio waits at its end for threads of its own
        assert not nobody.ended
    finally:
        nobody.end.set()


def test_names_leave_the_threads_of_all_else_free(nobody: Nobody) -> None:
    async def main() -> None:
        names = NameLookup()
        asking = [asyncio.create_task(names.resolve(f"n{number}.example")) for number in range(50)]
        await asyncio.to_thread(until, lambda: nobody.asked == 50)
        assert await asyncio.to_thread(time.monotonic)
        for one in asking:
            one.cancel()

    try:
        asyncio.run(main())
    finally:
        nobody.end.set()


def test_a_look_up_nobody_waits_for_any_more_still_takes_its_place(nobody: Nobody) -> None:
    async def main() -> None:
        names = NameLookup(at_once=1)
        first = asyncio.create_task(names.resolve("first.example"))
        await asyncio.to_thread(until, lambda: nobody.asked == 1)
        first.cancel()
        second = asyncio.create_task(names.resolve("second.example"))
        for _ in range(10):
            await asyncio.sleep(0)
        assert nobody.asked == 1
        nobody.end.set()
        with pytest.raises(socket.gaierror):
            await second
        assert nobody.asked == 2

    asyncio.run(main())


NO_NETWORK = """
import socket, sys, time
ask = socket.getaddrinfo
def look_up(host, *given, **more):
    if str(host).endswith(".example"):
        print("asked for a name", file=sys.stderr, flush=True)
        time.sleep(600)
    return ask(host, *given, **more)
socket.getaddrinfo = look_up
"""


def test_ctrl_c_ends_poll_while_names_are_looked_up(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    feed = '[[feed]]\nid = "{0}"\nsource = "S"\nurl = "https://{0}.example/rss"\n'
    (tmp_path / "feeds.toml").write_text("".join(feed.format(f"f{n}") for n in range(5)))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "sitecustomize.py").write_text(NO_NETWORK)
    given = {"PYTHONPATH": str(tmp_path / "code"), "WIREWATCH_KAFKA_PREFIX": prefix}
    words = ["poll", "--json", "--config", str(tmp_path), "--data", str(tmp_path / "data")]
    with running(tmp_path / "log", [*words, "--kafka", str(kafka_address)], given) as poll:
        poll.says("asked for a name")
        assert poll.stop(signal.SIGINT) == 0
        assert '"error"' not in poll.err
