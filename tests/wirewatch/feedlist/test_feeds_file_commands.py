"""The commands that look at the list of feeds and change it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from connectors.polling.feed_memory import FeedMemory
from connectors.polling.feed_state import FeedStore, Polled
from streams.model.feed_health import FeedHealth, Gap
from streams.model.feed_health import FeedState as State
from tests.support.feeds_site import feeds, own_folder, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_folder(tmp_path)


def test_a_list_of_ones_own_is_made_only_when_asked(tmp_path: Path) -> None:
    for words in (("add", "https://a.example/"), ("pause", "khmer-times")):
        refused = feeds(tmp_path, *words)
        assert refused.returncode == 1
        assert b"wirewatch feeds init" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert feeds(tmp_path, "init").returncode == 0
    assert "khmer-times" in written(tmp_path)
    again = feeds(tmp_path, "init", "--empty")
    assert again.returncode == 1
    assert b"is there already" in again.stderr


def test_list_shows_how_feeds_are_doing(folder: Path) -> None:
    (folder / "feeds.toml").write_text(
        "".join(
            f'[[feed]]\nid = "{name}"\nurl = "https://{name}.example/"\nsource = "{name.title()}"\n'
            for name in ("good", "bad", "new", "off")
        )
        + "paused = true\n"
    )
    now = datetime.now(UTC)
    health = FeedHealth(
        feed="good",
        source="Good",
        state=State.OK,
        detail="",
        polled=now,
        last_ok=now - timedelta(minutes=5),
        entries=3,
        stories=0,
        next_poll=now + timedelta(minutes=10),
        interval=900.0,
        gap=Gap(since=now - timedelta(hours=2), until=now - timedelta(hours=1)),
    )
    bad = FeedHealth(
        feed="bad",
        source="Bad",
        state=State.BLOCKED,
        detail="a challenge page\x1b[2J",
        polled=now,
        last_ok=None,
        entries=0,
        stories=0,
    )
    state = FeedStore(folder / "data" / "feeds.sqlite")
    for one in (health, bad):
        memory = FeedMemory(url=f"https://{one.feed}.example/")
        state.save([Polled(memory=memory, health=one, now=now.timestamp())])
    state.close()
    shown = feeds(folder, "list").stdout.decode()
    assert "5 min ago" in shown
    assert "stories may be missing between" in shown
    assert "a challenge page" in shown
    assert "\x1b" not in shown
    assert shown.splitlines()[-1] == "4 feeds: 1 ok, 1 blocked, 1 new, 1 paused"
    lines = [
        json.loads(line) for line in feeds(folder, "list", "--json", "--bad").stdout.splitlines()
    ]
    assert [line["id"] for line in lines] == ["good", "bad"]
    assert lines[0]["interval"] == 900


def test_lists_go_in_and_out(folder: Path) -> None:
    path = folder / "list.opml"
    path.write_text(
        '<opml version="2.0"><body><outline text="Asia">\n'
        '<outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/>\n'
        '<outline text="C" xmlUrl="https://c.example/"/></outline>\n'
        '<outline text="C" xmlUrl="http://c.example"/>\n<outline text="D" xmlUrl="ftp://d/"/>\n'
    )
    tried = feeds(folder, "import", str(path), "--dry-run")
    assert "would add 2 feeds; 1 duplicate, 1 can't be taken" in tried.stdout.decode()
    assert written(folder) == {}
    done = feeds(folder, "import", str(path), "--tag", "mine")
    assert done.returncode == 1
    assert "list.opml:5: the address must begin with http" in done.stderr.decode()
    assert "list.opml:4: the same as in line 3" in done.stderr.decode()
    assert written(folder)["a-b"]["tags"] == ["asia", "mine"]
    out = feeds(folder, "export").stdout
    assert [one.get("xmlUrl") for one in ElementTree.fromstring(out).iter("outline")][1:] == [
        "https://a.example/?x=1&y=2",
        "https://c.example/",
    ]
    path.write_bytes(out)
    again = feeds(folder, "import", str(path))
    assert again.returncode == 0
    assert "added 0 feeds; 2 duplicates" in again.stdout.decode()


def test_feeds_are_paused_resumed_and_removed(folder: Path) -> None:
    feeds(folder, "add", "https://a.example/", "--unchecked", "--id", "a")
    feeds(folder, "add", "https://b.example/", "--unchecked", "--id", "b")
    assert feeds(folder, "pause", "a", "b").returncode == 0
    assert feeds(folder, "resume", "b").returncode == 0
    assert [feed.get("paused") for feed in written(folder).values()] == [True, None]
    assert feeds(folder, "remove", "a").returncode == 0
    assert list(written(folder)) == ["b"]
    assert (folder / "feeds.toml").read_text().startswith("# mine\n")
