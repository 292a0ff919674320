"""Feeds as they are written: every key, secrets by their places, folders of wire files."""

import base64
from pathlib import Path

import pytest

from connectors.polling.feed import Feed, FeedKind
from tests.wirewatch.config.test_config import FEED, faults, write
from wirewatch.config import ConfigError, feeds, load, report

KEY = "sk-0123456789abcdef"
GIVEN = {"KEY": KEY, "PASSWORD": "pa:ss", "EMPTY": " ", "LINES": "a\nb"}


def one(folder: Path, text: str) -> Feed:
    write(folder, feeds=text)
    (feed,) = load(folder, GIVEN).feeds
    return feed


def test_every_key(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    feed = one(
        tmp_path,
        FEED + 'kind = "wire"\nlanguage = "km"\ncountry = "kh"\ninterval = 60\n'
        'tags = ["asia", "human rights"]\nfull_text = true\nwire = true\npaused = true\n'
        'headers = { Accept-Language = "km" }\nheaders_env = { X-Api-Key = "KEY" }\n'
        'user = "me"\npassword_file = "password"\n',
    )
    assert feed == Feed(
        id="f",
        url="https://example.org/feed",
        source="F",
        kind=FeedKind.WIRE,
        language="km",
        country="KH",
        interval=60,
        tags=("asia", "human rights"),
        full_text=True,
        wire=True,
        paused=True,
        headers=(
            ("Accept-Language", "km"),
            ("X-Api-Key", KEY),
            ("Authorization", "Basic " + base64.b64encode(b"me:secret").decode()),
        ),
    )
    assert KEY not in f"{feed!r} {feed}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("wires/in", "{folder}/wires/in"),
        ("./wires", "{folder}/wires"),
        ("/var/wires", "/var/wires"),
        ("file:///var/wires", "/var/wires"),
    ],
)
def test_a_wire_may_be_a_folder(tmp_path: Path, written: str, meant: str) -> None:
    text = FEED.replace("https://example.org/feed", written) + 'kind = "wire"\ninterval = 1\n'
    assert one(tmp_path, text).url == f"file://{meant.format(folder=tmp_path)}"


# Each has one fault, told in the line it is in: (what stands below FEED, "line: message").
FAULTS = [
    ('kind = "wires"', '5: feed "f": kind: "wires" is not one of feed, wire; did you mean "wire"?'),
    (
        'country = "Cambodia"',
        'country: "Cambodia" is not an ISO 3166-1 alpha-2 country code, such as',
    ),
    ('tags = "asia"', '5: feed "f": tags: expected a list in brackets, found text'),
    ('tags = [\n"a",\n"",\n]', '7: feed "f": tags: "" is not a line of readable text'),
    (f'tags = ["{"x" * 65}"]', "is longer than 64 characters"),
    ("full_text = 1", "full_text: expected true or false, found 1"),
    ('paused = "yes"', "paused: expected true or false, found text"),
    (
        'headers = "X: y"',
        'headers: expected a table of texts, such as { Name = "..." }, found text',
    ),
    ("headers = { X = 1 }", "headers: expected a table of texts"),
    ('headers = { "X Y" = "z" }', "headers: header number 1: no header has such a name"),
    ('headers = { Host = "z" }', "headers: header number 1 is one that wirewatch sets itself"),
    ('headers = { A = "b\\r\\nC: d" }', "headers: header number 1: the value is not a line"),
    ('headers = { A = "b", Cookie = "c" }', "header number 2 is one for a secret, which doesn't"),
    ('headers_env = { X-Key = "UNSET" }', "headers_env: header number 1: no environment variable"),
    ('headers_env = { X-Key = "EMPTY" }', "header number 1: what it names is empty, or more than"),
    ('headers_env = { X-Key = "LINES" }', "header number 1: what it names is empty, or more than"),
    ('headers_file = { X-Key = "none" }', "headers_file: header number 1: the file can't be read"),
    (
        'headers = { a = "b" }\nheaders_env = { A = "KEY" }',
        '6: feed "f": headers_env: a header that headers sets already',
    ),
    (
        'headers_env = { authorization = "KEY" }\nuser = "u"\npassword_env = "PASSWORD"',
        '5: feed "f": headers_env: a header that user sets already',
    ),
    ('password = "x"', '5: feed "f": password: secrets don\'t belong in this file'),
    ('user = "a:b"\npassword_env = "PASSWORD"', "user: not a user's name"),
    ('user = "u"', '5: feed "f": user: a password is missing'),
    ('password_env = "PASSWORD"', '5: feed "f": password_env: user is missing'),
    (
        'user = "u"\npassword_env = "PASSWORD"\npassword_file = "feeds.toml"',
        "password_file: what it names is empty, or more than a line of text",
    ),
]


@pytest.mark.parametrize(("below", "says"), FAULTS)
def test_each_fault_is_told_once(tmp_path: Path, below: str, says: str) -> None:
    write(tmp_path, feeds=FEED + below + "\n")
    told = faults(tmp_path, GIVEN)
    assert any(says in f"{fault.line}: {fault.message}" for fault in told), told
    assert len(told) == (2 if below.count("password_") == 2 else 1)


@pytest.mark.parametrize(
    ("url", "more", "says"),
    [
        ("wires", "", 'must begin with http:// or https:// (a folder of wire files needs kind = "'),
        ("file:///wires", "", "a folder of wire files needs kind"),
        ("file://host/wires", 'kind = "wire"', "not the address of a folder: write file:///PATH"),
        ("ftp://example.org/", 'kind = "wire"', "the address must begin with http"),
        ("", 'kind = "wire"', "the address must begin with http"),
        ("https://me:pw@example.org/", "", "a user or password doesn't belong in an address"),
        ("wires", 'kind = "wire"\nheaders = { A = "b" }', "headers: a folder has none"),
    ],
)
def test_faults_of_addresses(tmp_path: Path, url: str, more: str, says: str) -> None:
    write(tmp_path, feeds=FEED.replace("https://example.org/feed", url) + more + "\n")
    (fault,) = faults(tmp_path)
    assert says in fault.message


@pytest.mark.parametrize(
    "below",
    [
        f'headers = {{ X-Key = "{KEY}" }}',
        f'headers_env = {{ X-Key = "{KEY}" }}',
        f'headers_env = {{ "{KEY}" = "X-Key" }}',
        f'headers_file = {{ X-Key = "{KEY}" }}',
        f'headers = ["{KEY}"]',
        f'password = "{KEY}"',
        f'user = "{KEY}"',
        f'user = "u"\npassword_env = "{KEY}"',
    ],
)
def test_a_secret_in_the_wrong_place_is_never_told(tmp_path: Path, below: str) -> None:
    write(tmp_path, feeds=FEED + below + "\n")
    error = ConfigError(faults(tmp_path))
    assert KEY[3:] not in f"{error} {error!r} {report.lines(error)}"


def test_full_text_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "find_spec", lambda _: None)
    write(tmp_path, feeds=FEED + "full_text = true\n")
    (fault,) = faults(tmp_path)
    assert fault.line == 5
    assert 'full_text: needs the extra "fulltext": pip install' in fault.message
    assert one(tmp_path, FEED + "full_text = false\n").full_text is False


def test_websub_has_addresses(tmp_path: Path) -> None:
    assert load(tmp_path, {}).settings.websub_callback == ""
    write(tmp_path, wirewatch='[websub]\ncallback = "https://w.example.org/"\n')
    settings = load(tmp_path, {"WIREWATCH_WEBSUB_LISTEN": "[::1]:80"}).settings
    assert settings.websub_callback == "https://w.example.org/"
    assert settings.websub_listen == "[::1]:80"
    write(tmp_path, wirewatch='[websub]\ncallback = "w.example.org"\nlisten = "here"\n')
    assert [fault.line for fault in faults(tmp_path)] == [2, 3]
