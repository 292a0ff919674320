"""When to poll a feed again. Pure; all in seconds.

The operator's `interval` is how soon he must know: a feed that is well is never polled later
than that, whatever it asks for. It is polled sooner, down to a floor, where entries might come
and go between two polls; what the feed itself asks for counts only there. Failures make the
pauses longer, up to a ceiling, and are never the end.
"""

import math

from connectors.polling.feed import Feed, FeedKind
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.poll_result import PollResult
from streams.model.feed_health import FeedState

FLOOR = 60.0
LONGEST = 6 * 3600.0
DAY = 24 * 3600.0
GONE_DAYS = 7
SPREAD = 0.1
"""By how much of itself a pause may vary, so that feeds aren't all polled at once."""
LONGEST_WAIT = GONE_DAYS * DAY * (1 + SPREAD)
"""Of any feed."""
MANY, FEW = 2 / 3, 1 / 3
"""Shares of new entries above which polls come sooner, and below which later."""
SOONER, LATER = 0.5, 1.5
TURNS = 3
"""How often a feed is polled while all its entries make way for new ones."""

PUSHED_TIMES, PUSHED_LONGEST = 6, 3600.0
"""A feed that a hub pushes is polled so much more rarely, to see that the hub does."""

MORE_SECONDS = 5.0
"""The pause before the wire files that a poll left for the next one."""

HARD, SOFT, TEMPORARY, NOTHING = 1.0, 0.5, 0.25, 0.0
BUSY = frozenset({408, 425, 429, 502, 503, 504})
BACK_SOON = frozenset({404})


def interval(
    memory: FeedMemory, feed: Feed, share: float | None, now: float, *, gap: bool
) -> float:
    """Return the seconds between two polls of a feed that is well.

    `memory` holds what this poll taught, `share` is the share of its entries that were new,
    `None` for a first poll.
    """
    wanted = float(feed.interval)
    lowest = min(wanted, max(FLOOR, memory.asked or 0.0))
    if gap:
        return lowest
    seconds = memory.interval or wanted
    if share is not None and share > MANY:
        seconds *= SOONER
    elif share is not None and share < FEW:
        seconds *= LATER
    return max(min(seconds, wanted, _makes_way(memory, now) / TURNS), lowest)


def _makes_way(memory: FeedMemory, now: float) -> float:
    """Return the seconds in which all entries of a feed make way for new ones."""
    if memory.rhythm is None or memory.last_new is None or memory.entries <= 1:
        return math.inf
    # A feed that brings all its entries at once is quick only then.
    return max(memory.rhythm * memory.entries, now - memory.last_new)


def safety(seconds: float) -> float:
    """Return the seconds between two polls of a feed that a hub pushes."""
    return max(min(seconds * PUSHED_TIMES, PUSHED_LONGEST), seconds)


def next_poll(seconds: float, now: float, dice: float) -> float:
    """Return the time of the next poll of a feed that is well. `dice` is 0..1."""
    return now + seconds * (1 - SPREAD * dice)


def more(feed: Feed) -> float:
    """Return the seconds before what a poll left is read: the server is asked for it all again."""
    return MORE_SECONDS if feed.kind is FeedKind.WIRE else FLOOR


def weight(outcome: PollResult) -> float:
    """Weigh a failure: by how little it will do to just try again."""
    if outcome.ours:
        return NOTHING
    if outcome.status in BUSY or outcome.state is FeedState.BROKEN:
        return TEMPORARY  # it answers
    if outcome.state in {FeedState.UNREACHABLE, FeedState.BLOCKED, FeedState.TOO_LARGE}:
        return SOFT
    if outcome.status is not None and (outcome.status >= 500 or outcome.status in BACK_SOON):
        return SOFT
    return HARD


def pause(feed: Feed, outcome: PollResult, *, failures: int, weight: float, dice: float) -> float:
    """Return the seconds to wait after the `failures`th failed poll running; all weigh `weight`."""
    if outcome.state is FeedState.GONE:
        return DAY * min(failures, GONE_DAYS) * (1 + SPREAD * dice)
    longest = max(LONGEST, float(feed.interval))
    wait = min(feed.interval * 2 ** min(weight, 20.0), longest)
    return max(wait, outcome.after or 0.0) * (1 + SPREAD * dice)


def due(memory: FeedMemory, feed: Feed, now: float) -> float:
    """Return when a feed is due at the start: when it was before, or at once if it's new.

    A shorter interval of the operator's counts at once. A time further away than the feed was to
    wait is not believed: the clock was set back since, and that must not put a feed to sleep.
    """
    at = min(memory.next_poll, now + (memory.wait or LONGEST_WAIT))
    return at if memory.failures else min(at, now + feed.interval)


def due_edited(memory: FeedMemory, before: Feed, after: Feed, at: float, now: float) -> float:
    """Return when a feed is due that the operator has edited; until then it was due `at`.

    A new address counts at once, and so does another way to ask for a feed that failed: nobody
    who has just mended a password should have to wait for what its failures cost.
    """
    ways = [(feed.kind, feed.headers) for feed in (before, after)]
    if before.url != after.url or (memory.failures and ways[0] != ways[1]):
        return now
    if after.interval < before.interval and not memory.failures:
        return min(at, now + after.interval)
    return at
