"""The whole of it as a user starts it: the demo, and a run that is stopped and started again."""

import json
import signal
import time
from pathlib import Path

from tests.commands import ended, running
from wirewatch.demo.expected import expected, expected_alerts

RSS = """<rss version="2.0"><channel><title>T</title>
<item><guid>1</guid><title>US and Cambodia resume joint military exercises</title></item>
</channel></rss>"""
STOP_SECONDS = 10


def test_the_demo_shows_exactly_the_alerts_it_should() -> None:
    shown = ended("demo")
    text = shown.stdout.decode()
    assert shown.returncode == 0, text + shown.stderr.decode()
    for headline in expected_alerts():
        assert headline[:60] in text
    events = set(expected_alerts().values())
    assert text.count("─ OPENED") == len(events)
    assert f"{len(events)} alerts out of {len(expected())} stories" in text


def test_a_run_is_stopped_by_ctrl_c_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """The feed is gone at the second start: what it showed is on Kafka still."""
    (tmp_path / "feeds.toml").write_text(
        "[[feed]]\nid = 'none'\nurl = 'http://127.0.0.1:9/'\nsource = 'None'\n"
    )
    words = ("run", "--json", "--config", str(tmp_path))
    for start in range(2):
        with running(tmp_path / "log", words) as process:
            process.says('"polling"')
            began = time.monotonic()
            assert process.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < STOP_SECONDS
        lines = [json.loads(line) for line in process.err.splitlines()]
        assert any(line["event"].startswith("stopped") for line in lines), start
        assert not any(line.get("level") in {"error", "critical"} for line in lines)
    assert (tmp_path / "data" / "kafka" / "log").is_dir() or any(
        (tmp_path / "data" / "kafka").rglob("stories-0")
    )
