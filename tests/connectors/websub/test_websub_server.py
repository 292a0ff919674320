"""A hub and a publisher on loopback: subscribe, be asked back, be pushed to, be let down."""

from pathlib import Path

import pytest

from connectors.http.once_free import NotServedError
from connectors.websub.server import WebSub
from tests.support.hub import Hub, World, play


def test_a_feed_with_a_hub_is_subscribed_to_and_pushed(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        assert (await world.poll()).push == ""
        await world.websub.ask_all()
        assert world.hub.answered == "really?"
        assert await world.hub.push(["2"]) == 200
        world.hub.entries.insert(0, "2")
        health = await world.poll()
        assert (health.push, health.stories, health.gap) == ("on", 0, None)
        assert world.log.stories == ["Story 1", "Story 2"]
        assert world.relaxed

    play(tmp_path, act)


def test_what_is_not_signed_by_the_hub_is_dropped(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        assert await world.hub.push(["forged"], secret="guess") == 202
        world.hub.form["hub.callback"] += "x"
        assert await world.hub.push(["lost"]) == 410
        assert world.log.stories == ["Story 1"]

    play(tmp_path, act)


def test_a_hub_that_polls_outrun_is_broken_until_it_pushes_again(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        states = []
        for entry in ("2", "3"):
            world.hub.entries.insert(0, entry)
            states.append((await world.poll()).push)
        assert states == ["on", "broken"]
        assert not world.relaxed
        await world.hub.push(["4"])
        world.hub.entries.insert(0, "4")
        assert (await world.poll()).push == "on"
        assert world.relaxed

    play(tmp_path, act)


def test_a_hub_that_says_no_changes_nothing(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        world.hub.entries.insert(0, "2")
        health = await world.poll()
        assert (health.push, health.stories) == ("", 1)
        assert not world.relaxed

    play(tmp_path, act, Hub(status=403))


def test_a_restart_keeps_the_subscription(tmp_path: Path) -> None:
    hub = Hub()

    async def subscribe(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        assert world.websub.active("courier")

    async def again(world: World) -> None:
        assert world.websub.active("courier")
        assert hub.form == {}, "it isn't asked again"

    play(tmp_path, subscribe, hub)
    hub.form = {}
    play(tmp_path, again, hub)


def test_a_hub_without_tls_is_not_told_a_secret(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.websub._schemes = {"https"}
        await world.poll()
        await world.websub.ask_all()
        assert world.hub.form == {}

    play(tmp_path, act)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        other = WebSub(world.websub._settings, world.websub._session, world.store, [])
        with pytest.raises(NotServedError, match=r"callback can't be served at 127\.0\.0\.1:\d+: "):
            async with other.serving(world.poller.take_pushed):
                pass

    play(tmp_path, act)
