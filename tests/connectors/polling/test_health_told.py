"""A feed that is looked at every second and is as it was is told of once a minute."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.parsing.parser_pool import ParserPool
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.health_reports import TELL_EVERY, is_news
from streams.model.feed_health import FeedHealth, FeedState
from tests.support.polled import Polls, poller_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WELL = FeedHealth(
    feed="wire",
    source="Wire",
    state=FeedState.OK,
    detail="",
    polled=NOW,
    last_ok=NOW,
    entries=3,
    stories=3,
    next_poll=NOW + timedelta(seconds=1),
    interval=1.0,
)
A_SECOND_LATER = replace(
    WELL,
    polled=NOW + timedelta(seconds=1),
    last_ok=NOW + timedelta(seconds=1),
    next_poll=NOW + timedelta(seconds=2),
    interval=1.1,
    entries=0,
    stories=0,
)


def test_what_is_as_it_was_is_no_news() -> None:
    assert not is_news(WELL, A_SECOND_LATER)


@pytest.mark.parametrize(
    "news",
    [
        {"stories": 1},
        {"state": FeedState.UNREACHABLE},
        {"detail": "2 entries could not be read"},
        {"failures": 1},
        {"push": "subscribed"},
        {"polled": NOW + timedelta(minutes=1)},
    ],
)
def test_what_is_otherwise_than_before_is_news(news: dict[str, object]) -> None:
    assert is_news(WELL, replace(A_SECOND_LATER, **news))
    assert is_news(None, A_SECOND_LATER)


def test_a_quiet_folder_is_told_of_once(tmp_path: Path, parser: ParserPool) -> None:
    feed = Feed(id="w", url=tmp_path.as_uri(), source="W", kind=FeedKind.WIRE, interval=1)

    async def main() -> Polls:
        polls = Polls()
        async with poller_of(parser, polls, TELL_EVERY) as poller:
            for _ in range(5):
                await poller.poll_feed(feed)
        return polls

    assert len(asyncio.run(main()).health) == 1
