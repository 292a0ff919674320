"""The guard, with a sender made by hand that fails as Kafka does."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from streams.app import guard as module
from streams.app.guard import Guard, TooLargeError
from streams.app.record import Record
from streams.bus import DEAD_LETTERS, STORIES, Message
from streams.codec import decode, encode
from streams.story import Story
from tests.samples import sample_alert

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


def run(outbox: Outbox, *chunk: Record, end: Callable[[str], None] = pytest.fail) -> Guard:
    guard = Guard(outbox, end)
    asyncio.run(guard.run("echo", chunk, echo))
    return guard


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", (0.0, 0.0))


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


def test_alerts_that_reach_nobody_are_counted_apart() -> None:
    open_alert = sample_alert()
    shadow = msgspec.structs.replace(open_alert, shadow=True)
    guard = Guard(Outbox(), pytest.fail)
    chunk = (record(0, b""),)
    asyncio.run(guard.run("gather", chunk, lambda *_: [shadow, open_alert, shadow]))
    assert guard.counts == {"gather_in": 1, "gather_out": 3, "gather_shadow": 2}


def test_only_what_failed_is_sent_again() -> None:
    outbox = Outbox([TimeoutError("broker away"), TimeoutError("still away")])
    run(outbox, story("0"), story("1"), story("2"))
    assert sorted(outbox.ids()) == ["0", "1", "2"]


def test_what_kafka_never_takes_becomes_a_dead_letter() -> None:
    outbox = Outbox([TooLargeError("3 MB")])
    run(outbox, story("0"), story("1"))
    assert outbox.ids() == ["1"]
    assert [dict(m.headers)["__connect.errors.offset"] for m in outbox.dead()] == [b"0"]


def test_giving_up_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GIVE_UP_SECONDS", 0.0)
    reasons: list[str] = []
    run(Outbox([TimeoutError("away")] * 3), story("0"), end=reasons.append)
    assert reasons
    assert "echo" in reasons[0]


def test_state_is_saved_only_after_delivery() -> None:
    outbox = Outbox([TimeoutError("away")])
    seen: list[list[str]] = []

    async def save() -> None:
        seen.append(outbox.ids())

    asyncio.run(Guard(outbox, pytest.fail).run("echo", (story("0"),), echo, save))
    assert seen == [["0"]]


def test_a_cancelled_agent_finishes_its_chunk_first() -> None:
    outbox = Outbox([TimeoutError("away")])

    async def cancel_it() -> None:
        guard = Guard(outbox, pytest.fail)
        task = asyncio.create_task(guard.run("echo", (story("0"), story("1")), echo))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_it())
    assert sorted(outbox.ids()) == ["0", "1"]
