"""What gather remembers: small records in a table, read again after partitions have moved."""

import asyncio
from collections.abc import MutableMapping, Sequence
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from streams.contract.codec import decode, encode
from streams.contract.messages import Message, messages
from streams.model.alert import AlertState, Bond, Kind
from streams.model.story import Status
from streams.model.verdict import Ruling, Said, Verdict
from streams.model.watch import Notice, Tick
from streams.worker import open_alerts as module
from streams.worker.batch import Chunk, Record
from streams.worker.guard import Guard
from streams.worker.open_alerts import OpenAlerts
from streams.worker.stages import gather_step
from tests.support.samples import NOON, sample_match, sample_story, sample_tagged


class FakeTable:
    """A table that is saved by hand."""

    def __init__(self) -> None:
        self.generation = 0
        self.draft: MutableMapping[bytes, bytes | None] = {}
        self.saved: dict[bytes, bytes] = {}

    def whole(self) -> dict[bytes, bytes]:
        return self.saved

    def save(self) -> None:
        for key, value in self.draft.items():
            if value is None:
                del self.saved[key]
            else:
                self.saved[key] = value
        self.draft.clear()


class Sent:
    """A way out that takes every message."""

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        assert seconds > 0
        return [None] * len(messages)


def record(message: Message, partition: int = 3) -> Record:
    return Record(
        topic="matches",
        partition=partition,
        offset=0,
        timestamp=0.0,
        key=message.key,
        value=message.value,
        headers=message.headers,
    )


def killed() -> Notice:
    story = msgspec.structs.replace(sample_story(), status=Status.CANCELED, version="killed")
    tagged = sample_tagged()
    return Notice(story=story, tags=tagged.tags, times=tagged.times)


def test_only_what_changed_is_written() -> None:
    table = FakeTable()
    memory = OpenAlerts(table)
    (opened,) = memory.step(3, sample_match(), NOON)
    assert list(table.draft) == [f"3/{opened.alert}".encode()]
    table.save()
    assert memory.step(3, sample_match(), NOON) == []
    assert table.draft == {}


def test_a_story_that_joins_in_silence_is_recorded_once_with_its_bond() -> None:
    memory = OpenAlerts(FakeTable())
    (opened,) = memory.step(3, sample_match(), NOON)
    copy = sample_match(sample_story("2"))
    (joined,) = memory.step(3, copy, NOON)
    assert (joined.kind, joined.alert) == (Kind.JOINED, opened.alert)
    assert joined.grouping is not None
    assert joined.grouping.bond is Bond.COPY
    assert (joined.story.id, joined.story.headline) == (copy.story.id, copy.story.headline)
    assert (joined.story.body, joined.why.spans) == ("", ())
    assert memory.step(3, copy, NOON) == []
    edited = msgspec.structs.replace(copy.story, version="edited")
    (again,) = memory.step(3, msgspec.structs.replace(copy, story=edited), NOON)
    assert again.event != joined.event
    assert again.reason == "another version of a story in it"


def test_what_is_told_is_not_recorded_a_second_time() -> None:
    memory = OpenAlerts(FakeTable())
    memory.step(3, sample_match(), NOON)
    assert [event.kind for event in memory.step(3, killed(), NOON)] == [Kind.WITHDRAWN]
    assert [event.kind for event in memory.step(3, Tick(at=NOON + timedelta(days=9)), NOON)] == [
        Kind.CLOSED
    ]


def test_partitions_that_moved_are_read_again() -> None:
    table = FakeTable()
    OpenAlerts(table).step(3, sample_match(), NOON)
    table.save()
    late = OpenAlerts(FakeTable())
    assert len(late.step(3, sample_match(), NOON)) == 1
    fresh = OpenAlerts(table)
    assert fresh.step(3, sample_match(), NOON) == []
    table.saved.clear()
    table.generation += 1
    assert len(fresh.step(3, sample_match(), NOON)) == 1


def test_another_partition_has_other_alerts() -> None:
    table = FakeTable()
    memory = OpenAlerts(table)
    memory.step(3, sample_match(), NOON)
    table.save()
    assert [event.kind for event in OpenAlerts(table).step(3, killed(), NOON)] == [Kind.WITHDRAWN]
    assert OpenAlerts(table).step(4, killed(), NOON) == []


def test_what_is_of_another_release_is_passed_over() -> None:
    table = FakeTable()
    table.saved = {b"3/old": b'{"alert":"old"}', b"old": b"{}"}
    assert len(OpenAlerts(table).step(3, sample_match(), NOON)) == 1


def test_a_closed_alert_is_removed_from_the_table_in_the_end() -> None:
    table = FakeTable()
    memory = OpenAlerts(table)
    (opened,) = memory.step(3, sample_match(), NOON)
    table.save()
    (closed,) = memory.step(3, Tick(at=NOON + timedelta(days=4)), NOON)
    table.save()
    (value,) = table.saved.values()
    assert (closed.kind, decode(value, AlertState).closed) == (Kind.CLOSED, True)
    assert memory.step(3, Tick(at=NOON + timedelta(days=20)), NOON) == []
    assert table.draft == {f"3/{opened.alert}".encode(): None}


def test_the_step_knows_a_match_a_notice_and_a_tick_by_their_headers() -> None:
    memory = OpenAlerts(FakeTable())
    kinds = []
    for one in (sample_match(), killed(), Tick(at=NOON + timedelta(days=4))):
        kinds += [event.kind for event in gather_step(memory, record(messages(one)[0]), NOON)]
    assert kinds == [Kind.OPENED, Kind.WITHDRAWN, Kind.CLOSED]


def test_notices_and_ticks_go_to_every_partition() -> None:
    assert [out.partition for out in messages(killed())] == list(range(8))
    assert [out.partition for out in messages(Tick(at=NOON))] == list(range(8))
    assert [out.partition for out in messages(sample_match())] == [None]


def test_the_event_loop_turns_while_many_alerts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    table = FakeTable()
    many = 500
    OpenAlerts(table).step(3, sample_match(), NOON)
    ((_, value),) = table.draft.items()
    saved = decode(value or b"", AlertState)
    for number in range(many):
        name = f"alert {number}"
        alert = msgspec.structs.replace(saved, alert=name, packed_stories=b"", closed=number > 0)
        table.saved[f"3/{name}".encode()] = encode(alert)
    monkeypatch.setattr(module, "TURN_SECONDS", 0.0)  # a turn after each alert
    guard = Guard(Sent())
    memory = OpenAlerts(table)

    async def scenario() -> int:
        step = partial(gather_step, memory)
        chunk = Chunk((record(messages(sample_match(sample_story("2")))[0]),))
        work = asyncio.create_task(guard.run("gather", chunk, step, ready=memory.ready))
        turns = 0
        while not work.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(scenario()) > many
    assert guard.counts["gather_in"] == 1


def test_what_people_said_of_the_grouping_outlasts_a_restart() -> None:
    """The word is read before its story, and the worker ends in between."""
    table = FakeTable()
    memory = OpenAlerts(table)
    (opened,) = memory.step(3, sample_match(), NOON)
    copy = sample_match(sample_story("2"))
    verdict = Verdict(
        said=Said.TWO_EVENTS,
        watch=copy.watch,
        story=copy.story.id,
        by="ana/ben",
        at=NOON,
        alert=opened.alert,
        match=copy,
    )
    (packed,) = messages(Ruling(verdict=verdict))
    (matched,) = messages(copy)
    assert (packed.topic, packed.key) == (matched.topic, matched.key), "they are to meet"
    assert gather_step(memory, record(packed), NOON) == []
    table.save()
    (parted,) = OpenAlerts(table).step(3, copy, NOON)
    assert (parted.kind, parted.reason) == (Kind.OPENED, "parted by ana/ben")
