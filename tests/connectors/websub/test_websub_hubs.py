"""Hubs as they are: they move, change, lapse, fail for a while, and push another address."""

import asyncio
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.websub.protocol import Subscription
from tests.support.hub import Hub, World, play
from tests.support.waiting import until

OTHER = (
    '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="/hub"/>'
    '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="/feed?utm=1"/>'
)


def subscription(world: World) -> Subscription:
    return world.websub._by_feed["courier"]


async def subscribed(world: World) -> Subscription:
    await world.poll()
    await world.websub.ask_all()
    assert world.websub.active("courier")
    return subscription(world)


def test_a_push_that_names_another_address_keeps_its_subscription(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        before = await subscribed(world)
        for entry in ("2", "3", "4"):
            assert await world.hub.push([entry], links=OTHER) == 200
        assert subscription(world) == before

    play(tmp_path, act)


def test_a_feed_whose_servers_name_other_hubs_in_turn_keeps_its_subscription(
    tmp_path: Path,
) -> None:
    async def act(world: World) -> None:
        before = await subscribed(world)
        for number, name in enumerate(("/hub2", "/hub", "/hub2", "/hub")):
            world.hub.name = name
            world.hub.entries.insert(0, f"n{number}")
            await world.poll()
        assert subscription(world).token == before.token

    play(tmp_path, act)


def test_a_feed_that_changes_its_hub_is_pushed_by_the_old_one_until_the_new_one_is_in_force(
    tmp_path: Path,
) -> None:
    async def act(world: World) -> None:
        before = await subscribed(world)
        old = dict(world.hub.form)
        world.hub.name = "/hub2"
        for entry in ("2", "3"):
            world.hub.entries.insert(0, entry)
            await world.poll()
        assert subscription(world).token != before.token
        assert await world.hub.push(["4"]) == 200
        await world.websub.ask_all()
        assert world.websub.active("courier")
        await world.websub._leaving.settled()
        assert world.hub.asked_at == ["/hub", "/hub2", "/hub"]
        assert world.hub.modes == ["subscribe", "subscribe", "unsubscribe"]
        world.hub.form = old
        assert await world.hub.push(["5"]) == 410
        assert [one.hub for one in await world.store.subscriptions()] == [
            before.hub.replace("/hub", "/hub2")
        ]

    play(tmp_path, act)


@pytest.mark.parametrize("status", [307, 308])
def test_a_hub_that_sends_on_is_followed(tmp_path: Path, status: int) -> None:
    async def act(world: World) -> None:
        await subscribed(world)
        assert world.hub.asked_at == ["/hub", "/hub2"]
        assert await world.hub.push(["2"]) == 200
        world.websub.follow([])
        await world.websub._leaving.settled()
        assert world.hub.modes == ["subscribe", "unsubscribe"]

    play(tmp_path, act, Hub(status=status, location="/hub2"))


def test_a_hub_that_sends_on_without_end_is_given_up(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        assert "too many redirects" in subscription(world).refused

    play(tmp_path, act, Hub(status=307, location="/hub"))


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (403, False)])
def test_a_hub_that_fails_for_a_while_is_asked_again_within_minutes(
    tmp_path: Path, status: int, again: bool
) -> None:
    async def act(world: World) -> None:
        await world.poll()
        await world.websub.ask_all()
        world.hub.status = 202
        known = subscription(world)
        await world.websub._save(replace(known, asked=known.asked - 601))
        await world.websub.ask_all()
        assert world.websub.active("courier") is again

    play(tmp_path, act, Hub(status=status))


def test_a_lease_that_ran_out_while_nothing_ran_is_asked_for_at_the_next_start(
    tmp_path: Path,
) -> None:
    hub = Hub()

    async def lapse(world: World) -> None:
        known, hour = await subscribed(world), 3600
        await world.websub._save(
            replace(
                known,
                asked=known.asked - 2 * hour,
                since=known.asked - 2 * hour,
                lease_until=time.time() - hour,
            )
        )

    async def renewed(world: World) -> None:
        await asyncio.to_thread(until, lambda: world.websub.active("courier"))

    play(tmp_path, lapse, hub)
    play(tmp_path, renewed, hub)
