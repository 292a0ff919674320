"""Processes that read what may be hostile, or may hang: without our secrets, and ending with us.

Frames go over their standard input and output: MessagePack, each with its length in four bytes
before. A process whose input ends is to end too.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

LENGTH_BYTES = 4
ROOT = str(Path(__file__).parents[1])
"""Where this program's own packages are."""


def start(program: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that shares nothing with this one: Ctrl-C is not for it, nor are secrets."""
    return subprocess.Popen(
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"PYTHONPATH": os.pathsep.join(module_path(sys.path, Path.cwd()))},
    )


def kill(process: subprocess.Popen[bytes]) -> int:
    """End a process at once; return its exit code."""
    process.kill()
    code = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not sent yet can't be
                pipe.close()
    return code


def module_path(path: Sequence[str], current: Path) -> list[str]:
    """Return where such a process finds its modules: where we do, but not in the current folder.

    What lies there may be anyone's, a `structlog.py` among it; unless it is our own folder.
    """
    return [ROOT, *(one for one in path if one and Path(one) != current and one != ROOT)]


def read_frame(stream: IO[bytes]) -> bytes:
    """Return the next frame; nothing when there is none, or only a part of one."""
    head = stream.read(LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    body = stream.read(length) if len(head) == LENGTH_BYTES else b""
    return body if len(body) == length else b""


def write_frame(stream: IO[bytes], body: bytes) -> None:
    """Send a frame."""
    stream.write(len(body).to_bytes(LENGTH_BYTES, "big"))
    stream.write(body)
    stream.flush()
