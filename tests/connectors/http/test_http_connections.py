"""What a connection does with answers that the standard forbids: nothing gets into the next one."""

import asyncio
from collections.abc import Sequence

import aiohttp
import pytest

from connectors.http.fetch import Fetched, Limits, Page, Validators, fetch
from connectors.http.head import HeadError, read_head
from connectors.http.protocol import ResponseReader
from connectors.http.ssrf_guard import guarded_session
from tests.connectors.http.test_http_answers import (
    BODY,
    CHUNKED,
    CHUNKS,
    GOOD,
    LENGTH,
    OK,
    READ,
    UNCHANGED,
)
from tests.support.fetching import failed


def fetched_on_one_session(*answers: bytes, known: str = '"1"') -> tuple[list[Fetched], int]:
    """Fetch once for each answer of a server that leaves connections open; count these."""
    connections, left = 0, list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(left.pop(0))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> list[Fetched]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with server, guarded_session(user_agent="tests", allow_private=True) as session:
            limits = Limits(seconds=20.0)
            return [await fetch(session, url, Validators(etag=known), limits) for _ in answers]

    return asyncio.run(main()), connections


EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
FOLLOWED = {
    "more than the length": OK + LENGTH + b"\r\n" + BODY + EVIL,
    "a body after not modified": b"HTTP/1.1 304 Not Modified\r\n" + LENGTH + b"\r\n" + EVIL,
    "a body after no content": b"HTTP/1.1 204 None\r\n\r\n" + EVIL,
    "chunked with a length": OK + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "a length twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "more than the chunks": OK + CHUNKED + b"\r\n" + CHUNKS + EVIL,
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_nothing_is_slipped_into_the_next_answer(name: str) -> None:
    found, connections = fetched_on_one_session(FOLLOWED[name], GOOD, GOOD)
    assert [one.body for one in found[1:] if isinstance(one, Page)] == [BODY, BODY]
    assert connections == 2, "the first one is used no more, the second one is"


@pytest.mark.parametrize(
    "answer", [GOOD, OK + CHUNKED + b"\r\n" + CHUNKS, b"HTTP/1.1 304 Not Modified\r\n\r\n"]
)
def test_a_connection_whose_answers_are_whole_is_used_again(answer: bytes) -> None:
    _, connections = fetched_on_one_session(answer, answer, answer)
    assert connections == 1


@pytest.mark.parametrize("line", [b"X-A: a\r\n", b"a", b"\r\n"])
def test_headers_without_end_are_cut_at_the_time_limit_or_their_size(line: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(b"" if line == b"\r\n" else OK)
            while True:
                writer.write(line)
                await writer.drain()
                await asyncio.sleep(0.001)
        except ConnectionError:
            writer.close()

    async def main() -> Fetched:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with server, guarded_session(user_agent="tests", allow_private=True) as session:
            return await fetch(session, url, limits=Limits(seconds=0.5))

    assert failed(asyncio.run(main())).reason == "not done after 0 s"


ALL: Sequence[bytes] = [
    *READ.values(),
    *(b"HTTP/1.1 304 N\r\n" + one for one in UNCHANGED.values()),
]


@pytest.mark.parametrize("raw", [one for one in ALL if len(one) < 2_000])
def test_it_is_the_same_however_it_comes(raw: bytes) -> None:
    whole = ResponseReader(to_head=False).take(raw)
    for size in (1, 2, 3, 7):
        answer = ResponseReader(to_head=False)
        pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert b"".join(map(answer.take, pieces)) == whole


def test_an_answer_to_head_has_no_body() -> None:
    answer = ResponseReader(to_head=True)
    assert answer.take(OK + LENGTH + b"\r\n") == OK + b"\r\n"
    assert not answer.unsure
    assert answer.take(BODY) == b""
    assert answer.unsure


def test_codings_of_the_transfer_are_unpacked_with_those_of_the_content() -> None:
    raw = OK + b"Content-Encoding: br\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    expected = b"Content-Encoding: br\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"
    assert read_head(raw).raw == OK + expected + b"\r\n\r\n"


def test_a_head_of_very_many_folded_lines_is_read() -> None:
    raw = OK + b"X-A: a\r\n" + b" b\n" * 80_000 + b"\r\n"
    assert read_head(raw).raw == OK + b"X-A: a" + b" b" * 80_000 + b"\r\n\r\n"


def test_a_status_below_100_is_none() -> None:
    with pytest.raises(HeadError, match="it has the status 99"):
        read_head(b"HTTP/1.1 099 No\r\n\r\n")


def test_a_broken_chunk_behind_what_was_read_already_is_said() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + CHUNKED + b"\r\n" + CHUNKS[:-5])
        await writer.drain()
        await taken.wait()
        writer.write(b"none\r\n")
        await writer.drain()
        writer.close()

    async def main() -> Fetched:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        session = guarded_session(user_agent="tests", allow_private=True, traces=[trace])
        async with server, session:
            return await fetch(session, url)

    async def hear(*_: object) -> None:
        taken.set()

    taken, trace = asyncio.Event(), aiohttp.TraceConfig()
    trace.on_request_end.append(hear)
    assert failed(asyncio.run(main())).reason == "a broken answer: it has a chunk without a size"
