"""Notices on the desktop: what the program is given, and what becomes of its failures."""

import asyncio
from dataclasses import replace
from pathlib import Path

import aiohttp
import msgspec
import pytest

from connectors.delivery.sinks import desktop
from connectors.delivery.sinks.interface import Links, Notification, SinkTools
from connectors.delivery.sinks.outcome import DeliveryOutcome, Result
from connectors.delivery.sinks.registry import open_sinks
from connectors.delivery.sinks.settings import DesktopSettings
from streams.model.alert import AlertEvent
from streams.model.watch import Severity
from tests.support.samples import sample_alert

TAKES = '#!/bin/sh\nprintf "%s\\0" "$@" > "$(dirname "$0")/given"\n'


def told(headline: str, severity: Severity = Severity.NORMAL) -> Notification:
    alert: AlertEvent = sample_alert()
    story = msgspec.structs.replace(alert.story, headline=headline)
    event = msgspec.structs.replace(alert, story=story, severity=severity)
    return Notification(id="n", subscriber="me", events=(event,))


def sent(folder: Path, script: str | None, what: Notification) -> DeliveryOutcome:
    """Send through the table of sinks, with a program of ours by that name, or none."""
    if script is not None:
        program = folder / "notify-send"
        program.write_text(script)
        program.chmod(0o755)

    async def main() -> DeliveryOutcome:
        async with aiohttp.ClientSession() as session:
            tools = SinkTools(session=session, own_network=session, user_agent="", folder=folder)
            return await open_sinks(tools)["desktop"](DesktopSettings(), what)

    return asyncio.run(main())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


@pytest.mark.parametrize(
    "headline",
    ["--help", "$(touch pwned)", "`id`; rm -rf x", "a\nb\x1b[31m", "\u202egnp.exe", "'\"&<b>"],
)
def test_what_a_feed_wrote_is_text_and_nothing_else(folder: Path, headline: str) -> None:
    assert sent(folder, TAKES, told(headline)).result is Result.DELIVERED
    *options, end, title, body = (folder / "given").read_bytes().decode().split("\0")[:-1]
    assert (options, end) == (["--app-name=wirewatch", "--urgency=normal"], "--")
    assert "\n" not in title
    assert not {"\x1b", "\u202e"} & set(title + body)
    assert "<b>" not in body
    assert sorted(path.name for path in folder.iterdir()) == ["given", "notify-send"]


def test_no_link_stands_there_that_nobody_can_click(folder: Path) -> None:
    links = Links(right="https://desk.example/right", mute="https://desk.example/mute")
    sent(folder, TAKES, replace(told("Drills"), links=links))
    body = (folder / "given").read_bytes().split(b"\0")[4]
    assert not {b"Right", b"Mute"} & set(body.split())


def test_a_backslash_stays_one(folder: Path) -> None:
    sent(folder, TAKES, told(r"C:\new \x41"))
    assert rb"C:\\new \\x41" in (folder / "given").read_bytes().split(b"\0")[4]


def test_what_is_critical_is_shown_so(folder: Path) -> None:
    sent(folder, TAKES, told("Shells fall", Severity.CRITICAL))
    assert b"--urgency=critical" in (folder / "given").read_bytes()


def test_a_program_that_fails_is_tried_again_with_what_it_said(folder: Path) -> None:
    outcome = sent(folder, "#!/bin/sh\necho 'Cannot autolaunch D-Bus' >&2\nexit 1\n", told("x"))
    assert outcome.result is Result.RETRY
    assert "Cannot autolaunch D-Bus" in outcome.reason


def test_one_that_hangs_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "SECONDS", 0.2)
    outcome = sent(folder, "#!/bin/sh\nexec sleep 60\n", told("x"))
    assert outcome.result is Result.RETRY
    assert "took longer" in outcome.reason


def test_without_the_program_the_remedy_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    outcome = sent(folder, None, told("x"))
    assert outcome.result is Result.RETRY
    assert "there is no notify-send here: install it" in outcome.reason
