"""Encoders for tests: one made by hand, and an endpoint of one's own."""

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from streams.encoder import Embedding, EncoderError


class FakeEncoder:
    """Answers at once, unless it is told to wait or to fail."""

    name = "fake-1"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.began = threading.Event()
        self.failures = 0
        self.closed = False

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        self.asked += texts
        self.began.set()
        assert self.go_on.wait(60)
        if self.failures:
            self.failures -= 1
            raise EncoderError("made to fail")
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return [Embedding(encoder=self.name, vector=digest) for digest in digests]

    def close(self) -> None:
        self.closed = True
        self.go_on.set()


class Served:
    """What an endpoint was asked, and what it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.url = ""
        self.go_on = threading.Event()
        self.go_on.set()


@contextmanager
def endpoint() -> Iterator[Served]:
    """Serve embeddings on a free port: two numbers for each text, its length and 1."""
    served = Served()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.requests.append((self.path, dict(self.headers), asked))
            served.go_on.wait(60)
            data = [
                {"object": "embedding", "index": index, "embedding": [float(len(text)), 1.0]}
                for index, text in enumerate(asked["input"])
            ]
            # Their order is not promised.
            body = served.body or json.dumps({"data": data[::-1]}).encode()
            self.send_response(served.status)
            for name, value in {"Content-Length": str(len(body)), **served.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of those who hung up while they were to wait."""

    with Server(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            served.go_on.set()
            server.shutdown()
            thread.join()
