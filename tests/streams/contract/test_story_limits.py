"""Records larger than any that poll sends: refused where they come in, never retried for ever."""

from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from connectors.kafka import ensure_topics
from streams.contract.codec import DecodeError, decode, encode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS, OPEN_ALERTS
from streams.model.alert import AlertState
from streams.model.story import Story
from streams.model.tags import TaggedStory
from streams.worker.open_alerts import MAX_STATE_BYTES, OpenAlerts
from tests.streams.worker.test_memory import FakeTable
from tests.streams.worker.test_work import put, take, work
from tests.streams.worker.test_work_offsets import all_committed
from tests.support.commands import running
from tests.support.samples import NOON, sample_match, sample_story, sample_tagged
from tests.support.waiting import until


@pytest.mark.parametrize("field", ["id", "version", "feed", "source", "url"])
def test_a_story_with_a_name_longer_than_any_is_refused(field: str) -> None:
    story = msgspec.structs.replace(sample_story(), **{field: "x" * 5_000})
    with pytest.raises(DecodeError, match=rf"length <= \d+ - at `\$\.{field}`"):
        decode(encode(story), Story)


@pytest.mark.parametrize("field", ["countries", "pairs", "topics"])
def test_a_story_with_more_tags_than_the_tagger_gives_is_refused(field: str) -> None:
    tagged = sample_tagged()
    tags = msgspec.structs.replace(tagged.tags, **{field: getattr(tagged.tags, field) * 2_000})
    with pytest.raises(DecodeError, match=rf"length <= \d+ - at `\$\.tags\.{field}`"):
        decode(encode(msgspec.structs.replace(tagged, tags=tags)), TaggedStory)


def test_an_alert_too_large_for_kafka_is_not_written_and_goes_on_in_memory() -> None:
    table = FakeTable()
    memory = OpenAlerts(table)
    huge = msgspec.structs.replace(sample_match(), title="x" * MAX_STATE_BYTES)
    (opened,) = memory.step(3, huge, NOON)
    assert table.draft == {}
    copy = sample_match(sample_story("2"))
    assert [event.alert for event in memory.step(3, copy, NOON)] == [opened.alert]


@given(st.lists(st.integers(0, 3), max_size=12))
def test_an_alert_remembers_no_more_of_a_headline_than_is_read(lengths: list[int]) -> None:
    table = FakeTable()
    memory = OpenAlerts(table)
    for number, length in enumerate(lengths):
        story = sample_story(str(number), headline=f"US and Cambodia {'x' * 100_000 * length}")
        memory.step(3, msgspec.structs.replace(sample_match(), story=story), NOON)
    for value in table.draft.values():
        state = decode(value, AlertState)
        texts = (state.face.story.headline, *(text.headline for text in state.texts))
        assert max(map(len, texts)) <= 1_000


def test_a_worker_goes_on_past_an_alert_that_the_changelog_refuses(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    story = sample_story(
        headline="US and Cambodia weigh a return to joint exercises",
        body="The US defense secretary met Cambodia's defense minister in Phnom Penh.",
    )
    words, given = work(kafka_address, prefix, tmp_path)
    with running(tmp_path / "log", words, given) as worker:
        worker.says('"working"')
        with closing(KafkaAdminClient(**kafka_address.client_settings())) as admin:
            name, limit = prefix + OPEN_ALERTS.name, {"max.message.bytes": "500"}
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, limit)])
        put(kafka_address, prefix, message(story))
        take(kafka_address, prefix, ALERTS, lambda found: len(found) == 1)
        worker.says('"alert_too_large"')
        until(partial(all_committed, kafka_address, prefix))
        assert worker.stop() == 0
