"""The guard, with a sender made by hand that fails as Kafka does."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from faust.exceptions import NotReady

from streams.backoff import Backoff
from streams.contract.codec import decode, encode
from streams.contract.messages import Message
from streams.contract.topics import DEAD_LETTERS, MATCHES, STORIES
from streams.matching.match import notice
from streams.model.alert import Kind
from streams.model.story import Status, Story
from streams.worker import guard as module
from streams.worker.batch import Chunk, Record
from streams.worker.guard import Guard, TooLargeError
from tests.support.samples import sample_alert, sample_story, sample_tagged

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Outbox:
    """Takes messages; `failures` says, call by call, what happens to the first of them."""

    def __init__(self, failures: Sequence[BaseException | None] = ()) -> None:
        self.taken: list[Message] = []
        self._failures = list(failures)

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        assert seconds > 0
        await asyncio.sleep(0)
        error = self._failures.pop(0) if self._failures else None
        self.taken += messages if error is None else messages[1:]
        return [error, *[None] * (len(messages) - 1)]

    def ids(self) -> list[str]:
        return [decode(m.value, Story).id for m in self.taken if m.topic is STORIES]

    def dead(self) -> list[Message]:
        return [m for m in self.taken if m.topic is DEAD_LETTERS]


def record(offset: int, value: bytes) -> Record:
    return Record(topic="stories", partition=0, offset=offset, timestamp=0.0, key=b"k", value=value)


def story(name: str) -> Record:
    value = encode(Story(id=name, version="v", feed="f", source="s", headline="h", first_seen=NOON))
    return record(int(name), value)


def echo(record: Record, now: datetime) -> list[Story]:
    """A step that hands on what it gets."""
    assert now.tzinfo is UTC
    return [decode(record.value, Story)]


def run(outbox: Outbox, *chunk: Record) -> Guard:
    guard = Guard(outbox)
    asyncio.run(guard.run("echo", Chunk(chunk), echo))
    return guard


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF", Backoff((0.0,)))


def test_results_go_out_in_order() -> None:
    outbox = Outbox()
    guard = run(outbox, *(story(str(n)) for n in range(120)))
    assert outbox.ids() == [str(n) for n in range(120)]
    assert guard.counts == {"echo_in": 120, "echo_out": 120}


def test_poison_is_kept_and_its_neighbours_go_on() -> None:
    outbox = Outbox()
    guard = run(outbox, story("0"), record(1, b"\xff not json"), story("2"))
    assert outbox.ids() == ["0", "2"]
    (letter,) = outbox.dead()
    headers = dict(letter.headers)
    assert letter.value == b"\xff not json"
    assert headers["__connect.errors.offset"] == b"1"
    assert headers["__connect.errors.stage"] == b"echo"
    assert b"DecodeError" in headers["__connect.errors.exception.class.name"]
    assert guard.counts["dead_letters"] == 1


def test_a_record_of_a_later_major_version_is_kept_until_this_release_is_upgraded() -> None:
    outbox = Outbox()
    later = replace(story("1"), headers=(("ce_type", b"wirewatch.story.v2"),))
    run(outbox, story("0"), later, story("2"))
    assert outbox.ids() == ["0", "2"]
    (letter,) = outbox.dead()
    said = dict(letter.headers)["__connect.errors.exception.message"].decode()
    assert "version 2" in said
    assert "upgrade wirewatch" in said


def test_alerts_that_reach_nobody_are_counted_apart() -> None:
    open_alert = sample_alert()
    shadow = msgspec.structs.replace(open_alert, shadow=True)
    joined = msgspec.structs.replace(shadow, kind=Kind.JOINED)
    guard = Guard(Outbox())
    chunk = Chunk((record(0, b""),))
    asyncio.run(guard.run("gather", chunk, lambda *_: [shadow, open_alert, joined, shadow]))
    assert guard.counts == {"gather_in": 1, "gather_out": 3, "gather_shadow": 2}


def test_notices_are_counted_apart() -> None:
    killed = msgspec.structs.replace(sample_story(), status=Status.CANCELED)
    told = [*notice(sample_tagged(killed), NOON)]
    guard = Guard(Outbox())
    asyncio.run(guard.run("match", Chunk((record(0, b""),)), lambda *_: told))
    assert guard.counts["match_out"] == guard.counts["match_notices"] == MATCHES.partitions


def test_only_what_failed_is_sent_again() -> None:
    outbox = Outbox([TimeoutError("broker away"), TimeoutError("still away")])
    run(outbox, story("0"), story("1"), story("2"))
    assert sorted(outbox.ids()) == ["0", "1", "2"]


def test_what_kafka_never_takes_becomes_a_dead_letter() -> None:
    outbox = Outbox([TooLargeError("3 MB")])
    run(outbox, story("0"), story("1"))
    assert outbox.ids() == ["1"]
    assert [dict(m.headers)["__connect.errors.offset"] for m in outbox.dead()] == [b"0"]


def test_state_is_saved_only_after_delivery() -> None:
    outbox = Outbox([TimeoutError("away")])
    seen: list[list[str]] = []

    async def save() -> None:
        seen.append(outbox.ids())

    asyncio.run(Guard(outbox).run("echo", Chunk((story("0"),)), echo, save=save))
    assert seen == [["0"]]


def test_a_cancelled_agent_finishes_its_chunk_first() -> None:
    outbox = Outbox([TimeoutError("away")])

    async def cancel_it() -> None:
        guard = Guard(outbox)
        task = asyncio.create_task(guard.run("echo", Chunk((story("0"), story("1"))), echo))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_it())
    assert sorted(outbox.ids()) == ["0", "1"]


def test_a_stop_gives_up_what_does_not_end_and_takes_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Long steps and an absent Kafka alike; what is given up isn't done, and comes again."""
    monkeypatch.setattr(module, "STOP_SECONDS", 0.0)
    monkeypatch.setattr(module, "BREATHE_SECONDS", 0.0)
    away, outbox = Outbox([TimeoutError("away")] * 1_000_000), Outbox()
    long, waiting, later = (Chunk((story("0"), story("1"))) for _ in range(3))

    async def stop() -> None:
        steps, delivers = Guard(outbox), Guard(away)
        begun = asyncio.Event()

        def step(record: Record, now: datetime) -> list[msgspec.Struct]:
            begun.set()
            return list(echo(record, now))

        for guard, chunk in ((steps, long), (delivers, waiting)):
            task = asyncio.create_task(guard.run("echo", chunk, step))
            await begun.wait()
            await guard.stop()
            await task
            await guard.run("echo", later, echo)

    asyncio.run(stop())
    assert not any(chunk.progress.done for chunk in (long, waiting, later))
    assert outbox.ids() == []


@pytest.mark.parametrize(
    "error", [NotReady("no partitions yet"), RuntimeError("of a kind unknown")]
)
def test_whatever_a_sender_raises_is_tried_again(error: Exception) -> None:
    class Raising(Outbox):
        raised = 0

        async def deliver(
            self, messages: Sequence[Message], seconds: float
        ) -> list[BaseException | None]:
            if self.raised < 2:
                self.raised += 1
                raise error
            return await super().deliver(messages, seconds)

    outbox = Raising()
    guard = run(outbox, story("0"), story("1"))
    assert outbox.ids() == ["0", "1"]
    assert guard.counts["retries"] == 2


@pytest.mark.parametrize("error", [NotReady("no partitions yet"), OSError("no memory")])
def test_a_step_that_fails_for_the_machine_is_no_poison(error: Exception) -> None:
    failures = [error, error]

    def step(record: Record, now: datetime) -> list[Story]:
        if failures:
            raise failures.pop()
        return echo(record, now)

    outbox = Outbox()
    asyncio.run(Guard(outbox).run("echo", Chunk((story("0"),)), step))
    assert outbox.ids() == ["0"]
    assert not outbox.dead()


def test_a_state_that_is_not_saved_is_saved_again() -> None:
    failures = [TimeoutError("late"), NotReady("rebalancing")]

    async def save() -> None:
        if failures:
            raise failures.pop()

    chunk = Chunk((story("0"),))
    asyncio.run(Guard(Outbox()).run("echo", chunk, echo, save=save))
    assert not failures
    assert chunk.progress.done


def test_a_kafka_that_is_away_for_long_is_waited_for_and_only_success_calls_a_chunk_done() -> None:
    chunk = Chunk((story("0"),))
    done_at: list[bool] = []

    class Away(Outbox):
        """Notes whether the chunk counts as done at each try."""

        async def deliver(
            self, messages: Sequence[Message], seconds: float
        ) -> list[BaseException | None]:
            done_at.append(chunk.progress.done)
            return await super().deliver(messages, seconds)

    asyncio.run(Guard(Away([TimeoutError("away")] * 300)).run("echo", chunk, echo))
    assert done_at == [False] * 301
    assert chunk.progress.done


def test_long_steps_let_others_have_their_turn() -> None:
    """By time, not by number: a few long texts hold the event loop as long as many short ones."""
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def slow(record: Record, now: datetime) -> list[Story]:
        time.sleep(1.5 * module.BREATHE_SECONDS)
        return echo(record, now)

    async def main() -> int:
        beside = asyncio.create_task(count_turns())
        await asyncio.sleep(0)
        before = turns
        guard = Guard(Outbox())
        await guard.run("echo", Chunk(tuple(story(str(n)) for n in range(10))), slow)
        beside.cancel()
        return turns - before

    assert asyncio.run(main()) >= 10
