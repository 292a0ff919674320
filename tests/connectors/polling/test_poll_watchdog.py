"""A poll that stands still ends with code 70; one that waits for Kafka, or has no work, doesn't."""

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.kafka import ensure_topics
from connectors.watchdog import GIVEN_UP
from streams.contract.kafka_access import KafkaAccess
from tests.connectors.polling.test_poll_outage import growing_feed
from tests.support.kafkas import to_word

POLL = """
import asyncio, sys, time
from functools import partial
from pathlib import Path
from connectors.polling import poll as module
from connectors.kafka import Producer
from connectors.polling.poller import Poller
from connectors.polling.feed import Feed
from tests.support.kafkas import from_word

async def hang(*_):
    await asyncio.Event().wait()

address, prefix, url, state, fault, seconds = sys.argv[1:]
if fault == "a poll never ends":
    Poller.poll_feed = hang
if fault == "kafka says nothing":
    Producer.send_now = lambda *_: time.sleep(600)
patience = 5 if fault == "nothing" else 2
module.watched = partial(module.watched, patience=patience, every=0.2)
feed = Feed(id="courier", url=url, source="Courier", interval=int(seconds))
settings = module.PollSettings(
    kafka=from_word(address), prefix=prefix, state=Path(state), feeds=(feed,), user_agent="tests",
    allow_private=True,
)

async def main():
    stop = asyncio.Event()
    if fault == "nothing":
        asyncio.get_running_loop().call_later(12, stop.set)
    await module.poll(settings, stop)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("fault", "interval", "code", "words"),
    [
        ("a poll never ends", "1", GIVEN_UP, "polls are under way and none gets on for"),
        ("kafka says nothing", "1", GIVEN_UP, "though Kafka answers"),
        ("nothing", "1", 0, "feed_polled"),
        ("nothing", "3600", 0, "feed_polled"),
    ],
)
def test_a_poll_that_stands_still_ends_and_one_that_works_or_rests_goes_on(
    kafka_address: KafkaAccess,
    prefix: str,
    tmp_path: Path,
    fault: str,
    interval: str,
    code: int,
    words: str,
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    with growing_feed() as (url, _):
        state = str(tmp_path / "feeds.sqlite")
        ended = subprocess.run(
            [
                sys.executable,
                "-c",
                POLL,
                to_word(kafka_address),
                prefix,
                url,
                state,
                fault,
                interval,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (ended.returncode, words in ended.stdout) == (code, True), ended.stdout + ended.stderr
