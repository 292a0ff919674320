"""aiohttp's reader of answers, with the heads mended that its parser would refuse."""

from aiohttp import ClientPayloadError
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

from connectors.http.chunks import END as END_OF_CHUNKS
from connectors.http.chunks import Chunks
from connectors.http.head import (
    END,
    LONGEST,
    LONGEST_STATUS,
    MOST_FIELDS,
    HeadError,
    read_head,
    status_line,
)

LIMITS = {"max_line_size": LONGEST, "max_field_size": LONGEST, "max_headers": MOST_FIELDS + 1}


class ResponseReader:
    """One answer as it comes: what of it goes on to the parser."""

    def __init__(self, *, to_head: bool) -> None:
        """Begin before the head. `to_head` says that it answers HEAD."""
        self._to_head = to_head
        self._head: bytearray | None = bytearray()
        self._begun = False
        self._left: int | None = 0
        self._chunks: Chunks | None = None
        self.unsure = False
        """Whether the connection may hold what belongs to no answer."""

    def take(self, data: bytes) -> bytes:
        """Return what a parser is to get. Raises `HeadError`."""
        given = b""
        while self._head is not None:
            seen = len(self._head)
            self._head += data
            if not self._begun:
                seen = 0
                self._begin(self._head)
            end = END.search(self._head, max(0, seen - 2))
            if (end.end() if end else len(self._head)) > LONGEST:
                raise HeadError(f"it has more than {LONGEST // 1024} KiB of headers")
            if end is None:
                return given
            head = read_head(bytes(self._head[: end.end()]), to_head=self._to_head)
            data = bytes(self._head[end.end() :])
            given += head.raw
            self._left = head.length
            self._chunks = Chunks() if head.chunked else None
            self.unsure = self.unsure or head.mended
            self._begun = False
            self._head = bytearray() if head.interim else None
        return given + self._body(data)

    def end(self) -> bytes:
        """Hear that nothing more comes; return what a parser is to get. Raises `HeadError`."""
        if self._head:
            if not self._begun:
                status_line(bytes(self._head))
            raise HeadError("it ends within its headers")
        chunks = self._chunks
        return END_OF_CHUNKS if chunks and chunks.is_last and not chunks.ended else b""

    def _begin(self, head: bytearray) -> None:
        """Look at the first line, as soon as it is there."""
        if head.startswith((b"\r", b"\n")):
            head[:] = head.lstrip(b"\r\n")
        if b"\n" in head or len(head) > LONGEST_STATUS:
            status_line(bytes(head.partition(b"\n")[0][:LONGEST_STATUS]))
            self._begun = True

    def _body(self, data: bytes) -> bytes:
        if self._chunks is not None:
            body, rest = self._chunks.take(data)
        elif self._left is None:
            return data
        else:
            body, rest = data[: self._left], data[self._left :]
            self._left -= len(body)
        self.unsure = self.unsure or bool(rest)
        return body


class Protocol(ResponseHandler):
    """Reads the answers of one connection."""

    _answer: ResponseReader | None = None

    def set_response_params(self, **params: object) -> None:
        """Hear that something is asked: what comes from now on answers it."""
        self._answer = ResponseReader(to_head=bool(params.get("skip_payload")))
        super().set_response_params(**(params | LIMITS))  # type: ignore[arg-type]  # as they came

    def data_received(self, data: bytes) -> None:
        """Take what came; nothing means that the parser may go on with what it has."""
        if not data or self._answer is None:
            super().data_received(data)
            return
        try:
            given = self._answer.take(data)
        except HeadError as error:
            self._refuse(error)
            return
        if given:
            super().data_received(given)
        if self._answer.unsure:
            self.force_close()
            if not given and (self._payload is None or self._payload.is_eof()):
                self._hang_up()  # it may wait for its next use

    def eof_received(self) -> None:
        """Hear that the server sends no more."""
        super().eof_received()
        try:
            given = self._answer.end() if self._answer is not None else b""
        except HeadError as error:
            self._refuse(error)
            return
        if given:
            super().data_received(given)

    def _refuse(self, error: HeadError) -> None:
        self._hang_up()
        self.set_exception(HttpProcessingError(code=400, message=str(error)), error)
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(ClientPayloadError(str(error)), error)

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()
