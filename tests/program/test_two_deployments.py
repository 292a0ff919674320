"""Two deployments on one Kafka, kept apart by their prefixes, never meet."""

from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from connectors.kafka import Received, ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS
from streams.model.alert import AlertEvent
from tests.streams.worker.test_work import put, take, work
from tests.support.commands import running
from tests.support.samples import sample_story

pytestmark = pytest.mark.long
HEADLINES = ("US and Cambodia weigh joint exercises", "US and Cambodia weigh patrol boats")


def alerts(kafka: KafkaAccess, prefix: str, count: int) -> list[Received]:
    found = take(kafka, prefix, ALERTS, lambda found: len(found) >= count)
    assert len(found) == count
    return found


def test_each_has_its_own_topics_groups_alerts_and_source(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    """Neither reads what is the other's, and one may stop alone."""
    both = sample_story(headline=HEADLINES[0])
    later = sample_story("2", headline=HEADLINES[1], body="Two of them go to the navy at Ream.")
    names = (f"{prefix}east-", f"{prefix}west-")
    east, west = names
    for name in names:
        ensure_topics(kafka_address, prefix=name)
        (tmp_path / name).mkdir()
    first, second = (work(kafka_address, name, tmp_path / name) for name in names)
    with (
        running(tmp_path / "log", *first) as one,
        running(tmp_path / "log", *second) as other,
    ):
        one.says('"working"')
        other.says('"working"')
        put(kafka_address, east, message(both))
        (came,) = alerts(kafka_address, east, 1)
        assert one.stop() == 0
        put(kafka_address, east, message(later))
        put(kafka_address, west, message(later))
        (alone,) = alerts(kafka_address, west, 1)
        assert other.stop() == 0
    assert [decode(one.value, AlertEvent).story.id for one in (came, alone)] == [both.id, later.id]
    assert len(alerts(kafka_address, east, 1)) == 1
    sources = [dict(one.headers)["ce_source"] for one in (came, alone)]
    assert sources[0] != sources[1]
    with closing(KafkaAdminClient(**kafka_address.client_settings())) as admin:
        groups = {group["group_id"] for group in admin.list_groups()}
    assert {f"{name}wirewatch" for name in names} <= groups
