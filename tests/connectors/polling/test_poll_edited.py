"""Feeds come, change and go while poll runs, on a real Kafka."""

import asyncio
from pathlib import Path

from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH, STORIES
from streams.model.feed_health import FeedHealth
from streams.model.feed_health import FeedState as State
from streams.model.story import Story
from tests.connectors.polling.test_poll import read
from tests.support.commands import Running, ended, running
from tests.support.publisher import Publisher, with_publisher
from tests.support.waiting import until


def block(publisher: Publisher, name: str, *, source: str, path: str = "") -> str:
    url = f"http://127.0.0.1:{publisher.port}/{path or name}"
    return f'[[feed]]\nid = "{name}"\nurl = "{url}"\nsource = "{source}"\n'


def edit(poll: Running, publisher: Publisher, folder: Path) -> None:
    """Do to the list what a newsroom does, and wait for what comes of each step."""
    feeds = folder / "feeds.toml"
    url = f"http://127.0.0.1:{publisher.port}/gulf"
    added = ended("feeds", "add", url, "--id", "gulf", "--config", str(folder))
    assert b"a running wirewatch picks this up automatically" in added.stdout, added.stderr
    poll.says('"added": ["gulf"], "removed": [], "changed": [], "feeds": 2')
    poll.says('"feed": "gulf", "state": "ok"')

    good = feeds.read_text()
    feeds.write_text(good + "[[feed]\n")
    poll.says('"because": ["feeds.toml:')
    moved = block(publisher, "courier", source="The Courier", path="moved")
    gulf = good[good.rindex("[[feed]]") :]
    feeds.write_text(moved + gulf)
    poll.says('"removed": [], "changed": ["courier"]')
    until(lambda: "moved" in publisher.asked)
    poll.says('"entries": 3')

    assert ended("feeds", "remove", "courier", "--config", str(folder)).returncode == 0
    poll.says('"removed": ["courier"]')
    poll.says('"feed": "courier", "event": "feed_left"')
    assert poll.stop() == 0


def test_feeds_come_change_and_go_without_a_restart(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words = ["poll", "--json", "--kafka", kafka_address.address, "--config", str(tmp_path)]
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}

    async def act(publisher: Publisher) -> None:
        (tmp_path / "wirewatch.toml").write_text(
            "allow_private_addresses = true\n[canary]\nevery = 0\n"
        )
        (tmp_path / "feeds.toml").write_text(block(publisher, "courier", source="Courier"))
        with running(tmp_path / "log", [*words, "--data", str(tmp_path)], given) as poll:
            await asyncio.to_thread(poll.says, '"feed": "courier", "state": "ok"')
            await asyncio.to_thread(edit, poll, publisher, tmp_path)

    publisher = with_publisher(act, courier=["1", "2"], moved=["1", "2", "3"], gulf=["4"])
    # `feeds add` looks at what it adds; nothing was polled again but what has moved.
    assert sorted(publisher.asked) == ["courier", "gulf", "gulf", "moved"]
    stories = [decode(value, Story) for value in read(kafka_address, prefix, STORIES, 4)]
    assert len(stories) == 4
    assert {(one.feed, one.source, one.headline, one.backfill) for one in stories} == {
        ("courier", "Courier", "Story 1", True),
        ("courier", "Courier", "Story 2", True),
        ("gulf", "gulf", "Story 4", True),
        ("courier", "The Courier", "Story 3", False),
    }
    last = {
        one.feed: one.state
        for one in (decode(v, FeedHealth) for v in read(kafka_address, prefix, FEED_HEALTH, 4))
    }
    assert last == {"courier": State.REMOVED, "gulf": State.OK}
