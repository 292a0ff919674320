"""From what was known of a feed and what came of a poll to what is known now. Pure."""

from msgspec.structs import replace

from connectors.polling import schedule
from connectors.polling.cadence import Rhythm, first_rhythm, learnt, silent_for
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.poll_result import DocumentResult, PollResult
from streams.model.feed_health import FeedState

MOVED_AFTER = 5
"""Polls in a row that must lead to the same new address before it is asked first."""
OUTRUN = 2
"""Polls in a row that must find what the hub should have pushed, before it counts as broken:
one may just have been quicker."""
SLOW_SECONDS = 10.0
SOONEST = 30.0
"""Seconds to the poll after the end of an embargo, at least."""
GAP_KEPT = 7 * schedule.DAY
TIDY_EVERY = schedule.DAY


def address(memory: FeedMemory) -> str:
    """Return the address to poll: the operator's, or where it has moved for good."""
    return memory.moved_to if memory.moved_to and memory.moved >= MOVED_AFTER else memory.url


def remember(
    memory: FeedMemory,
    feed: Feed,
    outcome: PollResult,
    *,
    now: float,
    dice: float,
    pushed: bool = False,
) -> FeedMemory:
    """Return the feed's memory after a poll. A failure keeps what was known before it.

    `pushed` says that a hub is to push the feed, so that polls are there for safety alone.
    """
    if outcome.by_hub:
        return _by_hub(memory, outcome, now)
    if not outcome.state.readable:
        return _failed(memory, feed, outcome, now=now, dice=dice)
    gap = _gap(memory, outcome.read, now)
    if outcome.read is not None:
        learned = _read(memory, outcome.read, now)
    else:
        learned = replace(memory, validators=outcome.validators or memory.validators)
    learned = _moved(learned, outcome.moved_to)
    share = None if memory.last_ok is None else _share(outcome.read)
    seconds = schedule.interval(learned, feed, share, now, gap=gap is not None)
    missed = _missed(memory, share, pushed=pushed)
    relaxed = pushed and missed < OUTRUN
    wait = schedule.safety(seconds) if relaxed else seconds
    if outcome.more:
        wait = min(wait, schedule.more(feed))
    if learned.embargo is not None and learned.embargo > now:
        wait = min(wait, max(learned.embargo - now, SOONEST))
    at = schedule.next_poll(wait, now, dice)
    return replace(
        learned,
        state=_state(learned, outcome, now),
        interval=seconds,
        next_poll=at,
        wait=at - now,
        missed=missed,
        last_ok=memory.last_ok if outcome.unread else now,
        backlog=outcome.more and (memory.last_ok is None or memory.backlog),
        failures=0,
        weight=0.0,
        gap=gap or _recent(memory.gap, now),
    )


def push(memory: FeedMemory, *, pushed: bool) -> str:
    """Return how WebSub is doing for a feed, in a word."""
    if not pushed:
        return ""
    return "on" if memory.missed < OUTRUN else "broken"


def rhythm(memory: FeedMemory) -> Rhythm:
    """Return the rhythm that was learnt."""
    return Rhythm(memory.rhythm, memory.lull, memory.last_new)


def _by_hub(memory: FeedMemory, outcome: PollResult, now: float) -> FeedMemory:
    """Learn from what a hub pushed: of it, not of what the feed's own server would say."""
    if outcome.read is None:
        return memory
    beat = learnt(rhythm(memory), outcome.read.new, now)
    return replace(memory, rhythm=beat.usual, lull=beat.lull, last_new=beat.last, missed=0)


def _missed(memory: FeedMemory, share: float | None, *, pushed: bool) -> int:
    """Count the polls in a row that found something new before the hub pushed anything."""
    return 0 if not pushed else memory.missed + bool(share)


def _failed(
    memory: FeedMemory, feed: Feed, outcome: PollResult, *, now: float, dice: float
) -> FeedMemory:
    failures, weight = memory.failures + 1, memory.weight + schedule.weight(outcome)
    wait = schedule.pause(feed, outcome, failures=failures, weight=weight, dice=dice)
    return replace(
        memory,
        state=outcome.state,
        failures=failures,
        weight=weight,
        next_poll=now + wait,
        wait=wait,
        # The operator's own address may be right again.
        moved_to=None,
        moved=0,
    )


def _read(memory: FeedMemory, read: DocumentResult, now: float) -> FeedMemory:
    if memory.last_ok is None:
        beat = first_rhythm([date.timestamp() for date in read.dates], now)
    elif memory.backlog:  # old news, of which nothing is learnt
        beat = rhythm(memory)
    else:
        beat = learnt(rhythm(memory), read.new, now)
    return replace(
        memory,
        validators=read.validators,
        digest=read.digest,
        rest=read.rest,
        embargo=_embargo(memory, read, now),
        entries=read.different,
        format=read.format,
        asked=read.asked,
        rhythm=beat.usual,
        lull=beat.lull,
        last_new=beat.last,
        marks=memory.marks if read.marks is None else dict(read.marks),
        tidied=now if read.seen and now - memory.tidied > TIDY_EVERY else memory.tidied,
    )


def _embargo(memory: FeedMemory, read: DocumentResult, now: float) -> float | None:
    """Return when the next embargo ends, also of portions that were read before this one."""
    before = memory.embargo if memory.rest or read.rest else None
    ends = (end for end in (before, read.embargo) if end is not None and end > now)
    return min(ends, default=None)


def _share(read: DocumentResult | None) -> float:
    if read is None or not read.whole or not read.different:
        return 0.0
    return read.new / read.different


def _moved(memory: FeedMemory, moved_to: str | None) -> FeedMemory:
    if moved_to is None:
        # Asked at its new address it doesn't move again; asked at its old one, it is back.
        return memory if memory.moved >= MOVED_AFTER else replace(memory, moved_to=None, moved=0)
    if moved_to == memory.moved_to:
        return replace(memory, moved=memory.moved + 1)
    return replace(memory, moved_to=moved_to, moved=1)


def _gap(memory: FeedMemory, read: DocumentResult | None, now: float) -> tuple[float, float] | None:
    """Return the time since the last good poll, if this one shares nothing with it."""
    if read is None or not read.whole or not read.different:
        return None
    if memory.last_ok is None or memory.last_ok > now or not memory.entries:
        return None  # the clock may have been set back since
    return (memory.last_ok, now) if read.new == read.different else None


def _recent(gap: tuple[float, float] | None, now: float) -> tuple[float, float] | None:
    return gap if gap is not None and now - gap[1] < GAP_KEPT else None


def _state(memory: FeedMemory, outcome: PollResult, now: float) -> FeedState:
    if memory.moved >= MOVED_AFTER:
        return FeedState.MOVED
    if silent_for(rhythm(memory), now) is not None:
        return FeedState.SILENT
    slow = outcome.unread or outcome.seconds > SLOW_SECONDS
    return FeedState.SLOW if slow else FeedState.OK
