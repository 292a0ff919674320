"""An archive that is to stop while Kafka doesn't answer."""

import asyncio
import os
from functools import partial
from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.silent_kafka import silent_consumer
from tests.support.waiting import PATIENCE
from wirewatch.archive import following
from wirewatch.archive.following import FollowSettings, follow


def test_a_stop_does_not_wait_for_a_kafka_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = FollowSettings(data=tmp_path, kafka=KafkaAccess("127.0.0.1:9"))
    monkeypatch.setattr(following, "END_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    with silent_consumer() as silent:
        monkeypatch.setattr(following, "Consumer", silent)
        asyncio.run(silent.stopped_while_asked(partial(follow, settings)))
