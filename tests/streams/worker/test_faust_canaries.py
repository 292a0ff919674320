"""What Faust does that wirewatch works around. A failure here is news of an upgrade.

When one of these fails, the workaround it guards may be too much, or no longer enough:
read it before the pin moves.
"""

import asyncio
import importlib
import inspect
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust import _cython
from faust.app.base import App
from faust.streams import Stream
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.tables.table import Table
from faust.transport import consumer as base
from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer
from faust.types import TP
from faust.types.tuples import ConsumerMessage

STORIES = TP("stories", 0)


def test_the_pin_is_the_release_that_was_read() -> None:
    assert version("faust-streaming") == "0.15.3"


def test_the_internals_that_the_transport_stands_on_are_there() -> None:
    drain = inspect.getsource(base.Consumer._drain_messages)
    for name in ("callback", "suspend_flow", "_read_offset", "consumer_stopped_errors"):
        assert name in drain
    wait = inspect.signature(base.Consumer._wait_next_records)
    assert list(wait.parameters) == ["self", "timeout"]
    for name in ("force_commit", "wait_empty", "_is_changelog_tp", "highwater", "_to_message"):
        assert callable(getattr(driver.Consumer, name))


def test_a_consumer_that_stops_waits_but_for_a_join_and_fetches_that_were_given_up() -> None:
    assert "await self._coordination_task" in inspect.getsource(GroupCoordinator.close)
    assert "_coordination_task.done()" in inspect.getsource(GroupCoordinator.close)
    assert "_consumer.stop()" in inspect.getsource(driver.AIOKafkaConsumerThread.on_thread_stop)
    assert "_coordinator" in inspect.getsource(AIOKafkaConsumer.stop)
    closing = inspect.getsource(Fetcher.close)
    assert "self._fetch_task.cancel()" in closing
    assert "for x in self._pending_tasks:" in closing


def test_all_commits_and_seeks_go_through_what_the_transport_overrides() -> None:
    assert "self.force_commit(" in inspect.getsource(base.Consumer.commit)
    assert "consumer.perform_seek()" in inspect.getsource(Recovery.on_recovery_completed)
    assert "consumer.wait_empty()" in inspect.getsource(App._consumer_wait_empty)


@pytest.mark.parametrize("compiled", [True, False])
def test_faust_acknowledges_nothing_where_acks_are_off(*, compiled: bool) -> None:
    """So that only the guard lets a chunk go, whichever stream runs: the compiled or the plain.

    The compiled one acknowledges in line, past every method that could be overridden.
    """

    async def acknowledged(*, acks: bool) -> bool:
        app: Any = faust.App("canary", store="memory://")
        source = app.topic("stories", key_type=bytes, value_type=bytes, acks=acks)
        app.topics.add(source)
        await app.topics._update_indices()
        message = ConsumerMessage("stories", 0, 7, 0.0, 0, None, b"", b"", None, tp=STORIES)
        message.incref(1)
        if compiled:
            stream = importlib.import_module("faust._cython.streams")
            event = faust.Event(app, None, b"value", None, message)
            stream.StreamIterator(app.stream(source)).after(event, True, None)
        else:
            message.ack(app.consumer)
        assert message.acked
        return bool(app.consumer._acked[STORIES])

    assert asyncio.run(acknowledged(acks=True))
    assert not asyncio.run(acknowledged(acks=False))


def test_a_recovery_that_is_not_answered_in_time_ends_for_good_in_faust() -> None:
    """So it waits without a limit, and what it asks is asked again until it is answered."""
    wait = inspect.getsource(Recovery._wait)
    assert "self.wait_first(" in wait
    assert "raise ServiceStopped()" in wait
    asked = inspect.getsource(Recovery)
    for question in ("consumer.highwaters(", "consumer.earliest_offsets(", "consumer.seek_wait("):
        assert question in asked
    assert "Recovery(" in inspect.getsource(TableManager)


def test_a_write_of_a_table_that_cannot_be_sent_ends_the_producer_in_faust() -> None:
    """So our buffer tells the one who waits for the write."""
    handling = inspect.getsource(ProducerBuffer._handle_pending.fun)
    assert "await send_pending(msg)" in handling
    assert "except" not in handling


def test_faust_hears_nothing_of_what_went_wrong_in_the_group() -> None:
    """So the consumer's thread asks for it: else aiokafka waits for ever until somebody has."""
    assert "check_errors" in inspect.getsource(AIOKafkaConsumer.getmany)
    assert "check_errors" not in inspect.getsource(driver)
    assert "self._error_consumed_fut" in inspect.getsource(GroupCoordinator._push_error_to_user)


def test_the_compiled_modules_are_those_that_were_read() -> None:
    compiled = {path.name.partition(".")[0] for path in Path(_cython.__path__[0]).glob("*.so")}
    assert compiled == {"streams", "windows"}


def test_the_internals_that_fetches_wait_by_are_there() -> None:
    plan = inspect.getsource(Fetcher._get_actions_per_node)
    assert "self._fetch_max_wait_ms" in plan
    assert "if tp in self._records" in plan
    assert "self._get_actions_per_node(assignment)" in inspect.getsource(
        Fetcher._fetch_requests_routine
    )


def test_the_fetch_wait_has_no_setting() -> None:
    """So the transport sets it on the consumer that Faust has made."""
    assert "fetch_max_wait_ms=1500" in inspect.getsource(driver.AIOKafkaConsumerThread)


def test_an_agent_acknowledges_whatever_happens_in_its_body() -> None:
    """So nothing may leave the guard before it is done (faust-streaming/faust#527)."""
    for iterate in (Stream._c_aiter, Stream._py_aiter):
        last = inspect.getsource(iterate).split("yield value")[1]
        assert "finally:" in last


def test_a_commit_that_fails_counts_as_made_in_faust() -> None:
    """So the transport commits itself: what Kafka did not take would never be committed."""
    source = inspect.getsource(base.Consumer._commit_offsets)
    assert "if did_commit:" in source
    assert "\n        self._committed_offset.update(committable_offsets)" in source


def test_a_seek_passes_over_what_was_never_committed() -> None:
    """So the transport seeks such partitions to their beginning."""
    assert "if offset and offset > 0:" in inspect.getsource(AIOKafkaConsumer.seek_to_committed)


def test_a_flush_gives_up_after_a_tenth_of_a_second() -> None:
    """So the table waits for every write of its own."""
    source = inspect.getsource(ProducerBuffer.flush_atmost)
    assert "timeout=0.1" in source
    assert "return flushed_messages" in source


def test_a_table_sends_its_writes_through_one_method() -> None:
    for write in (Table.on_key_set, Table.on_key_del):
        assert "self.send_changelog(" in inspect.getsource(write)
