"""`wirewatch feeds ...` as a shell sees it, beside a site on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import ended_here
from tests.support.feeds_site import COMMANDS, feeds, own_folder, site_served, written


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with site_served() as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return own_folder(tmp_path)


def test_help_names_every_command() -> None:
    shown = ended_here("feeds", "--help").stdout.decode()
    assert all(f"│ {command} " in shown for command in COMMANDS)


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
    assert 'already in the list as "the-courier"' in again.stderr.decode()


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
        b'number 2 is already in the list as "sport"'
        in feeds(folder, "add", site, "--pick", "2").stderr
    )
    assert feeds(folder, "add", site, "--all").returncode == 0
    assert list(written(folder)) == ["sport", "the-courier"]
    assert b"already in the list" in feeds(folder, "add", site).stderr


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
        (("add", "{site}", "--pick", "3"), 2, "choose a number from 1 to 2"),
        (("add", "{site}", "--all", "--id", "x"), 2, "have the same id"),
        (("add", "{site}", "--country", "Cambodia"), 2, "country code"),
        (("add", "{site}", "--interval", "5"), 2, "--interval"),
        (("check", "nope"), 2, 'no feed is called "nope"'),
        (("pause", "nope"), 2, 'no feed is called "nope"'),
        (("remove", "nope"), 2, 'no feed is called "nope"'),
        (("list", "--tag", "nope"), 2, 'no tag is called "nope"'),
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


@pytest.mark.parametrize("width", ["30", "40", "59", "120"])
def test_a_feed_is_named_however_narrow_the_screen(tmp_path: Path, width: str) -> None:
    (tmp_path / "feeds.toml").write_text(
        '[[feed]]\nid = "harbour-times"\nsource = "The Harbour Times and Advertiser of the South"\n'
        'url = "http://127.0.0.1:9/f"\npaused = true\n'
    )
    shown = ended_here("feeds", "list", "--config", str(tmp_path), given={"COLUMNS": width}).stdout
    assert b"harbour-times" in shown
    assert b"paused" in shown
