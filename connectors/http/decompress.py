"""Bodies unpacked as they come, in pieces: gzip as it is really sent, deflate, br, zstd. Pure.

What a server says of a body is a hint: what doesn't begin as it should is taken as it came, gzip
that nobody spoke of is unpacked too, and what stands behind it is left out.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 256 * 1024
"""Bytes that are unpacked at a time: a bomb is cut after the next piece."""
MOST_LAYERS = 4
SNIFFED = 2
"""Layers of gzip that are unpacked though nobody spoke of them."""
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
HEAD = 4
"""Bytes by which a layer is known."""
WINDOW = 23
"""Of zstd, as RFC 9659 limits it on the web: 8 MiB."""


class UnpackError(ValueError):
    """The body is packed and broken. The message says how it is packed."""


class Unpacker:
    """Unpacks one body by its Content-Encoding. Its methods raise `UnpackError`."""

    def __init__(self, content_encoding: str = "") -> None:
        """Take what the server says of the body; what isn't known is taken for no packing."""
        names = [name.strip().lower() for name in content_encoding.split(",")]
        known = [name for name in reversed(names) if name in _KINDS]
        if len(known) > MOST_LAYERS:
            raise UnpackError(f"compressed {len(known)} times over")
        self._layers = [_Layer(name) for name in known] + [_Layer("") for _ in range(SNIFFED)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack the next bytes."""
        return self._through(0, data)

    def end(self) -> Iterator[bytes]:
        """Return what is left when all bytes have come."""
        for number, layer in enumerate(self._layers):
            for piece in layer.end():
                yield from self._through(number + 1, piece)

    def _through(self, number: int, data: bytes) -> Iterator[bytes]:
        if number == len(self._layers):
            if data:
                yield data
            return
        for piece in self._layers[number].feed(data):
            yield from self._through(number + 1, piece)


def unpack(body: bytes, limit: int) -> bytes | None:
    """Unpack a body that may be gzip; `None` if it is over the limit. Raises `UnpackError`."""
    unpacker = Unpacker()
    whole = bytearray()
    for pieces in (unpacker.feed(body), unpacker.end()):
        for piece in pieces:
            whole += piece
            if len(whole) > limit:
                return None
    return bytes(whole)


class _Unpacks(Protocol):
    """Unpacks one layer."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack the next bytes."""
        ...


class _Layer:
    """A layer that is known by how it begins."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._head = b""
        self._kind: _Unpacks | None = None
        self._is_packed = False
        """Whether it is surely packed: by how it begins, or because it could be unpacked."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._kind is None:
            self._head += data
            if len(self._head) < HEAD:
                return
            data = self._head
            self._is_packed = data.startswith((GZIP, ZSTD))
            self._kind = _begun(self._name, data)
        yield from self._unpacked(data)

    def end(self) -> Iterator[bytes]:
        if self._kind is None and self._head:
            yield self._head

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        assert self._kind is not None  # noqa: S101 - `feed` has chosen it
        try:
            for piece in self._kind.feed(data):
                self._is_packed = self._is_packed or bool(piece)
                yield piece
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            if self._is_packed:
                raise UnpackError(f"compressed as {self._name or 'gzip'}, and damaged") from error
            self._kind = _Plain()
            yield data


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    """gzip, of many members, or deflate, with the head that it should have or without it."""

    def __init__(self, wbits: int, again: bytes = b"") -> None:
        self._wbits, self._again = wbits, again
        self._inner = zlib.decompressobj(wbits)
        self._behind = b""
        self._over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data and not self._over:
            if self._inner.eof:
                data = self._behind + data
                if len(data) < len(self._again):
                    self._behind = data
                    return
                if not self._again or not data.startswith(self._again):
                    self._over = True
                    return
                self._inner, self._behind = zlib.decompressobj(self._wbits), b""
            yield self._inner.decompress(data, PIECE)
            data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inner.is_finished():
            return
        yield self._inner.process(data, output_buffer_limit=PIECE)
        while not self._inner.can_accept_more_data() and not self._inner.is_finished():
            yield self._inner.process(b"", output_buffer_limit=PIECE)


class _Zstd:
    """zstd, of many frames."""

    def __init__(self) -> None:
        self._inner = self._frame()

    def _frame(self) -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW})

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or not (self._inner.needs_input or self._inner.eof):
            if self._inner.eof:
                self._inner = self._frame()
            yield self._inner.decompress(data, PIECE)
            data = self._inner.unused_data if self._inner.eof else b""


def _gzip(head: bytes) -> _Unpacks:
    return _Zlib(16 + zlib.MAX_WBITS, GZIP) if head.startswith(GZIP) else _Plain()


def _deflate(head: bytes) -> _Unpacks:
    has_head = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _Zlib(zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS)


def _zstd(head: bytes) -> _Unpacks:
    return _Zstd() if head.startswith(ZSTD) else _Plain()


def _br(_: bytes) -> _Unpacks:
    return _Brotli()


_KINDS: dict[str, Callable[[bytes], _Unpacks]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}


def _begun(name: str, head: bytes) -> _Unpacks:
    """Choose how to unpack a layer; gzip that calls itself another thing is gzip."""
    if head.startswith(GZIP):
        return _gzip(head)
    return _KINDS[name](head) if name else _Plain()
