"""A feed that is gone from the list is gone from its hub, which asks back before it believes it."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.hub import Hub, World, play
from tests.support.waiting import until


async def is_left(world: World) -> None:
    """Wait until the hub has asked back whether we want no more of it, and heard that it's so."""
    await asyncio.to_thread(until, lambda: "unsubscribe" in world.hub.modes)
    await world.websub._leaving.settled()
    assert world.hub.answered == "really?"
    assert await world.store.subscriptions() == []
    assert await world.hub.push(["lost"]) == 410
    assert "Story lost" not in world.log.stories


@pytest.mark.parametrize("how", ["removed", "paused", "moved"])
def test_a_feed_that_is_gone_is_left_at_its_hub(tmp_path: Path, how: str) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        world.hub.answered = ""
        edited = {
            "removed": [],
            "paused": [replace(world.feed, paused=True)],
            "moved": [replace(world.feed, url=world.feed.url + "?new")],
        }
        world.websub.follow([world.feed])
        assert world.websub.active("courier")
        world.websub.follow(edited[how])
        assert not world.websub.active("courier")
        await is_left(world)
        await world.poll()  # one that was under way, say
        await world.websub.ask_all()
        assert world.hub.modes == ["subscribe", "unsubscribe"]

    play(tmp_path, act)


def test_a_feed_removed_while_nothing_ran_is_left_at_the_next_start(tmp_path: Path) -> None:
    hub = Hub()

    async def subscribe(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        hub.status = 500
        world.websub.follow([])
        await world.websub._leaving.settled()
        assert [one.feed for one in await world.store.subscriptions()] == ["courier"]
        hub.status = 202

    play(tmp_path, subscribe, hub)
    play(tmp_path, is_left, hub, polled=False)


def test_a_feed_that_comes_back_is_subscribed_to_anew(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        world.websub.follow([])
        await is_left(world)
        world.websub.follow([world.feed])
        world.hub.entries.insert(0, "2")
        await world.poll()
        await world.websub.ask_all()
        assert world.websub.active("courier")
        assert await world.hub.push(["3"]) == 200

    play(tmp_path, act)
