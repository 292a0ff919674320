"""The supervisor's stop: who hangs, and who was being started."""

import asyncio
import sys

import pytest

from tests.wirewatch.runtime.test_supervisor import POLITE, PRELUDE, Ear, play, service
from wirewatch.runtime import supervisor as module
from wirewatch.runtime.child_process import Child, Listener, Service, start
from wirewatch.runtime.supervisor import Supervisor


def test_what_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); say('up'); time.sleep(60)"

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("deaf", "up")

    (told,) = [
        one.facts
        for one in play([service("deaf", deaf)], act).heard
        if one.facts.get("event") == "killed"
    ]
    assert told["because"] == "it did not end in time"
    assert "nothing is lost" in told["meaning"]


def test_one_that_hangs_does_not_take_the_time_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 3.0)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); say('up'); time.sleep(60)"

    async def act(_: Supervisor, ear: Ear) -> None:
        await ear.until("deaf", "up")

    ear = play([service("polite", POLITE), service("deaf", deaf)], act)
    assert ear.events("polite") == ["up", "down"]
    assert ear.events("deaf") == ["up", "killed"]


def test_what_was_being_started_when_all_were_told_to_stop_is_told_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 3.0)
    ears: list[Ear] = []
    lingering = """
    signal.signal(signal.SIGTERM, lambda *_: (say("ending"), time.sleep(1), sys.exit(0)))
    say("up")
    while True: time.sleep(60)
    """

    async def started(service: Service, listen: Listener, up: asyncio.Event) -> Child:
        if service.name == "late":
            await ears[0].until("first", "ending")
        return await start(service, listen, up)

    async def act(_: Supervisor, ear: Ear) -> None:
        ears.append(ear)
        await ear.until("first", "up")

    monkeypatch.setattr(module, "start", started)
    late = Service(
        name="late",
        command=(sys.executable, "-c", PRELUDE + "until_told()"),
        ready="up",
        needed=False,
    )
    ear = play([service("first", lingering), late], act)
    assert "killed" not in ear.events("late")
    assert "killed" not in ear.events("first")
