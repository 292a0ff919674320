"""What servers log: their own faults, and nothing of requests that can't be read."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from aiohttp import web

from connectors.delivery.feed_server import feed_server
from connectors.delivery.links.server import LinkTools, link_server
from connectors.delivery.links.signing import LinkSigner
from connectors.http.web_runner import web_runner
from streams.model.verdict import Verdict

Server = Callable[[Path], AbstractAsyncContextManager[int]]


async def keep(_: Verdict) -> None:
    raise AssertionError("nothing was judged")


def links(folder: Path) -> AbstractAsyncContextManager[int]:
    tools = LinkTools(
        signer=LinkSigner("k" * 43), outbox=folder / "none", known=lambda _: False, keep=keep
    )
    return link_server("127.0.0.1", 0, tools)


def feeds(folder: Path) -> AbstractAsyncContextManager[int]:
    return feed_server("127.0.0.1", 0, folder, lambda: ())


async def asked(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return answer


@pytest.mark.parametrize("server", [links, feeds])
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nLong: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/9.9 no\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["an over-long line", "an over-long header", "no version", "TLS"],
)
def test_a_request_that_cannot_be_read_is_refused_and_not_logged(
    server: Server, request_bytes: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> bytes:
        async with server(tmp_path) as port:
            return await asked(port, request_bytes)

    with caplog.at_level(logging.WARNING):
        answer = asyncio.run(main())
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert caplog.records == []


def test_a_fault_of_ours_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise ValueError("of ours")

    async def main() -> bytes:
        app = web.Application()
        app.router.add_get("/", fail)
        runner = web_runner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[0][1]
            return await asked(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        finally:
            await runner.cleanup()

    assert b" 500 " in asyncio.run(main())
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["of ours"]
