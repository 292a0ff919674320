"""What `wirewatch run` costs while nothing happens: CPU and memory of each of its processes.

One feed on loopback, in a folder that goes away.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from benchmarks.support import stand
from benchmarks.support.options import Options

SETTLE_SECONDS = 45
SECONDS = 60
FEED = b"""<rss version="2.0"><channel><title>Quiet</title>
<item><guid>1</guid><title>US and Cambodia resume joint military exercises</title></item>
</channel></rss>"""
CONFIGURATION = """
[[feed]]
id = "quiet"
url = "http://127.0.0.1:{port}/"
source = "Quiet Times"
interval = 60
"""
SERVICES = ("run", "poll", "work", "deliver")


@dataclass(frozen=True)
class Cost:
    """CPU seconds and proportional memory of a process, at one moment."""

    name: str
    cpu: float
    mebibytes: float


def main() -> None:
    """Start a run, let it settle, measure, and print a table."""
    stand.begin()
    with tempfile.TemporaryDirectory(prefix="wirewatch-idle-") as name, serve() as port:
        folder = Path(name)
        (folder / "feeds.toml").write_text(CONFIGURATION.format(port=port))
        (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
        with started(folder) as process:
            time.sleep(SETTLE_SECONDS)
            before = costs(process.pid)
            time.sleep(SECONDS)
            after = costs(process.pid)
    show(before, after)


class Quiet(BaseHTTPRequestHandler):
    """A feed that doesn't change."""

    def do_GET(self) -> None:
        """Answer with the feed, or with 304."""
        known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", "0" if known else str(len(FEED)))
        self.end_headers()
        if not known:
            self.wfile.write(FEED)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[int]:
    """Serve the feed while inside; gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


@contextmanager
def started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run wirewatch while inside, from the moment when it polls."""
    command = [sys.executable, "-m", "wirewatch", "run", "--json", "--config", str(folder)]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        while b'"feed_polled"' not in log.read_bytes():
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def costs(pid: int) -> dict[int, Cost]:
    """Return the costs of a process and all below it, by process id."""
    top = psutil.Process(pid)
    found = {}
    for process in (top, *top.children(recursive=True)):
        times = process.cpu_times()
        memory = process.memory_full_info().pss / 2**20
        found[process.pid] = Cost(_name(process), times.user + times.system, memory)
    return found


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    if "kafka.Kafka" in words:
        return "kafka (JVM)" if "leash.py" not in " ".join(words) else "kafka's watcher"
    return next((word for word in words if word in SERVICES), " ".join(words)[-40:])


def show(before: dict[int, Cost], after: dict[int, Cost]) -> None:
    """Print a table: per cent of a core, and MiB at the end."""
    print(f"{'process':<42} {'% of a core':>11} {'MiB (PSS)':>10}")
    total = 0.0
    for pid, cost in after.items():
        used = cost.cpu - before[pid].cpu if pid in before else cost.cpu
        total += used
        print(f"{cost.name:<42} {100 * used / SECONDS:>11.1f} {cost.mebibytes:>10.0f}")
    memory = sum(cost.mebibytes for cost in after.values())
    print(f"{'all':<42} {100 * total / SECONDS:>11.1f} {memory:>10.0f}")


if __name__ == "__main__":
    options = Options(__doc__, takes="two and a half minutes")
    options.given()
    main()
