"""A worker's name: unique among all that run, and the same after a restart.

Kafka gives a member that comes back under its name its partitions at once, and fences
off a second one with the same name. So a worker takes the first free slot of its data
folder, and holds it by a lock that ends with the process.
"""

import fcntl
import itertools
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.model.story import digest


@contextmanager
def slot(folder: Path) -> Iterator[tuple[str, Path]]:
    """Hold a slot: gives the member's name and a folder of its own under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    place = digest((socket.gethostname(), str(folder.resolve())))[:8]
    for number in itertools.count():
        with (folder / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"{socket.gethostname()}-{place}-{number}", folder / str(number)
            return
