"""A machine that is off the network learns nothing of the feeds, and holds nothing against them."""

import asyncio
import errno
import socket

import pytest

from connectors.http.name_lookup import NameLookup
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed
from connectors.polling.schedule import SPREAD
from streams.model.feed_health import FeedHealth, FeedState
from tests.support.polled import Polls, poller_of

FEED = Feed(id="courier", url="http://courier.example/feed", source="Courier", interval=300)
POLLS = 30


def polled_with(
    error: OSError, parser: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> list[FeedHealth]:
    """Poll a feed again and again whose name can't be looked up, and return how it is doing."""

    async def fails(*_: object, **__: object) -> None:
        raise error

    async def main() -> list[FeedHealth]:
        polls = Polls()
        async with poller_of(parser, polls) as poller:
            for _ in range(POLLS):
                await poller.poll_feed(FEED)
        return polls.health

    monkeypatch.setattr(NameLookup, "resolve", fails)
    return asyncio.run(main())


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        OSError(errno.ENETUNREACH, "Network is unreachable"),
        OSError(errno.EMFILE, "Too many open files"),
    ],
)
def test_feeds_are_polled_as_before_once_this_machine_is_back(
    error: OSError, parser: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = polled_with(error, parser, monkeypatch)[-1]
    assert (last.state, last.failures) == (FeedState.UNREACHABLE, POLLS)
    assert last.detail == f"no connection: {error.strerror}"
    assert last.next_poll is not None
    assert (last.next_poll - last.polled).total_seconds() <= FEED.interval * (1 + SPREAD)


def test_a_name_that_is_nobodys_is_asked_for_ever_more_rarely(
    parser: ParserPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    last = polled_with(unknown, parser, monkeypatch)[-1]
    assert last.next_poll is not None
    assert (last.next_poll - last.polled).total_seconds() >= 6 * 3600
