"""The supervisor, with services of a few lines each."""

import asyncio
import os
import sys
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.waiting import until
from wirewatch import supervisor as module
from wirewatch.service import Said, Service
from wirewatch.supervisor import RunError, Supervisor

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


def service(name: str, code: str, *, once: bool = False) -> Service:
    script = PRELUDE + textwrap.dedent(code)
    return Service(name=name, command=(sys.executable, "-c", script), ready="up", once=once)


class Ear:
    """Hears everything, and lets a test wait for what it expects."""

    def __init__(self) -> None:
        self.heard: list[Said] = []
        self._news = asyncio.Event()

    def __call__(self, said: Said) -> None:
        self.heard.append(said)
        self._news.set()

    def events(self, service: str) -> list[str]:
        return [said.facts["event"] for said in self.heard if said.service == service]

    async def until(self, service: str, event: str, times: int = 1) -> Said:
        while self.events(service).count(event) < times:
            self._news.clear()
            await self._news.wait()
        return [s for s in self.heard if s.service == service and s.facts["event"] == event][-1]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.01,))


def play(services: list[Service], act: Callable[[Supervisor, Ear], Awaitable[None]]) -> Ear:
    async def main() -> Ear:
        ear = Ear()
        supervisor = Supervisor(services, ear)
        try:
            async with asyncio.timeout(30):
                await supervisor.start()
                await act(supervisor, ear)
        finally:
            await supervisor.stop()
        return ear

    return asyncio.run(main())


def test_services_start_in_order_each_once_the_last_is_up() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("second", "up")

    ear = play([service("first", "until_told()"), service("second", "until_told()")], act)
    ups = [said.service for said in ear.heard if said.facts["event"] == "up"]
    assert ups == ["first", "second"]


def test_services_stop_in_reverse() -> None:
    code = """
    signal.signal(signal.SIGTERM, lambda *_: (say("down"), sys.exit(0)))
    say("up")
    while True: time.sleep(60)
    """

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("last", "up")

    ear = play([service("first", code), service("last", code)], act)
    assert [s.service for s in ear.heard if s.facts["event"] == "down"] == ["last", "first"]


def test_what_is_killed_comes_back() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        first = await ear.until("it", "up")
        os.kill(first.facts["pid"], 9)
        again = await ear.until("it", "up", times=2)
        assert again.facts["pid"] != first.facts["pid"]

    ear = play([service("it", "until_told()")], act)
    assert "restarting" in ear.events("it")


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


def test_what_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.1)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); say('up'); time.sleep(60)"

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("deaf", "up")

    assert "killed" in play([service("deaf", deaf)], act).events("deaf")


def test_words_that_are_no_log_line_are_kept() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("it", "Traceback, perhaps")

    play([service("it", "print('Traceback, perhaps', file=sys.stderr); until_told()")], act)


def test_alerts_come_from_standard_output() -> None:
    async def act(_: Supervisor, ear: Ear) -> None:
        await asyncio.to_thread(until, lambda: any(said.alert for said in ear.heard))

    ear = play([service("it", "print('{\"alert\": 1}', flush=True); until_told()")], act)
    assert [said.alert for said in ear.heard if said.alert] == [b'{"alert": 1}']


def test_a_child_sees_the_end_of_its_parent(tmp_path: Path) -> None:
    """Its standard input ends, whatever ended the parent."""
    child = "sys.stdin.read(); open(sys.argv[1], 'w').write('gone')"
    parent = f"""
    import asyncio, sys
    from wirewatch.service import Service, start
    async def main():
        command = (sys.executable, "-c", {"import sys; " + child!r}, {str(tmp_path / "end")!r})
        await start(Service(name="c", command=command, ready="up"), print)
        import os; os.kill(os.getpid(), 9)
    asyncio.run(main())
    """

    async def main() -> None:
        command = (sys.executable, "-c", textwrap.dedent(parent))
        await (await asyncio.create_subprocess_exec(*command)).wait()
        await asyncio.to_thread(until, (tmp_path / "end").exists)

    asyncio.run(main())
