"""When subscribers of a watch are told that its sources are missing, and that it is over. Pure.

Behind a watch stand all sources, or those that it names. One that brought something to it in the
last thirty days weighs 1, another one a quarter: its silence says less. It is told when those that
are missing weigh a quarter of all, and is over when they have weighed less than an eighth for a
quarter of an hour, so that a network that comes and goes is told of once. It is told again only
when another quarter is missing. A source that is missing for a week stands behind nothing any
more: that is the operator's to see to.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from connectors.delivery.coverage.sources import Missing, SourceTrouble, trouble
from streams.model.feed_health import FeedHealth, Gap
from streams.model.timestamps import Time
from streams.model.watch import Watch

BROUGHT_DAYS = timedelta(days=30)
USED, UNUSED = 1.0, 0.25
"""What a source weighs that brought something to the watch of late, and one that didn't."""
TELL, OVER = 0.25, 0.125
"""Shares of the weight that are missing."""
CALM = timedelta(minutes=15)
JUMP = timedelta(minutes=5)
"""Between two looks a minute apart: the machine slept, or nothing ran."""
GIVEN_UP = timedelta(days=7)
SETTLE = timedelta(minutes=10)
"""After a jump or a start polls come in first."""


class Outage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was told of a watch. `calm` is since when it looks over; `caught_up` counts stories."""

    since: Time
    told: Time
    feeds: tuple[str, ...]
    share: float
    """What the missing sources weighed when it was told."""
    calm: Time | None = None
    caught_up: int = 0


class CoverageState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered between two looks: the outages that are open, by watch."""

    outages: dict[str, Outage] = {}
    looked: Time | None = None
    settled: Time | None = None
    """Nothing is judged before."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source behind a watch. `weight` says how much of what the watch got may come from it."""

    health: FeedHealth
    weight: float
    trouble: SourceTrouble | None


class CoverageNews(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to tell of a watch: that sources are missing `since` then, or that it is over.

    `missing` are the feeds, `how` in the same order what is wrong with each, `of` is how many there
    are. When it is `over`, `caught_up` stories of
    the missing feeds came since, of those with a gap more may be missing for good, and some are
    missing `still`.
    """

    watch: str
    over: bool
    since: datetime
    at: datetime
    missing: tuple[str, ...]
    of: int
    how: tuple[Missing, ...] = ()
    caught_up: int = 0
    gaps: tuple[tuple[str, Gap], ...] = ()
    still: tuple[str, ...] = ()

    @property
    def what(self) -> tuple[object, ...]:
        """Return what it is about: news of several watches that are of the same is told once."""
        told = (self.over, self.since, self.missing, self.of)
        return (*told, self.caught_up, self.gaps, self.still)


def behind(
    watch: Watch, health: Mapping[str, FeedHealth], brought: Mapping[str, datetime], now: datetime
) -> list[Source]:
    """Return the sources behind a watch. `brought` is when each feed last brought it something."""
    return [
        Source(
            health=one,
            weight=USED if _is_used(brought.get(name), now) else UNUSED,
            trouble=trouble(one, now),
        )
        for name, one in sorted(health.items())
        if _stands_behind(watch, one) and one.last_ok is not None
    ]


def _is_used(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= BROUGHT_DAYS


def _stands_behind(watch: Watch, source: FeedHealth) -> bool:
    names = {source.feed.casefold(), source.source.casefold()}
    if names & {name.casefold() for name in watch.outlets_none}:
        return False
    return not watch.outlets or bool(names & {name.casefold() for name in watch.outlets})


def look(
    state: CoverageState,
    watches: Collection[Watch],
    health: Mapping[str, FeedHealth],
    brought: Mapping[str, Mapping[str, datetime]],
    now: datetime,
) -> tuple[CoverageState, list[CoverageNews]]:
    """Look at all sources; return what is to be remembered, and what is to be told."""
    jumped = state.looked is None or not timedelta(0) <= now - state.looked <= JUMP
    settled = now + SETTLE if jumped else state.settled
    state = replace(state, looked=now, settled=settled)
    if settled is not None and now < settled:
        return state, []
    outages, news = {}, []
    for watch in watches:
        if watch.shadow:
            continue
        sources = behind(watch, health, brought.get(watch.id, {}), now)
        outage, told = _of_watch(watch.id, state.outages.get(watch.id), sources, now)
        if outage is not None:
            outages[watch.id] = outage
        if told is not None:
            news.append(told)
    return replace(state, outages=outages), news


def _of_watch(
    watch: str, outage: Outage | None, all_sources: Sequence[Source], now: datetime
) -> tuple[Outage | None, CoverageNews | None]:
    sources = [one for one in all_sources if not _is_given_up(one, now)]
    missing = [one for one in sources if one.trouble is not None]
    whole = sum(one.weight for one in sources)
    share = sum(one.weight for one in missing) / whole if whole else 0.0
    if share >= TELL + (0.0 if outage is None else outage.share):
        feeds = tuple(one.health.feed for one in missing)
        since = min(one.trouble.since for one in missing if one.trouble is not None)
        news = CoverageNews(
            watch=watch,
            over=False,
            since=since,
            at=now,
            missing=feeds,
            of=len(sources),
            how=tuple(one.trouble.how for one in missing if one.trouble is not None),
        )
        return Outage(since=since, told=now, feeds=feeds, share=share), news
    if outage is None:
        return None, None
    # Who fails while it lasts is part of it.
    feeds = tuple(dict.fromkeys((*outage.feeds, *(one.health.feed for one in missing))))
    outage = replace(outage, feeds=feeds)
    if share >= OVER:
        return replace(outage, calm=None), None
    calm = outage.calm or now
    if now - calm < CALM:
        return replace(outage, calm=calm), None
    return None, _over(watch, outage, all_sources, calm)


def _over(watch: str, outage: Outage, sources: Sequence[Source], calm: datetime) -> CoverageNews:
    there = {one.health.feed: one.health for one in sources}
    gaps = tuple(
        (name, gap)
        for name in outage.feeds
        if name in there and (gap := there[name].gap) is not None and gap.until >= outage.since
    )
    return CoverageNews(
        watch=watch,
        over=True,
        since=outage.since,
        at=calm,
        missing=outage.feeds,
        of=len(sources),
        caught_up=outage.caught_up,
        gaps=gaps,
        still=tuple(
            one.health.feed
            for one in sources
            if one.trouble is not None and one.health.feed in outage.feeds
        ),
    )


def _is_given_up(source: Source, now: datetime) -> bool:
    return source.trouble is not None and now - source.trouble.since > GIVEN_UP


def came(state: CoverageState, polled: FeedHealth) -> CoverageState:
    """Count what a missing source brings when it is back."""
    if not polled.stories:
        return state
    outages = {
        watch: replace(outage, caught_up=outage.caught_up + polled.stories)
        if polled.feed in outage.feeds
        else outage
        for watch, outage in state.outages.items()
    }
    return replace(state, outages=outages)
