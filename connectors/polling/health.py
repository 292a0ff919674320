"""A feed's health in words, after a poll. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from connectors.http.origin import host_of
from connectors.polling.cadence import silent_for
from connectors.polling.feed import Feed
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.next_state import MOVED_AFTER, push, rhythm
from connectors.polling.poll_result import PollResult
from streams.model.feed_health import FeedHealth, FeedState, Gap


def health(
    feed: Feed, memory: FeedMemory, outcome: PollResult, now: float, *, pushed: bool = False
) -> FeedHealth:
    """Return the health of a feed; `memory` is that after the poll.

    `pushed` says that a hub is to push the feed.
    """
    read = outcome.read
    return FeedHealth(
        feed=feed.id,
        source=feed.source,
        state=memory.state,
        detail="; ".join(_details(memory, outcome, now)),
        polled=_time(now),
        last_ok=None if memory.last_ok is None else _time(memory.last_ok),
        entries=read.different if read else 0,
        stories=len(read.news) if read else 0,
        last_story=None if memory.last_new is None else _time(memory.last_new),
        next_poll=_time(memory.next_poll),
        interval=memory.interval or None,
        rhythm=memory.rhythm,
        gap=_gap(memory),
        failures=memory.failures,
        format=memory.format,
        push=push(memory, pushed=pushed),
    )


def removed(last: FeedHealth) -> FeedHealth:
    """Return the health of a feed that is polled no more; `last` is that after its last poll."""
    return replace(
        last,
        state=FeedState.REMOVED,
        detail="not polled any more: removed from the feeds, or paused",
        entries=0,
        stories=0,
        next_poll=None,
        interval=None,
        push="",
    )


def _details(memory: FeedMemory, outcome: PollResult, now: float) -> Iterator[str]:
    if outcome.detail:
        yield outcome.detail
    read = outcome.read
    if read is not None:
        if read.lost:
            entries = "entry" if read.lost == 1 else "entries"
            yield f"{read.lost:,} {entries} could not be read"
        if read.by_title:
            yield (
                f"nearly all of {read.different} entries looked new at once;"
                f" {read.by_title} were known by title or link"
            )
        if memory.gap is not None and memory.gap[1] == now:
            yield (
                f"shares nothing with the poll before: stories of the last"
                f" {in_words(now - memory.gap[0])} may be missing"
            )
    if memory.state is FeedState.MOVED and memory.moved >= MOVED_AFTER:
        yield f"has moved for good, to {_host(memory.moved_to)}: change its address"
    if memory.state is FeedState.GONE:
        yield "until its address is changed it is asked ever more rarely, down to once a week"
    if memory.state is FeedState.SLOW and not outcome.unread:
        yield f"took {outcome.seconds:.0f} s to answer"
    silence = silent_for(rhythm(memory), now)
    if memory.state is FeedState.SILENT and silence is not None and memory.rhythm is not None:
        usual = in_words(memory.rhythm)
        yield f"nothing new for {in_words(silence)}; it used to bring a story every {usual}"


def _gap(memory: FeedMemory) -> Gap | None:
    if memory.gap is None:
        return None
    since, until = memory.gap
    return Gap(since=_time(since), until=_time(until))


def in_words(seconds: float) -> str:
    """Return a length of time as people say it."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _host(url: str | None) -> str:
    """Return the host alone: the rest of an address may hold a secret."""
    return host_of(url or "") or "another address"


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
