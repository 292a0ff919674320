"""Kafka's jars: fetched once from Maven Central, checked against the committed lock at every start.

`kafka.lock` names each jar and its sha256. What is missing or damaged in the cache is fetched anew;
nothing whose digest differs from the lock's ever enters the cache.
"""

import hashlib
import importlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import msgspec
import structlog

from wirewatch.local_kafka.errors import BrokerError

log = structlog.get_logger()

LOCK = Path(__file__).with_name("kafka.lock")
KAFKA_VERSION = "4.3.1"

Progress = Callable[[int, int], None]
"""Told how many of how many jars are there, while they are fetched."""

_AT_ONCE = 4
_ATTEMPTS = 3
_SILENCE_SECONDS = 30
_LOOK_SECONDS = 0.1
_STAGING = "fetching-"
_LEFTOVER_SECONDS = 3600.0


class Jar(msgspec.Struct, frozen=True, kw_only=True):
    """One jar of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name, as in the Maven repository."""
        return f"{self.artifact}-{self.version}.jar"


def cache_folder() -> Path:
    """Where the jars live between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wirewatch" / f"kafka-{KAFKA_VERSION}"


def read_lock(text: str) -> list[Jar]:
    """The jars a lock names: `group:artifact:version sha256` in each line, `#` for remarks."""
    jars = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            coordinates, sha256 = line.split()
            group, artifact, version = coordinates.split(":")
        except ValueError:
            raise BrokerError(
                f"{LOCK.name}, line {number}: expected 'group:artifact:version sha256',"
                f" found {line!r}. Restore the file from the repository."
            ) from None
        jars.append(Jar(group=group, artifact=artifact, version=version, sha256=sha256))
    return jars


def digest(path: Path) -> str:
    """The file's sha256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kafka_jars(
    progress: Progress | None = None, heed: Callable[[], None] = lambda: None
) -> list[Path]:
    """The class path of Kafka and of its logging, complete and checked."""
    jars = read_lock(LOCK.read_text("utf-8"))
    return fetch_jars(jars, cache_folder(), progress=progress, heed=heed)


def fetch_jars(
    jars: Sequence[Jar],
    cache: Path,
    *,
    repository: str | None = None,
    progress: Progress | None = None,
    heed: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Return the jars' paths in the cache, after fetching those that are missing or damaged.

    The repository is Maven Central unless another address is given. `heed` is called all the
    while, and may raise: a download that hangs is then left to itself.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        wanted = [jar for jar in jars if not _is_sound(cache / jar.name, jar)]
        if wanted:
            log.info("kafka_fetching", jars=len(wanted), cache=str(cache))
            _clear_leftovers(cache)
            for done in _fetched(wanted, cache, repository, heed):
                if progress:
                    progress(len(jars) - len(wanted) + done, len(jars))
    except OSError as error:
        raise BrokerError(
            f"cannot use the cache folder {cache} of Kafka's jars: {error}"
        ) from error
    return [cache / jar.name for jar in jars]


def _is_sound(path: Path, jar: Jar) -> bool:
    return path.is_file() and digest(path) == jar.sha256


def _fetched(
    wanted: Sequence[Jar], cache: Path, repository: str | None, heed: Callable[[], None]
) -> Iterator[int]:
    """Fetch some at a time; gives how many are there, as they come."""
    outcomes: SimpleQueue[BaseException | None] = SimpleQueue()
    waiting = iter(wanted)

    def work() -> None:
        for jar in waiting:
            try:
                _fetch(jar, cache, repository)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                outcomes.put(error)
                return
            outcomes.put(None)

    # Threads that a program's end doesn't wait for, as it does for those of an executor.
    for _ in range(_AT_ONCE):
        Thread(target=work, daemon=True, name="kafka-jars").start()
    for done in range(1, len(wanted) + 1):
        yield _next(outcomes, heed, done)


def _next(
    outcomes: "SimpleQueue[BaseException | None]", heed: Callable[[], None], done: int
) -> int:
    while True:
        heed()
        try:
            error = outcomes.get(timeout=_LOOK_SECONDS)
        except Empty:
            continue
        if error is not None:
            raise error
        return done


def _clear_leftovers(cache: Path) -> None:
    """Remove what downloads left behind that were given up."""
    for folder in cache.glob(f"{_STAGING}*"):
        if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _fetch(jar: Jar, cache: Path, repository: str | None) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        # A folder of its own for each attempt: jgo trips over what a broken one left behind,
        # and other runs may fill the same cache.
        with tempfile.TemporaryDirectory(dir=cache, prefix=_STAGING) as staging:
            try:
                fetched = _download(jar, Path(staging), repository)
            except (OSError, RuntimeError) as error:
                if attempt < _ATTEMPTS:
                    continue
                raise BrokerError(
                    f"cannot fetch {jar.name} from the Maven repository: {error}. Check the network"
                    " and the proxy settings, or use your own Kafka with --kafka HOST:PORT."
                ) from error
            _check(fetched, jar)
            fetched.replace(cache / jar.name)
            return


def _download(jar: Jar, staging: Path, repository: str | None) -> Path:
    # Loaded only where something is missing: it brings thirty megabytes along.
    context = importlib.import_module("jgo.maven").MavenContext(
        repo_cache=staging,
        local_repos=[],
        remote_repos={"repository": repository} if repository else None,
        timeout=_SILENCE_SECONDS,
    )
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return Path(component.artifact().resolve())


def _check(path: Path, jar: Jar) -> None:
    found = digest(path)
    if found != jar.sha256:
        raise BrokerError(
            f"{jar.group}:{jar.artifact}:{jar.version} was fetched with sha256 {found}, but"
            f" {LOCK.name} says {jar.sha256}. It was thrown away: a proxy on the way may have"
            " altered it. Try again from another network."
        )
