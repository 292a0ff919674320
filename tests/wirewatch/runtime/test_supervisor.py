"""The supervisor, with services of a few lines each."""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from streams.backoff import Backoff
from tests.support.waiting import PATIENCE, until
from wirewatch.runtime import supervisor as module
from wirewatch.runtime.child_process import Service, ServiceMessage
from wirewatch.runtime.supervisor import RunError, Supervisor

PRELUDE = """
import json, os, signal, sys, time
def say(event, **facts):
    line = json.dumps({"event": event, "level": "info", "pid": os.getpid(), **facts})
    print(line, file=sys.stderr, flush=True)
def until_told():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    say("up")
    while True: time.sleep(60)
"""
POLITE = """
signal.signal(signal.SIGTERM, lambda *_: (say("down"), sys.exit(0)))
say("up")
while True: time.sleep(60)
"""


def service(name: str, code: str, *, once: bool = False) -> Service:
    script = PRELUDE + textwrap.dedent(code)
    return Service(name=name, command=(sys.executable, "-c", script), ready="up", once=once)


class Ear:
    """Hears everything, and lets a test wait for what it expects."""

    def __init__(self) -> None:
        self.heard: list[ServiceMessage] = []
        self._news = asyncio.Event()

    def __call__(self, said: ServiceMessage) -> None:
        self.heard.append(said)
        self._news.set()

    def events(self, service: str) -> list[str]:
        return [said.facts["event"] for said in self.heard if said.service == service]

    async def until(self, service: str, event: str, times: int = 1) -> ServiceMessage:
        while self.events(service).count(event) < times:
            self._news.clear()
            await self._news.wait()
        return [s for s in self.heard if s.service == service and s.facts["event"] == event][-1]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF", Backoff((0.01,)))


def play(services: list[Service], act: Callable[[Supervisor, Ear], Awaitable[None]]) -> Ear:
    async def main() -> Ear:
        ear = Ear()
        supervisor = Supervisor(services, ear)
        try:
            async with asyncio.timeout(PATIENCE):
                await supervisor.start()
                await act(supervisor, ear)
        finally:
            await supervisor.stop()
        return ear

    return asyncio.run(main())


@pytest.mark.parametrize("code", ["time.sleep(60)", "sys.exit(2)", "sys.exit(1)"])
def test_a_service_that_is_not_needed_holds_up_and_ends_nothing(code: str) -> None:
    async def act(supervisor: Supervisor, ear: Ear) -> None:
        await ear.until("second", "up")
        waiting = asyncio.create_task(supervisor.wait())
        if code != "time.sleep(60)":
            await ear.until("first", "restarting", times=2)
        assert not waiting.done()
        waiting.cancel()

    spare = Service(
        name="first",
        command=(sys.executable, "-c", PRELUDE + code),
        ready="up",
        needed=False,
    )
    play([spare, service("second", "until_told()")], act)


def test_services_start_in_order_each_once_the_last_is_up() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("second", "up")

    ear = play([service("first", "until_told()"), service("second", "until_told()")], act)
    ups = [said.service for said in ear.heard if said.facts["event"] == "up"]
    assert ups == ["first", "second"]


def test_services_stop_in_reverse() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("last", "up")

    ear = play([service("first", POLITE), service("last", POLITE)], act)
    assert [s.service for s in ear.heard if s.facts["event"] == "down"] == ["last", "first"]


def test_what_is_killed_comes_back() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        first = await ear.until("it", "up")
        os.kill(first.facts["pid"], 9)
        again = await ear.until("it", "up", times=2)
        assert again.facts["pid"] != first.facts["pid"]

    ear = play([service("it", "until_told()")], act)
    assert "restarting" in ear.events("it")


BEATING = """
import threading
def beat():
    while os.write(int(os.environ["WIREWATCH_HEARTBEAT"]), b"."): time.sleep(0.1)
threading.Thread(target=beat, daemon=True).start()
time.sleep(0.2)
until_told()
"""


def test_what_is_frozen_is_ended_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_SECONDS", 3.0)

    async def act(_: Supervisor, ear: Ear) -> None:
        first = await ear.until("frozen", "up")
        os.kill(first.facts["pid"], signal.SIGSTOP)
        again = await ear.until("frozen", "up", times=2)
        assert again.facts["pid"] != first.facts["pid"]

    ear = play([service("well", BEATING), service("frozen", BEATING)], act)
    told = [said for said in ear.heard if said.facts["event"] in {"frozen", "restarting"}]
    assert [(one.service, one.facts["event"]) for one in told] == [
        ("frozen", "frozen"),
        ("frozen", "restarting"),
    ]
    assert told[1].facts["cause"].startswith("killed by SIGKILL: it was frozen")


def test_what_may_end_is_not_started_again() -> None:
    async def act(supervisor: Supervisor, _: Ear) -> None:
        await supervisor.wait()

    ear = play([service("once", "say('up')", once=True)], act)
    assert ear.events("once") == ["up"]


def test_a_bad_configuration_ends_the_run() -> None:
    async def act(supervisor: Supervisor, _: Ear) -> None:
        await supervisor.wait()

    with pytest.raises(RunError, match="it can't run with this configuration"):
        play([service("it", "sys.exit(2)")], act)


def test_what_a_dead_service_left_behind_does_not_hold_up_its_restart() -> None:
    """A process of its own outlives it, and keeps its pipes open."""
    code = """
    import subprocess
    subprocess.Popen(["sleep", "20"])
    say("up")
    os._exit(3)
    """

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "restarting")

    play([service("it", code)], act)


def test_a_listener_that_fails_ends_nothing() -> None:
    class Deaf(Ear):
        def __call__(self, said: ServiceMessage) -> None:
            super().__call__(said)
            raise KeyError(said.facts["event"])

    async def main() -> None:
        ear = Deaf()
        supervisor = Supervisor([service("it", "say('first'); until_told()")], ear)
        try:
            async with asyncio.timeout(PATIENCE):
                await supervisor.start()
        finally:
            await supervisor.stop()
        assert ear.events("it") == ["first", "up"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (
            "say('worker_ends', level='critical', reason='tagged/3 is not read'); sys.exit(70)",
            "ended with code 70: tagged/3 is not read",
        ),
        ("raise ValueError('no such thing')", "ended with code 1: ValueError: no such thing"),
        ("print('old trouble', file=sys.stderr); say('fine'); sys.exit(3)", "ended with code 3"),
        ("os.kill(os.getpid(), 9)", "killed by SIGKILL"),
    ],
)
def test_a_restart_tells_its_cause(code: str, cause: str) -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        assert (await ear.until("it", "restarting")).facts["cause"] == cause

    play([service("it", f"say('up'); {code}")], act)


def test_repeated_restarts_are_called_out() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        said = await ear.until("it", "restarts_often")
        assert said.facts["in_the_last_hour"] == module.OFTEN
        assert said.facts["level"] == "error"
        assert said.facts["cause"] == "ended with code 3"

    ear = play([service("it", "say('up'); sys.exit(3)")], act)
    assert ear.events("it").count("restarting") >= module.OFTEN


def test_a_child_sees_the_end_of_its_parent(tmp_path: Path) -> None:
    """Its standard input ends, whatever ended the parent."""
    child = "sys.stdin.read(); open(sys.argv[1], 'w').write('gone')"
    parent = f"""
    import asyncio, sys
    from wirewatch.runtime.child_process import Service, start
    async def main():
        command = (sys.executable, "-c", {"import sys; " + child!r}, {str(tmp_path / "end")!r})
        await start(Service(name="c", command=command, ready="up"), print, asyncio.Event())
        import os; os.kill(os.getpid(), 9)
    asyncio.run(main())
    """

    async def main() -> None:
        command = (sys.executable, "-c", textwrap.dedent(parent))
        await (await asyncio.create_subprocess_exec(*command)).wait()
        await asyncio.to_thread(until, (tmp_path / "end").exists)

    asyncio.run(main())
