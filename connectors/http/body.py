"""Read the body of an answer: unpacked, within its limits, or just its start."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import aiohttp

from connectors.http.decompress import Unpacker

CHUNK = 64 * 1024
LARGE = 1024 * 1024
"""Bytes from which on a body needs room: few may be so large at once."""


async def whole(
    response: aiohttp.ClientResponse, limit: int, room: asyncio.Semaphore | None
) -> bytes | None:
    """Read a body as it unpacks, `None` once it is over the limit. Raises `UnpackError`."""
    body = bytearray()
    has_room = False
    try:
        async with aclosing(_pieces(response, limit)) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > limit:
                    return None
                if len(body) > LARGE and room is not None and not has_room:
                    await room.acquire()
                    has_room = True
        return bytes(body)
    except _TooMuchError:
        return None
    finally:
        if room is not None and has_room:
            room.release()


async def start(response: aiohttp.ClientResponse, length: int) -> bytes:
    """Read the start of a body, if it can be had."""
    body = bytearray()
    try:
        async with aclosing(_pieces(response, length)) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) >= length:
                    break
    except (aiohttp.ClientError, OSError, ValueError, _TooMuchError):
        pass  # then it is what came until then
    return bytes(body[:length])


class _TooMuchError(Exception):
    """More came than may, packed as it is."""


async def _pieces(response: aiohttp.ClientResponse, limit: int) -> AsyncGenerator[bytes, None]:
    unpacker = Unpacker(",".join(response.headers.getall("Content-Encoding", ())))
    came = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        came += len(chunk)
        if came > max(limit, CHUNK):
            raise _TooMuchError
        for piece in unpacker.feed(chunk):
            yield piece
    for piece in unpacker.end():
        yield piece
