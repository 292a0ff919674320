import threading
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wirewatch.local_kafka import BrokerError, jars


def jar(artifact: str, content: bytes) -> jars.Jar:
    return jars.Jar(
        group="org.lamps", artifact=artifact, version="1.0", sha256=sha256(content).hexdigest()
    )


LAMP, SHADE = jar("lamp", b"light"), jar("shade", b"shadow")


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Leave the tests' output alone."""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A Maven repository on loopback with two small jars."""
    for artifact, content in (("lamp", b"light"), ("shade", b"shadow")):
        place = tmp_path / "repository" / "org" / "lamps" / artifact / "1.0"
        place.mkdir(parents=True)
        (place / f"{artifact}-1.0.jar").write_bytes(content)
    handler = partial(QuietHandler, directory=str(tmp_path / "repository"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


NOWHERE = "http://127.0.0.1:1"


def test_jars_are_fetched_once_and_checked_without_the_network_from_then_on(
    tmp_path: Path, repository: str
) -> None:
    heard: list[tuple[int, int]] = []
    cache = tmp_path / "cache"
    paths = jars.fetch_jars(
        [LAMP, SHADE],
        cache,
        repository=repository,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert [path.read_bytes() for path in paths] == [b"light", b"shadow"]
    assert heard == [(1, 2), (2, 2)]
    assert jars.fetch_jars([LAMP, SHADE], cache, repository=NOWHERE) == paths
    assert sorted(path.name for path in cache.iterdir()) == ["lamp-1.0.jar", "shade-1.0.jar"]


@pytest.mark.parametrize("damage", [lambda jar: jar.write_bytes(b"ligh"), Path.unlink])
def test_a_damaged_or_missing_jar_is_fetched_anew_and_no_other(
    tmp_path: Path, repository: str, damage: Callable[[Path], object]
) -> None:
    cache = tmp_path / "cache"
    lamp, _ = jars.fetch_jars([LAMP, SHADE], cache, repository=repository)
    damage(lamp)
    heard: list[tuple[int, int]] = []
    jars.fetch_jars(
        [LAMP, SHADE],
        cache,
        repository=repository,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert lamp.read_bytes() == b"light"
    assert heard == [(2, 2)]


def test_a_jar_that_differs_from_the_lock_is_refused_and_not_kept(
    tmp_path: Path, repository: str
) -> None:
    expected = jar("lamp", b"another light")
    with pytest.raises(BrokerError, match=r"org\.lamps:lamp:1\.0 was fetched with sha256"):
        jars.fetch_jars([expected], tmp_path / "cache", repository=repository)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_jar_out_of_reach_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"cannot fetch lamp-1\.0\.jar"):
        jars.fetch_jars([LAMP], tmp_path / "cache", repository=NOWHERE)


def test_the_lock_holds_kafka_and_its_logging_and_no_address() -> None:
    text = jars.LOCK.read_text()
    locked = {jar.artifact: jar for jar in jars.read_lock(text)}
    assert locked["kafka_2.13"].version == locked["kafka-clients"].version == jars.KAFKA_VERSION
    assert "log4j-slf4j-impl" in locked
    assert len(locked) == len(jars.read_lock(text))
    assert all(len(jar.sha256) == 64 for jar in locked.values())
    assert "//" not in text


def test_a_damaged_lock_is_named_with_its_line() -> None:
    with pytest.raises(BrokerError, match=r"kafka\.lock, line 2: .* found 'lamp'"):
        jars.read_lock("# jars\nlamp\n")
