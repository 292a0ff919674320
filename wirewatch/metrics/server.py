"""Serve `/metrics`, `/healthz` and `/readyz` from a thread, however busy the event loop is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

log = structlog.get_logger()

TEXT = "text/plain; charset=utf-8"
CLIENT_SECONDS = 10.0
"""How long a client may take for its request."""

Check = Callable[[], str | None]
"""Says what is wrong; `None` if nothing is."""


@contextmanager
def serving(
    address: tuple[str, int], registry: CollectorRegistry, *, healthy: Check, ready: Check
) -> Iterator[None]:
    """Serve while what is inside runs. A port that can't be had is told, and ends nothing."""
    try:
        server = ThreadingHTTPServer(address, _handler(registry, healthy, ready))
    except (OSError, OverflowError) as error:
        place = f"{address[0]}:{address[1]}"
        remedy = "choose another port under [metrics] in wirewatch.toml"
        # A second worker has the port after the first, and ports end at 65535.
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        log.warning("no_metrics", address=place, error=why, remedy=remedy)
        yield
        return
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _handler(
    registry: CollectorRegistry, healthy: Check, ready: Check
) -> type[BaseHTTPRequestHandler]:
    class MetricsHandler(BaseHTTPRequestHandler):
        timeout = CLIENT_SECONDS

        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/metrics":
                    self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry))
                case "/healthz":
                    self._judge(healthy())
                case "/readyz":
                    self._judge(healthy() or ready())
                case _:
                    there = b"/metrics, /healthz, /readyz\n"
                    self._answer(HTTPStatus.NOT_FOUND, TEXT, there)

        def _judge(self, wrong: str | None) -> None:
            status = HTTPStatus.OK if wrong is None else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, TEXT, f"{wrong or 'ok'}\n".encode())

        def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a scrape every few seconds is no news."""

    return MetricsHandler
