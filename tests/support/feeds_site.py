"""A site with feeds, and the `feeds` commands."""

import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import CompletedProcess

from tests.support.commands import ended_here

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


@contextmanager
def site_served() -> Iterator[str]:
    """Serve the site; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def own_folder(path: Path) -> Path:
    """Begin a configuration with a list of feeds that is still empty."""
    (path / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (path / "feeds.toml").write_text("# mine\n")
    return path


def feeds(folder: Path, *words: str, **given: str) -> CompletedProcess[bytes]:
    return ended_here("feeds", words[0], "--config", str(folder), *words[1:], given=given)


def written(folder: Path) -> dict[str, dict[str, object]]:
    text = (folder / "feeds.toml").read_text("utf-8")
    return {feed["id"]: feed for feed in tomllib.loads(text).get("feed", [])}
