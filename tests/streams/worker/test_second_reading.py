"""Stories that wait for the second reader: none holds up the others, none waits for ever."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from streams.backoff import Backoff
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.model.story import Status
from streams.model.tags import ReaderState, TaggedStory
from streams.tagging.reader import SecondReader
from streams.worker import reader_queue as module
from streams.worker.batch import Chunk, Record
from streams.worker.guard import Guard, Later
from streams.worker.reader_queue import SecondReading
from tests.support.encoders import FakeEncoder
from tests.support.samples import sample_tagged
from tests.support.waiting import until


def story(name: str, status: Status = Status.USABLE) -> TaggedStory:
    tagged = sample_tagged()
    told = msgspec.structs.replace(tagged.story, id=name, headline=name, status=status)
    return msgspec.structs.replace(tagged, story=told)


class Line:
    """A second reading of the stories whose headline says so, with the encoder by hand."""

    def __init__(self, wait_seconds: float = 30.0, first_seconds: float = 30.0) -> None:
        self.encoder = FakeEncoder()
        self.reading = SecondReading(
            SecondReader(self.encoder),
            lambda tagged: "read" in tagged.story.headline,
            wait_seconds,
            lambda tagged: "first" in tagged.story.headline,
            first_seconds,
        )
        self.told: list[TaggedStory] = []

    async def take(self, *stories: TaggedStory) -> None:
        """Hand stories over, and return when all of them are told."""
        taken = [self.reading.take(one) for one in stories]
        later = [one for one in taken if isinstance(one, asyncio.Future)]
        for one in taken:
            if isinstance(one, asyncio.Future):
                one.add_done_callback(self._add)
            else:
                self.told += one
        await asyncio.gather(*later)
        await asyncio.sleep(0)

    def _add(self, done: Later) -> None:
        self.told += [one for one in done.result() if isinstance(one, TaggedStory)]

    def names(self) -> list[str]:
        return [one.story.id for one in self.told]

    def states(self) -> dict[str, ReaderState]:
        return {one.story.id: one.tags.reader for one in self.told}


def run(play: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(play(), 60))


def test_what_is_read_has_its_embedding_and_says_so() -> None:
    async def play() -> None:
        line = Line()
        await line.take(story("read 1"), story("other"))
        assert line.names() == ["other", "read 1"]
        other, read = line.told
        assert read.embedding is not None
        assert (read.tags.reader, read.embedding.encoder) == (ReaderState.READ, "fake-1")
        assert (other.tags.reader, other.embedding) == (ReaderState.NOT_ASKED, None)

    run(play)


def test_a_story_waits_so_long_and_no_longer_and_says_so() -> None:
    async def play() -> None:
        line = Line(wait_seconds=0.05)
        line.encoder.go_on.clear()
        await line.take(story("read 1"), story("read 2"))
        assert line.states() == {"read 1": ReaderState.TIMED_OUT, "read 2": ReaderState.TIMED_OUT}
        line.encoder.go_on.set()
        line.reading.wait_seconds = 30.0
        await line.take(story("read 3"))
        assert line.states()["read 3"] is ReaderState.READ

    run(play)


def test_what_fits_a_watch_waits_for_less_than_what_hangs_on_the_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)

    async def play() -> None:
        line = Line(wait_seconds=3600, first_seconds=0.05)
        line.encoder.go_on.clear()
        unsure = asyncio.ensure_future(line.take(story("read 1")))
        assert await asyncio.to_thread(line.encoder.began.wait, 60)
        follower = msgspec.structs.replace(story("read 1").story, headline="read 1 first")
        later = msgspec.structs.replace(story("read 1"), story=follower)
        last = asyncio.ensure_future(line.take(later))
        await line.take(story("read 2 first"), story("read 3 first"))
        assert line.states() == {
            "read 2 first": ReaderState.TIMED_OUT,
            "read 3 first": ReaderState.TIMED_OUT,
        }
        line.encoder.go_on.set()
        await asyncio.gather(unsure, last)
        # Its own later version stayed behind it, though it fits a watch.
        first, second = line.told[2:]
        assert (first.story.headline, first.tags.reader) == ("read 1", ReaderState.READ)
        assert second.story.headline == "read 1 first"

    run(play)


def test_an_encoder_is_made_ready_before_the_first_story_and_its_faults_show_without_one() -> None:
    async def play() -> None:
        line = Line()
        line.reading.warm()
        await line.take(story("read 1"))
        assert line.encoder.asked[0] != "read 1"
        assert line.states() == {"read 1": ReaderState.READ}
        assert line.reading.counts == {"reader_read": 1}
        broken = Line()
        broken.encoder.failures = 1
        broken.reading.warm()
        counts = broken.reading.counts
        await asyncio.to_thread(until, lambda: counts["reader_failures"] == 1, 30)
        assert not broken.told

    run(play)


def test_a_story_waits_no_longer_for_an_encoder_that_hangs_as_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)

    async def play() -> None:
        line = Line(wait_seconds=3600, first_seconds=0.05)
        line.encoder.go_on.clear()
        line.reading.warm()
        await line.take(story("read 1 first"))
        assert line.states() == {"read 1 first": ReaderState.TIMED_OUT}
        line.encoder.go_on.set()

    run(play)


def test_a_reader_that_fails_is_counted_and_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def play() -> None:
        line = Line()
        line.encoder.failures = 1
        await line.take(story("read 1"), story("read 2"))
        assert line.states() == {"read 1": ReaderState.FAILED, "read 2": ReaderState.FAILED}
        assert len(line.encoder.asked) == 1
        assert line.reading.counts["reader_failures"] == 1

    async def soon() -> None:
        line = Line()
        line.encoder.failures = 1
        await line.take(story("read 1"), story("read 2"))
        assert line.states() == {"read 1": ReaderState.FAILED, "read 2": ReaderState.READ}

    monkeypatch.setattr(module, "BACKOFF", Backoff((3600.0,)))
    run(play)
    monkeypatch.setattr(module, "BACKOFF", Backoff((0.01,)))
    run(soon)


def test_more_than_can_be_read_in_time_goes_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)

    async def play() -> None:
        line = Line()
        await line.take(*(story(f"read {n}") for n in range(5)))
        states = line.states()
        assert [states[f"read {n}"] for n in range(5)] == [ReaderState.READ] * 3 + [
            ReaderState.BUSY
        ] * 2

    run(play)


def test_what_is_about_a_waiting_story_does_not_overtake_it() -> None:
    async def play() -> None:
        line = Line()
        kill = story("a kill", Status.CANCELED)
        first = story("read 1")
        again = msgspec.structs.replace(first.story, headline="with another headline")
        later = msgspec.structs.replace(first, story=again)
        await line.take(first, story("other"), kill, later)
        assert line.names() == ["other", "read 1", "a kill", "read 1"]
        await line.take(kill)
        assert line.names()[-1] == "a kill"

    run(play)


def test_what_fits_a_watch_by_its_words_is_read_before_what_may_fit_one() -> None:
    async def play() -> None:
        line = Line()
        await line.take(*(story(name) for name in ("read 1", "read 2", "read 3 first")))
        assert line.names() == ["read 3 first", "read 1", "read 2"]

    run(play)


def test_what_is_to_go_first_overtakes_no_version_of_its_own_and_nothing_whose_time_is_up() -> None:
    async def play() -> None:
        line = Line()
        first = story("read 1")
        again = msgspec.structs.replace(first.story, headline="read 1 first", version="2")
        await line.take(story("read 0"), first, msgspec.structs.replace(first, story=again))
        assert [one.story.headline for one in line.told] == ["read 0", "read 1", "read 1 first"]
        late = Line(wait_seconds=0.0)
        await late.take(story("read 1"), story("read 2 first"))
        assert late.names() == ["read 1", "read 2 first"]

    run(play)


def test_none_waits_for_long_once_the_worker_is_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HURRY_SECONDS", 0.0)

    async def play() -> None:
        line = Line(wait_seconds=3600)
        line.encoder.go_on.clear()
        waiting = asyncio.ensure_future(line.take(story("read 1")))
        assert await asyncio.to_thread(line.encoder.began.wait, 60)
        line.reading.hurry()
        await waiting
        assert line.states() == {"read 1": ReaderState.TIMED_OUT}
        line.reading.close()
        assert line.encoder.closed

    run(play)


class Kafka:
    """Takes all messages."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def deliver(
        self, messages: Sequence[Message], seconds: float
    ) -> list[BaseException | None]:
        assert seconds > 0
        self.ids += [decode(one.value, TaggedStory).story.id for one in messages]
        return [None] * len(messages)


def test_a_waiting_story_holds_back_its_chunks_offset_and_nothing_else() -> None:
    def record(offset: int) -> Record:
        return Record(
            topic="stories", partition=0, offset=offset, timestamp=0.0, key=b"", value=b""
        )

    async def play() -> None:
        line, kafka = Line(), Kafka()
        guard = Guard(kafka)
        line.encoder.go_on.clear()

        def step(record: Record, now: datetime) -> list[TaggedStory] | Later:
            assert now.tzinfo is UTC
            name = "read" if record.offset == 1 else "other"
            return line.reading.take(story(f"{name}{record.offset}"))

        first, second = Chunk((record(0), record(1), record(2))), Chunk((record(3),))
        await guard.run("tag", first, step)
        await guard.run("tag", second, step)
        assert kafka.ids == ["other0", "other2", "other3"]
        assert (first.progress.done, second.progress.done) == (False, True)
        assert guard.counts["tag_in"] == 3
        line.encoder.go_on.set()
        await guard.until_idle()
        assert kafka.ids[-1] == "read1"
        assert first.progress.done
        assert guard.counts["tag_in"] == 4

    run(play)
