"""Stories that wait for the second reader: beside the others, which they don't hold up.

The reader takes a tenth of a second or more a story, so it works in a thread, one story at a time.
Those come first that fit a watch by their cues alone: somebody gets an alert of them. They wait for
a few seconds at most, the others, which depend on the reader, for longer; then a story goes on by
its cues and says so. What must not overtake a waiting story waits behind it unread.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import structlog

from streams.backoff import Backoff, Tries
from streams.encoder import EncoderError
from streams.matching.match import notice
from streams.model.tags import ReaderState, TaggedStory
from streams.tagging.reader import SecondReader, unread
from streams.worker.guard import Later

log = structlog.get_logger()

MOST_WAITING = 100
"""Stories that may wait to be read; more would only wait in vain."""
HURRY_SECONDS = 2.0
"""How long stories still wait when the worker is to stop or its partitions change."""
LOOK_SECONDS = 0.5
"""How often what waits looks up whether it is to hurry."""
BACKOFF = Backoff((1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0))
"""Seconds that a reader which failed is left alone."""


@dataclass(eq=False)
class _Waiting:
    tagged: TaggedStory
    to_read: bool
    first: bool
    follows: bool
    """It is about one that waits too, so it must not overtake it."""
    until: float
    done: Later


@dataclass
class SecondReading:
    """Takes stories that are tagged, and returns them read, or as they are.

    `wanted` says of a story's tags whether it is to be read, `first` whether before others: such a
    one waits for `first_seconds` at most, others for `wait_seconds`. To be used in one event loop.
    """

    reader: SecondReader
    wanted: Callable[[TaggedStory], bool]
    wait_seconds: float
    first: Callable[[TaggedStory], bool] = lambda _: False
    first_seconds: float = inf
    counts: Counter[str] = field(default_factory=Counter)
    _lane: deque[_Waiting] = field(default_factory=deque)
    _at_work: asyncio.Task[None] | None = None
    _reading: asyncio.Future[TaggedStory | None] | None = None
    _not_before: float = 0.0
    _tries: Tries = field(default_factory=lambda: Tries(BACKOFF))

    def warm(self) -> None:
        """Make the encoder ready, so that no story waits for its start, and its faults show now."""
        self._reading = asyncio.get_running_loop().run_in_executor(None, self.reader.warm)
        self._reading.add_done_callback(self._warmed)

    def take(self, tagged: TaggedStory) -> list[TaggedStory] | Later:
        """Return the story at once, or what will hold it when it was read."""
        to_read = self.wanted(tagged)
        if to_read and sum(one.to_read for one in self._lane) >= MOST_WAITING:
            to_read, tagged = False, self._unread(tagged, ReaderState.BUSY)
        follows = self._must_follow(tagged)
        if not to_read and not follows:
            return [tagged]
        loop = asyncio.get_running_loop()
        first = to_read and self.first(tagged)
        seconds = min(self.wait_seconds, self.first_seconds) if first else self.wait_seconds
        waiting = _Waiting(
            tagged=tagged,
            to_read=to_read,
            first=first and not follows,
            follows=follows,
            until=loop.time() + seconds,
            done=loop.create_future(),
        )
        self._lane.append(waiting)
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        return waiting.done

    def hurry(self) -> None:
        """Let none of those that wait now wait for long."""
        soon = asyncio.get_running_loop().time() + HURRY_SECONDS
        for waiting in self._lane:
            waiting.until = min(waiting.until, soon)

    def close(self) -> None:
        """End the reader. What waits is not told: it is tagged again after the next start."""
        if self._at_work is not None:
            self._at_work.cancel()
        self.reader.close()

    def _must_follow(self, tagged: TaggedStory) -> bool:
        """Say whether a story is about one that waits, so that it must come after it."""
        if not self._lane:
            return False
        # A correction or a kill may be about any story, and names it by its words alone.
        return bool(notice(tagged, tagged.story.first_seen)) or any(
            waiting.tagged.story.id == tagged.story.id for waiting in self._lane
        )

    async def _work(self) -> None:
        while self._lane:
            waiting = self._next()
            result = await self._read(waiting) if waiting.to_read else waiting.tagged
            self._let_go(waiting, result)

    def _warmed(self, warming: asyncio.Future[TaggedStory | None]) -> None:
        """Take note of how it went, unless a story that waits for it does."""
        idle = self._at_work is None or self._at_work.done()
        if idle and self._reading is warming and not warming.cancelled():
            self._settle()

    def _let_go(self, waiting: _Waiting, result: TaggedStory) -> None:
        self._lane.remove(waiting)
        if not waiting.done.done():
            waiting.done.set_result([result])

    def _let_overdue_go(self, reading: _Waiting) -> None:
        """Let those go on unread whose time is up while another one is being read."""
        now = asyncio.get_running_loop().time()
        why = ReaderState.FAILED if now < self._not_before else ReaderState.TIMED_OUT
        for one in tuple(self._lane):
            if one is not reading and one.to_read and not one.follows and one.until <= now:
                self._let_go(one, self._unread(one.tagged, why))

    def _next(self) -> _Waiting:
        """Return whose turn it is: the oldest, if its time is up, else one to go first."""
        oldest = self._lane[0]
        if oldest.until <= asyncio.get_running_loop().time():
            return oldest
        return next((one for one in self._lane if one.first), oldest)

    async def _read(self, waiting: _Waiting) -> TaggedStory:
        loop = asyncio.get_running_loop()
        if self._reading is not None and not await self._ended(self._reading, waiting):
            return self._unread(waiting.tagged, ReaderState.TIMED_OUT)
        self._settle()
        while loop.time() < self._not_before:
            if self._not_before > waiting.until:
                return self._unread(waiting.tagged, ReaderState.FAILED)
            await asyncio.sleep(min(LOOK_SECONDS, self._not_before - loop.time()))
            self._let_overdue_go(waiting)
        if loop.time() >= waiting.until:
            return self._unread(waiting.tagged, ReaderState.TIMED_OUT)
        self._reading = loop.run_in_executor(None, self.reader.read, waiting.tagged)
        if not await self._ended(self._reading, waiting):
            return self._unread(waiting.tagged, ReaderState.TIMED_OUT)
        read = self._settle()
        return self._unread(waiting.tagged, ReaderState.FAILED) if read is None else read

    async def _ended(self, reading: asyncio.Future[TaggedStory | None], waiting: _Waiting) -> bool:
        """Wait until a reading has ended, for as long as a story may wait; say whether it has."""
        while not reading.done():
            # Now and then one looks up, since `hurry` may have made it shorter.
            left = waiting.until - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await asyncio.wait({reading}, timeout=min(left, LOOK_SECONDS))
            self._let_overdue_go(waiting)
        return True

    def _settle(self) -> TaggedStory | None:
        """Take note of a reading that has ended, though nobody may wait for it any more."""
        reading, self._reading = self._reading, None
        if reading is None:
            return None
        if (error := reading.exception()) is not None:
            self._failed(error)
            return None
        self._tries.worked()
        read = reading.result()
        if read is not None:
            self.counts["reader_read"] += 1
        return read

    def _failed(self, error: BaseException) -> None:
        pause = self._tries.failed()
        self._not_before = asyncio.get_running_loop().time() + pause
        self.counts["reader_failures"] += 1
        what = str(error) if isinstance(error, EncoderError) else repr(error)
        log.warning("encoder_failed", error=what, again_in_seconds=pause)

    def _unread(self, tagged: TaggedStory, why: ReaderState) -> TaggedStory:
        self.counts[f"reader_{why.name.lower()}"] += 1
        return unread(tagged, why)
