"""The whole of it as a user starts it: the demo, and a run that is stopped and started again."""

import json
import re
import shutil
import signal
import time
from email import message_from_bytes
from html import unescape
from pathlib import Path

import psutil
import pytest

from benchmarks.support.brokers import kept_port
from tests.support.commands import ended, running
from tests.support.folders import ROOT
from tests.support.waiting import PATIENCE, until
from tests.support.web_site import Served
from wirewatch.demo.expected import expected, expected_alerts
from wirewatch.local_kafka import running_at

pytestmark = pytest.mark.long

RSS = """<rss version="2.0"><channel><title>T</title>
<item><guid>1</guid><title>US and Cambodia resume joint military exercises</title></item>
</channel></rss>"""
STOP_SECONDS = 10
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_the_demo_shows_exactly_the_alerts_it_should() -> None:
    shown = ended("demo", given={"COLUMNS": "80"})
    text = shown.stdout.decode()
    assert shown.returncode == 0, text + shown.stderr.decode()
    for headline in expected_alerts():
        assert headline[:60] in text
    events = set(expected_alerts().values())
    assert text.count("─ OPENED") == len(events)
    assert f"{len(events)} alerts out of {len(expected())} stories" in text
    lines = text.splitlines()
    assert all(line in lines for line in shown_by_the_readme())
    assert not [line for line in lines if re.match(r"\d\d:\d\d:\d\d ", line)], "quiet, it is well"
    assert "nothing new for" not in text
    mail = Path(re.findall(r"one of them: (\S+)", text)[0])
    feed = Path(re.findall(r"and as a feed: (\S+)", text)[0])
    assert len(list(mail.parent.glob("*.eml"))) >= len(events)
    assert message_from_bytes(mail.read_bytes())["To"] == "you@example.org"
    assert feed.read_text("utf-8").count("<entry") == len(events)
    shutil.rmtree(feed.parent)


def test_the_page_of_the_demo_stays_up_and_shows_the_same_alerts(tmp_path: Path) -> None:
    with running(tmp_path / "log", ("demo", "--stay"), {"COLUMNS": "80"}) as demo:
        demo.says("The page stays up until Ctrl-C: http://")
        (address,) = re.findall(r"until Ctrl-C: http://127\.0\.0\.1:(\d+)/", demo.out)
        page = Served(int(address))
        events = set(expected_alerts().values())
        until(lambda: page.get("/alerts").text.count("data-alert=") == len(events))
        shown = unescape(page.get("/alerts").text)
        assert all(any(one in shown for one in of_event(event)) for event in events)
        assert demo.stop(signal.SIGINT) == 0


def of_event(event: str) -> list[str]:
    """Return the headlines that tell of an event."""
    return [headline for headline, told in expected_alerts().items() if told == event]


def shown_by_the_readme() -> list[str]:
    """Return the lines of the alert that the README shows, without its times."""
    readme = ROOT.joinpath("README.md").read_text("utf-8")
    (box,) = re.findall(r"^╭─ OPENED.*?^╰.*?╯$", readme, re.DOTALL | re.MULTILINE)
    return [line for line in box.splitlines() if " times " not in line]


@pytest.mark.parametrize("said", ["starting Kafka", '"delivering"'])
def test_ctrl_c_during_a_start_is_heeded_at_once_and_leaves_nothing_behind(
    tmp_path: Path, said: str
) -> None:
    words = ("run", "--json", "--config", str(tmp_path))
    with running(tmp_path / "log", words) as process:
        process.says(said)
        before = family(process.process.pid)
        process.process.send_signal(signal.SIGINT)
        process.says("stopping ...")
        assert process.process.wait(PATIENCE) == 0
        lines = [json.loads(line) for line in process.err.splitlines()]
    assert not [line for line in lines if line["level"] in {"warning", "error", "critical"}]
    until(lambda: not any(member.is_running() for member in before))


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    with running(tmp_path / "log", ("run", "--json", "--config", str(tmp_path))) as process:
        process.says('"delivering"')
        before = family(process.process.pid)
        process.process.send_signal(signal.SIGINT)
        process.says("stopping ...")
        process.process.send_signal(signal.SIGINT)
        assert process.process.wait(PATIENCE) == 130
        assert "Traceback" not in process.err
    until(lambda: not any(member.is_running() for member in before))


@pytest.mark.parametrize("command", ["run", "work", "explain"])
def test_ctrl_c_while_the_program_is_loaded_is_silent(tmp_path: Path, command: str) -> None:
    """The first thing that is loaded late tells when."""
    loading = tmp_path / "loading"
    (tmp_path / "typer.py").write_text(
        f"open({str(loading)!r}, 'w').close()\nimport time\ntime.sleep(60)\n"
    )
    given = {"PYTHONPATH": str(tmp_path)}
    with running(tmp_path / "log", (command,), given) as process:
        until(loading.exists)
        assert process.stop(signal.SIGINT) == -signal.SIGINT
        assert process.err == process.out == ""


STRAY = """
import sys
if "deliver" in sys.orig_argv:
    print("a library's greeting", flush=True)
"""


def test_neither_stray_words_nor_a_broken_file_nor_a_killed_service_end_a_run(
    tmp_path: Path,
) -> None:
    """Every process of Python loads `sitecustomize` first: one of them writes where alerts go."""
    (tmp_path / "sitecustomize.py").write_text(STRAY)
    words = ("run", "--json", "--config", str(tmp_path))
    with running(tmp_path / "log", words, {"PYTHONPATH": str(tmp_path)}) as process:
        process.says('"delivering"')
        (tmp_path / "watches.toml").write_text("[[watch]]\nid = 1\n")
        (deliver,) = [one for one in family(process.process.pid) if "deliver" in one.cmdline()]
        deliver.kill()
        process.says('"last_good_configuration"')
        until(lambda: process.err.count('"delivering"') == 2)
        assert process.stop(signal.SIGINT) == 0
        lines = [json.loads(line) for line in process.err.splitlines()]
    assert process.out == ""
    assert [line for line in lines if not RFC3339.fullmatch(line["timestamp"])] == []
    assert {type(line[name]) for line in lines for name in ("service", "event", "level")} == {str}
    told = {line["event"]: line for line in lines}
    greeting = told["a library's greeting"]
    assert (greeting["service"], greeting["level"]) == ("deliver", "warning")
    kept = told["last_good_configuration"]
    assert any(fault.startswith("watches.toml:2") for fault in kept["because"])
    assert told["summary"]["troubles"]["deliver"] == {"restarts": 1, "cause": "killed by SIGKILL"}


def test_a_second_run_on_a_data_folder_is_refused_with_whatever_kafka(tmp_path: Path) -> None:
    words = ("run", "--json", "--kafka", "127.0.0.1:9", "--config", str(tmp_path))
    with running(tmp_path / "log", words) as first:
        first.says("doesn't answer")
        second = ended(*words)
        assert second.returncode == 1
        said = f"another wirewatch (pid {first.process.pid}) is using {tmp_path / 'data'}"
        assert said in second.stderr.decode()
        assert first.stop() == 0


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_a_run_is_stopped_by_ctrl_c_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """The feed is gone at the second start: what it showed is on Kafka still, at the same port."""
    (tmp_path / "feeds.toml").write_text(
        "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
    )
    port = kept_port()
    (tmp_path / "wirewatch.toml").write_text(f"[kafka]\nport = {port}\n")
    words = ("run", "--json", "--config", str(tmp_path))
    for start in range(2):
        with running(tmp_path / "log", words) as process:
            process.says('"polling"')
            assert running_at(tmp_path / "data" / "kafka") == f"127.0.0.1:{port}"
            began = time.monotonic()
            assert process.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < STOP_SECONDS
        lines = [json.loads(line) for line in process.err.splitlines()]
        assert any(line["event"].startswith("stopped") for line in lines), start
        assert not any(line.get("level") in {"error", "critical"} for line in lines)
    assert (tmp_path / "data" / "kafka" / "log").is_dir() or any(
        (tmp_path / "data" / "kafka").rglob("stories-0")
    )
