"""A way out to a terminal, file or pipe that never holds up whoever writes."""

import io
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TextIO, cast

MOST_BYTES = 4 * 1024 * 1024
"""What is kept for a reader that doesn't read; beyond that, what comes is left out."""


class Outlet(io.TextIOBase):
    """Writes to the descriptor of a stream from a thread of its own.

    A pipe that nobody reads is full after 64 KiB, and a write then waits for ever: the whole run
    would stand still. Here lines are left out instead. `say` hears how many, once it goes on.
    """

    def __init__(self, stream: TextIO, say: Callable[[int], None]) -> None:
        """Write to `stream`'s descriptor; nothing else should."""
        super().__init__()
        stream.flush()
        self._stream = stream
        self._descriptor = stream.fileno()
        self._say = say
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._left_out = 0
        self._gone = False
        self._news = threading.Condition()
        threading.Thread(target=self._pass_on, daemon=True, name="outlet").start()

    @property
    def file(self) -> TextIO:
        """This, as the type that others ask for: typeshed's `TextIOBase` isn't a `TextIO`."""
        return cast("TextIO", self)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base class has it as None
        """What terminals are asked about before they get more than ASCII."""
        return self._stream.encoding

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Where it all goes."""
        return self._descriptor

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text to be written soon."""
        data = text.encode(self.encoding, "replace")
        with self._news:
            if self._gone or self._size + len(data) > MOST_BYTES:
                self._left_out += data.count(b"\n")
            else:
                self._waiting.append(data)
                self._size += len(data)
                self._news.notify_all()
        return len(text)

    def drain(self, seconds: float) -> None:
        """Wait until all is written, but no longer than that."""
        with self._news:
            self._news.wait_for(lambda: self._gone or not self._size, seconds)

    def _pass_on(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting)
                data = self._waiting.popleft()
            written = self._write(data)
            with self._news:
                self._size -= len(data)
                self._gone = not written
                left_out = self._left_out if written and not self._size else 0
                self._left_out -= left_out
                self._news.notify_all()
            if left_out:
                self._say(left_out)
            if not written:
                return

    def _write(self, data: bytes) -> bool:
        """Write it all; false when whoever read it is gone."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            return False
        return True
