"""What Faust does that wirewatch works around. A failure here is news of an upgrade.

When one of these fails, the workaround it guards may be too much, or no longer enough:
read it before the pin moves.
"""

import inspect
from collections import defaultdict
from importlib.metadata import version

from faust.streams import Stream
from faust.tables.table import Table
from faust.transport import consumer as base
from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer
from faust.types import TP

STORIES = TP("stories", 0)


def test_the_pin_is_the_release_that_was_read() -> None:
    assert version("faust-streaming") == "0.15.3"


def test_the_internals_that_the_transport_stands_on_are_there() -> None:
    drain = inspect.getsource(base.Consumer._drain_messages)
    for name in ("callback", "suspend_flow", "_read_offset", "consumer_stopped_errors"):
        assert name in drain
    wait = inspect.signature(base.Consumer._wait_next_records)
    assert list(wait.parameters) == ["self", "timeout"]
    for name in ("_new_offset", "_is_changelog_tp", "perform_seek", "highwater", "_to_message"):
        assert callable(getattr(driver.Consumer, name))
    assert "_acked_index" in inspect.getsource(base.Consumer.ack)


def test_the_fetch_wait_has_no_setting() -> None:
    """So the transport sets it on the consumer that Faust has made."""
    assert "fetch_max_wait_ms=1500" in inspect.getsource(driver.AIOKafkaConsumerThread)


def test_an_agent_acknowledges_whatever_happens_in_its_body() -> None:
    """So nothing may leave the guard before it is done (faust-streaming/faust#527)."""
    for iterate in (Stream._c_aiter, Stream._py_aiter):
        last = inspect.getsource(iterate).split("yield value")[1]
        assert "finally:" in last


def test_a_commit_passes_over_a_message_in_flight() -> None:
    """So the transport counts chunks itself (faust-streaming/faust#606)."""
    it = driver.Consumer.__new__(driver.Consumer)
    it._gap = defaultdict(dict)  # no gaps
    it._acked = defaultdict(list, {STORIES: [2586, 2587]})
    it._acked_index = defaultdict(set, {STORIES: {2586, 2587}})
    it._committed_offset = defaultdict(lambda: 2585)
    assert base.Consumer._new_offset(it, STORIES) == 2588, "2585 is still being processed"


def test_a_flush_gives_up_after_a_tenth_of_a_second() -> None:
    """So the table waits for every write of its own."""
    source = inspect.getsource(ProducerBuffer.flush_atmost)
    assert "timeout=0.1" in source
    assert "return flushed_messages" in source


def test_a_table_sends_its_writes_through_one_method() -> None:
    for write in (Table.on_key_set, Table.on_key_del):
        assert "self.send_changelog(" in inspect.getsource(write)
