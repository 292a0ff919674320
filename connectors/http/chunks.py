"""A body in chunks, made ready for a strict parser: any line ends, nothing behind it. Pure."""

import re

from connectors.http.head import HeadError

LONGEST_LINE = 4 * 1024
"""Bytes of the line before a chunk: its size, and what else a server says of it."""
MOST_AFTER = 64 * 1024
"""Bytes of the headers after the last chunk, which nobody reads."""
MOST_CHUNKS = 500_000
"""About a second of work; real ones of a large feed are a few thousand."""
END = b"0\r\n\r\n"

_SIZE = re.compile(rb"[ \t]*([0-9a-f]{1,16})[ \t]*(?:;.*)?", re.IGNORECASE | re.DOTALL)
_BEGINS = re.compile(rb"[ \t\r]*(?:[0-9a-f]|$)", re.IGNORECASE)


class Chunks:
    """The chunks of one body, as they come."""

    def __init__(self) -> None:
        """Begin before the first chunk."""
        self._line = b""
        self._left = 0
        self._after = 0
        self._chunks = 0
        self.is_last = False
        """Whether the last chunk was there; headers may follow it."""
        self.ended = False

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """Return what a parser is to get, and what lies behind the body. Raises `HeadError`."""
        given: list[bytes] = []
        at = 0
        while at < len(data) and not self.ended:
            if self._left:
                piece = data[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                given += [piece] if self._left else [piece, b"\r\n"]
                continue
            end = data.find(b"\n", at)
            self._line += data[at:] if end < 0 else data[at:end]
            at = len(data) if end < 0 else end + 1
            self._check()
            if end >= 0:
                line, self._line = self._line.rstrip(b"\r"), b""
                given.append(self._told(line))
        return b"".join(given), data[at:]

    def _check(self) -> None:
        """Look at a line as far as it came."""
        if self.is_last and self._after + len(self._line) > MOST_AFTER:
            raise HeadError(f"it has more than {MOST_AFTER // 1024} KiB after its chunks")
        if not self.is_last and (len(self._line) > LONGEST_LINE or not _BEGINS.match(self._line)):
            raise HeadError("it has a chunk without a size")

    def _told(self, line: bytes) -> bytes:
        """Take a line between chunks; return what it means to a parser."""
        if self.is_last:
            self._after += len(line)
            self.ended = not line
            return b"" if line else END
        if not line:
            return b""  # the end of the chunk before
        size = _SIZE.fullmatch(line)
        if size is None:
            raise HeadError("it has a chunk without a size")
        self._chunks += 1
        if self._chunks > MOST_CHUNKS:
            raise HeadError(f"it comes in more than {MOST_CHUNKS} chunks")
        self._left = int(size[1], 16)
        self.is_last = not self._left
        return b"" if self.is_last else b"%x\r\n" % self._left
