"""Feeds of subscribers, served by `wirewatch deliver` and by the run."""

import re
import urllib.request
from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import running
from tests.support.delivering import Desk
from tests.support.samples import sample_alert
from tests.support.waiting import PATIENCE, until
from tests.wirewatch.metrics.test_metrics import free_ports

FEED = '[[subscriber]]\nid = "readers"\nkind = "feed"\n'


def listen_at(desk: Desk, port: int) -> None:
    with (desk.folder / "wirewatch.toml").open("a") as file:
        file.write(f'[feeds_out]\nlisten = "127.0.0.1:{port}"\n')


@pytest.fixture
def desk(kafka_address: KafkaAccess, prefix: str, tmp_path: Path) -> Desk:
    return Desk(tmp_path, kafka_address, prefix)


def test_the_run_serves_feeds_of_subscribers_and_channels_and_prints_where(desk: Desk) -> None:
    listen_at(desk, free_ports(1)[0])
    desk.subscribers(f'{FEED}[[subscriber]]\nid = "anna"\n[[subscriber.channel]]\nkind = "feed"\n')
    (desk.folder / "feeds.toml").write_text("")
    words = ["run", "--config", str(desk.folder), "--kafka", desk.kafka.address]
    words += ["--data", str(desk.folder / "data")]
    with running(desk.folder / "logs", words, {"WIREWATCH_KAFKA_PREFIX": desk.prefix}) as run:
        run.says("the feed of readers is at ")
        run.says("the feed of anna/feed is at ")
        addresses = re.findall(r"the feed of (?:readers|anna/feed) is at (\S+)", run.out)
        alert = sample_alert()
        desk.put(alert)
        feeds = desk.folder / "data" / "feeds"
        until(lambda: len([*feeds.glob("*/all.json")]) == len(addresses) == 2)
        for at in addresses:
            with urllib.request.urlopen(at, timeout=PATIENCE) as answer:
                assert alert.story.headline in answer.read().decode()


@pytest.mark.parametrize("enabled", [True, False])
def test_without_a_feed_or_where_that_is_off_nothing_is_served(desk: Desk, enabled: bool) -> None:
    listen_at(desk, free_ports(1)[0])
    if enabled:
        desk.subscribers('[[subscriber]]\nid = "screen"\nkind = "terminal"\n')
    else:
        desk.subscribers(FEED)
        with (desk.folder / "wirewatch.toml").open("a") as file:
            file.write("enabled = false\n")
    with desk.delivering() as deliver:
        assert "serving_feeds" not in deliver.err
