"""Whoever dawdles at the door of hubs holds up no other, and takes up few descriptors."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

from connectors.websub.connection_limits import DoorLimits
from tests.support.hub import World, play
from tests.support.waiting import PATIENCE, until

LIMITS = DoorLimits(connections=8, header_seconds=60.0, connection_seconds=120.0)


async def connected(world: World, stack: AsyncExitStack) -> tuple[asyncio.StreamReader, bytes]:
    """Open a connection that says nothing yet; return it with the path of the feed's callback."""
    parts = urlsplit(world.hub.form["hub.callback"])
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    stack.callback(writer.close)
    reader.writer = writer  # type: ignore[attr-defined] # kept together for `slow_push`
    return reader, parts.path.encode()


async def slow_push(world: World, stack: AsyncExitStack) -> asyncio.StreamReader:
    """Begin a push whose body never comes."""
    reader, path = await connected(world, stack)
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx" % path
    reader.writer.write(head)  # type: ignore[attr-defined] # see `connected`
    return reader


async def subscribed(world: World) -> None:
    await world.poll()
    await world.websub.ask_all()


def test_slow_pushes_of_one_feed_hold_up_no_other_request(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        async with AsyncExitStack() as stack:
            slow = [await slow_push(world, stack) for _ in range(6)]
            refused = [await reader.readline() for reader in slow[2:]]
            assert all(b" 429 " in line for line in refused)
            path = world.hub.form["hub.callback"]
            world.hub.form["hub.callback"] = path + "x"
            assert await world.hub.push(["2"]) == 410, "another token is answered at once"
            world.hub.form["hub.callback"] = path
            ended = [await reader.readline() for reader in slow[:2]]
            assert all(b" 408 " in line for line in ended)
        assert await world.hub.push(["2"]) == 200

    play(tmp_path, act, limits=LIMITS, body_seconds=3.0)


def test_connections_that_say_nothing_make_way_for_those_that_do(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        async with AsyncExitStack() as stack:
            silent = [(await connected(world, stack))[0] for _ in range(20)]
            assert await world.hub.push(["2"]) == 200
            for reader in silent[:12]:
                assert await reader.read() == b""
            assert len(world.websub._door) <= LIMITS.connections

    play(tmp_path, act, limits=LIMITS)


def test_where_all_have_asked_the_next_one_is_turned_away(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await slow_push(world, stack)
            await asyncio.to_thread(until, lambda: world.websub._door.asking == 2)
            reader, _ = await connected(world, stack)
            assert await closed(reader)

    few = DoorLimits(connections=2, header_seconds=60.0, connection_seconds=120.0)
    play(tmp_path, act, limits=few, body_seconds=60.0)


def test_a_connection_that_stays_silent_ends(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        async with AsyncExitStack() as stack:
            reader, _ = await connected(world, stack)
            assert await closed(reader)
            assert len(world.websub._door) == 0

    play(tmp_path, act, limits=DoorLimits(header_seconds=0.2))


def test_a_request_that_never_ends_ends_with_its_connection(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        async with AsyncExitStack() as stack:
            assert await closed(await slow_push(world, stack))

    play(tmp_path, act, limits=DoorLimits(connection_seconds=0.5), body_seconds=60.0)


async def closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side ends a connection without a word."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read() == b""
    except ConnectionError:
        return True
