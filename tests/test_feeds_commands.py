"""`wirewatch feeds ...` as a shell sees it, beside a site on loopback."""

import json
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree

import pytest

from connectors.feed_state import FeedState, Polled
from connectors.polling.memory import Memory
from streams.feed_health import FeedHealth, Gap
from streams.feed_health import FeedState as State
from tests.commands import ended

COMMANDS = ("list", "check", "add", "init", "import", "export", "pause", "resume", "remove")
FEED = (
    '<rss version="2.0"><channel><title>{title}</title><language>km</language>{items}'
    "</channel></rss>"
)
ITEM = "<item><guid>{0}</guid><title>Story {0}</title></item>"
HEAD = (
    '<html><head><link rel="alternate" type="application/rss+xml" href="/main.xml">'
    '<link rel="alternate" type="application/rss+xml" href="/sport.xml"></head></html>'
)
PAGES = {
    "/": HEAD,
    "/main.xml": FEED.format(title="The Courier", items=ITEM.format(1) + ITEM.format(2)),
    "/sport.xml": FEED.format(title="Sport", items=ITEM.format(3)),
    "/quiet.xml": FEED.format(title="Quiet", items=""),
    "/page": "<html><body>nothing here</body></html>",
    "/blog/": "<html><body>a blog</body></html>",
    "/blog/feed/": FEED.format(title="Blog", items=ITEM.format(4)),
}


class Site(BaseHTTPRequestHandler):
    """A site with a few feeds."""

    def do_GET(self) -> None:
        if self.path == "/secret.xml" and self.headers["X-Key"] != "open sesame":
            self.send_error(403)
            return
        if self.path == "/moved.xml":
            self.send_response(301)
            self.send_header("Location", "/main.xml")
            self.end_headers()
            return
        page = PAGES.get(self.path.replace("secret", "main"))
        self.send_response(200 if page else 404)
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The site's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (tmp_path / "feeds.toml").write_text("# mine\n")
    return tmp_path


def feeds(folder: Path, *words: str, **given: str) -> CompletedProcess[bytes]:
    return ended("feeds", words[0], "--config", str(folder), *words[1:], given=given)


def written(folder: Path) -> dict[str, dict[str, object]]:
    text = (folder / "feeds.toml").read_text("utf-8")
    return {feed["id"]: feed for feed in tomllib.loads(text).get("feed", [])}


def test_help_names_every_command() -> None:
    shown = ended("feeds", "--help").stdout.decode()
    assert all(f"│ {command} " in shown for command in COMMANDS)


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


def test_a_feed_is_added_with_what_it_says_of_itself(site: str, folder: Path) -> None:
    assert feeds(folder, "add", f"{site}/moved.xml", "--tag", "kh").returncode == 0
    added = {
        "id": "the-courier",
        "url": f"{site}/main.xml",
        "source": "The Courier",
        "language": "km",
        "tags": ["kh"],
    }
    assert written(folder) == {"the-courier": added}
    assert (folder / "feeds.toml").read_text().startswith("# mine\n")
    again = feeds(folder, "add", f"{site}/moved.xml")
    assert again.returncode == 1
    assert 'it is there already, as "the-courier"' in again.stderr.decode()


def test_the_feeds_of_a_site_are_shown_and_picked(site: str, folder: Path) -> None:
    shown = feeds(folder, "add", site)
    assert shown.returncode == 2
    for words in ("1  The Courier (2 entries)", "2  Sport (1 entry)", "--pick", "--all"):
        assert words in shown.stderr.decode()
    assert written(folder) == {}
    picked = feeds(folder, "add", site, "--pick", "2", "--id", "sport", "--json")
    assert picked.returncode == 0
    assert json.loads(picked.stdout)["id"] == "sport"
    assert (
        b'number 2 is there already, as "sport"' in feeds(folder, "add", site, "--pick", "2").stderr
    )
    assert feeds(folder, "add", site, "--all").returncode == 0
    assert list(written(folder)) == ["sport", "the-courier"]
    assert b"it is there already" in feeds(folder, "add", site).stderr


def test_a_feed_in_the_usual_place_is_found(site: str, folder: Path) -> None:
    assert feeds(folder, "add", f"{site}/blog/").returncode == 0
    assert written(folder)["blog"]["url"] == f"{site}/blog/feed/"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "{site}/page"), 1, "a web page, not a feed, and none was found there"),
        (("add", "{site}/gone?token=s3cret"), 1, "the server says 404"),
        (("add", "http://127.0.0.1:1/"), 1, "no connection"),
        (("add", "ftp://a.example/"), 2, "http:// or https://"),
        (("add", "{site}", "--pick", "3"), 2, "choose of 1 to 2"),
        (("add", "{site}", "--all", "--id", "x"), 2, "can't have one id"),
        (("add", "{site}", "--country", "Cambodia"), 2, "country code"),
        (("add", "{site}", "--interval", "5"), 2, "--interval"),
        (("check", "nope"), 1, 'no feed is called "nope"'),
        (("pause", "nope"), 1, 'no feed is called "nope"'),
        (("import", "nope.opml"), 2, "can't read nope.opml"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], code: int, says: str, site: str, folder: Path
) -> None:
    shown = feeds(folder, *(word.format(site=site) for word in words))
    assert shown.returncode == code
    assert says in " ".join(shown.stderr.decode().replace("│", " ").split())
    assert b"Traceback" not in shown.stderr
    assert b"s3cret" not in shown.stderr
    assert written(folder) == {}


def test_private_addresses_are_refused(site: str, folder: Path) -> None:
    (folder / "wirewatch.toml").write_text("")
    shown = feeds(folder, "add", f"{site}/main.xml")
    assert shown.returncode == 1
    assert b"allow_private_addresses" in shown.stderr


def test_an_address_may_be_added_unfetched(folder: Path) -> None:
    added = feeds(folder, "add", "news.example.org/rss", "--unchecked", "--interval", "900")
    assert added.returncode == 0
    assert written(folder)["news.example.org"] == {
        "id": "news.example.org",
        "url": "https://news.example.org/rss",
        "source": "news.example.org",
        "interval": 900,
    }


def test_check_fetches_each_once_and_says_what_is_wrong(site: str, folder: Path) -> None:
    names = ("main", "quiet", "page", "gone", "moved", "secret")
    text = "".join(
        f'[[feed]]\nid = "{name}"\nurl = "{site}/{name}.xml"\nsource = "{name}"\n' for name in names
    ).replace("page.xml", "page")
    text += 'headers_env = { X-Key = "KEY" }\n'
    text += f'[[feed]]\nid = "off"\nurl = "{site}/off"\nsource = "off"\npaused = true\n'
    text += '[[feed]]\nid = "drop"\nurl = "wires"\nkind = "wire"\nsource = "drop"\n'
    (folder / "feeds.toml").write_text(text)
    shown = feeds(folder, "check", "--json", KEY="open sesame")
    found = {line["id"]: line for line in map(json.loads, shown.stdout.splitlines())}
    assert shown.returncode == 1
    assert {name: line["state"] for name, line in found.items()} == {
        "main": "ok",
        "quiet": "empty",
        "page": "not_a_feed",
        "gone": "http_error",
        "moved": "ok",
        "secret": "ok",
        "drop": "unreachable",
    }
    assert found["main"]["entries"] == 2
    assert "moved for good" in found["moved"]["remarks"][0]
    good = {name for name, line in found.items() if line["good"]}
    assert good == {"main", "moved", "secret"}
    (folder / "wires").mkdir()
    people = feeds(folder, "check", "main", "drop", KEY="open sesame")
    assert people.returncode == 0
    assert people.stdout.decode().splitlines()[-1] == "2 feeds: 1 ok, 1 empty"


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
    state = FeedState(folder / "data" / "feeds.sqlite")
    for one in (health, bad):
        memory = Memory(url=f"https://{one.feed}.example/")
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
