"""What others wrote is printed as text: it neither formats nor drives a terminal."""

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from streams.contract.codec import encode
from streams.model.story import Story
from tests.support.commands import ended_here
from tests.support.samples import sample_story

MARKUP = "[/nope] [bold]loud[/bold] [link=http://evil.example]click[/link] :bomb:"
CONTROL = "\x1b[31mred\x1b]8;;http://evil.example\x07 \x9b2J \u202egnorw"
HOSTILE = f"{MARKUP} {CONTROL}"
DRIVES = ("\x1b", "\x07", "\x9b", "\u202e", "\r")


class Site(BaseHTTPRequestHandler):
    """Answers with a feed, or with a reason of its own for having none."""

    def do_GET(self) -> None:
        if self.path == "/gone":
            self.wfile.write(f"HTTP/1.1 404 {MARKUP}\r\n\r\n".encode())
            return
        title = escape(MARKUP + CONTROL.replace("\x1b", "").replace("\x07", ""))
        item = f"<item><guid>{title}</guid><title>{title}</title></item>"
        body = f"<rss version='2.0'><channel><title>{title}</title>{item}</channel></rss>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def folder(site: str, tmp_path: Path) -> Path:
    (tmp_path / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    blocks = [
        f'[[feed]]\nid = "{name}"\nurl = "{site}/{name}"\nsource = "{MARKUP}"\n'
        for name in ("main", "gone")
    ]
    (tmp_path / "feeds.toml").write_text("\n".join(blocks))
    (tmp_path / "watches.toml").write_text(
        f'[[watch]]\nid = "all"\ntitle = "{MARKUP}"\neverything = true\n'
    )
    return tmp_path


def story() -> Story:
    texts = dict.fromkeys(("headline", "summary", "body", "source", "feed"), HOSTILE)
    return msgspec.structs.replace(sample_story("1"), **texts)


COMMANDS = {
    "feeds list": ("feeds", "list"),
    "feeds check": ("feeds", "check"),
    "feeds add": ("feeds", "add", "{site}/", "{site}/gone"),
    "tag": ("tag", "{text}"),
    "tag a file": ("tag", "{stories}"),
    "explain": ("explain", "{text}"),
    "explain stories": ("explain", "{stories}"),
    "replay": ("replay", "--from-file", "{stories}"),
    "what no command is": ("explain", "--watch", "{text}", "China"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_words_of_others_are_text_in_every_command(name: str, site: str, folder: Path) -> None:
    stories = folder / "stories.ndjson"
    stories.write_bytes(encode(story()) + b"\n")
    places = {"{text}": HOSTILE, "{stories}": str(stories)}
    words = [places.get(word, word.replace("{site}", site)) for word in COMMANDS[name]]
    if words[0] != "tag":
        words += ["--config", str(folder)]
    shown = ended_here(*words, given={"COLUMNS": "200"})
    said = (shown.stdout + shown.stderr).decode()
    assert "Traceback" not in said, said
    assert "MarkupError" not in said
    assert not [one for one in DRIVES if one in said], said
    if name in {"feeds list", "feeds check"}:
        assert "[/nope]" in said
