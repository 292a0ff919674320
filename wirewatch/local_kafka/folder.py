"""The private Kafka's folder: one user at a time, ports that stay, a storage that is really ours.

lock               held while a Kafka runs here, the pid of its owner inside
broker.json        the cluster's id and the ports, kept over restarts
client.conf        how clients log in (`wirewatch.local_kafka.access`)
log/               Kafka's storage
kafka.log          Kafka's own log;  kafka.out  what the JVM itself said at the last start
"""

import base64
import errno
import fcntl
import os
import secrets
import shutil
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from connectors.kept_file import read_kept
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.errors import BrokerError
from wirewatch.local_kafka.storage import formatted_as

# Below the range from which systems take the ports of outgoing connections: a client that tries
# again and again while the broker is down could otherwise take the broker's port, or meet itself.
_FIRST_PORT, _LAST_PORT = 20_000, 32_000
_PORT_TRIES = 200
_LEAST_FREE_BYTES = 256 * server_properties.MEBIBYTE
_LEFTOVER_SECONDS = 15.0


class KafkaIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder's Kafka keeps over restarts."""

    cluster_id: str
    port: int
    controller_port: int


@contextmanager
def clear_errors(folder: Path, use: str = "Kafka's folder") -> Iterator[None]:
    """Turn what the file system refuses into a `BrokerError` that names the folder."""
    try:
        yield
    except OSError as error:
        raise BrokerError(
            f"cannot use {folder} as {use}: {error.strerror or error}"
            f" ({error.filename or folder}). Make it writable, make room on its disk,"
            " or choose another data folder."
        ) from error


def prepare(folder: Path, *, least_free: int = _LEAST_FREE_BYTES) -> None:
    """Make the folder, and refuse to start on a disk that is all but full."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    (folder / "tmp").mkdir(exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < least_free:
        raise OSError(
            errno.ENOSPC, f"only {free // server_properties.MEBIBYTE} MiB are left on its disk"
        )


def lock(folder: Path, heed: Callable[[], None] = lambda: None) -> int:
    """Take the folder for this process, and return the descriptor that holds it.

    The JVM inherits the descriptor. So the lock outlives an owner that was killed until its Kafka
    has ended too, which is waited for here. `heed` is called meanwhile, and may raise.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    while not _try_lock(descriptor):
        owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        if _is_running(owner) or time.monotonic() > deadline:
            os.close(descriptor)
            raise BrokerError(
                f"another wirewatch (pid {owner or 'unknown'}) is using {folder}."
                " Stop it first, or choose another data folder."
            )
        time.sleep(0.05)
        try:
            heed()
        except BaseException:
            os.close(descriptor)
            raise
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_running(pid: str) -> bool:
    # The one who holds the lock writes its id a moment later: no id yet means running.
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def settle(folder: Path, port: int | None = None) -> KafkaIdentity:
    """The cluster's id and the ports: those of the last run while they are free, else new ones."""
    known = _read_place(folder)
    if port is not None and not is_free(port):
        raise BrokerError(
            f"port {port} of {server_properties.HOST} is in use by another program."
            " Choose another as port under [kafka], or none to have a free one found."
        )
    kafka = port or _keep_or_find(known.port if known else None, taken=None)
    controller = _keep_or_find(known.controller_port if known else None, taken=kafka)
    # Without it the storage itself knows whose it is.
    cluster_id = known.cluster_id if known else formatted_as(folder) or _new_cluster_id()
    place = KafkaIdentity(cluster_id=cluster_id, port=kafka, controller_port=controller)
    (folder / "broker.json").write_bytes(msgspec.json.encode(place) + b"\n")
    return place


def _read_place(folder: Path) -> KafkaIdentity | None:
    lost = "the ports of the private Kafka"
    remedy = "the next start of `wirewatch run` finds others"
    return read_kept(folder / "broker.json", KafkaIdentity, lost=lost, remedy=remedy)


def address_in(folder: Path) -> str | None:
    """Return `HOST:PORT` of the folder's Kafka, whether it runs or not; `None` if it has none."""
    place = _read_place(folder)
    return f"{server_properties.HOST}:{place.port}" if place else None


def running_at(folder: Path) -> str | None:
    """Return `HOST:PORT` of the Kafka that runs in a folder, or `None` if none does."""
    place = _read_place(folder)
    if place is None or is_free(place.port):
        return None
    return f"{server_properties.HOST}:{place.port}"


def cluster_of(folder: Path) -> str | None:
    """Return the id of the cluster whose log is in a folder, or `None` if there is no log."""
    if not (folder / server_properties.LOG_FOLDER).is_dir():
        return None
    place = _read_place(folder)
    return formatted_as(folder) if place is None else place.cluster_id


def _new_cluster_id() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def _keep_or_find(known: int | None, *, taken: int | None) -> int:
    if known is not None and known != taken and is_free(known):
        return known
    for _ in range(_PORT_TRIES):
        port = _FIRST_PORT + secrets.randbelow(_LAST_PORT - _FIRST_PORT)
        if port != taken and is_free(port):
            return port
    raise BrokerError(
        f"no free port for Kafka between {_FIRST_PORT} and {_LAST_PORT}"
        f" on {server_properties.HOST}."
    )


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the JVM does: connections of an earlier run that linger don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server_properties.HOST, port))
        except OSError:
            return False
    return True
