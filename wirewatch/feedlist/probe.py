"""Fetch a feed once, as poll would, and say what there is to say of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from connectors.formats.entry import NotAFeedError, Parsed
from connectors.http.fetch import Failed, NotModified, Page, fetch
from connectors.http.origin import server_of
from connectors.http.ssrf_guard import guarded_session
from connectors.parsing.parser_messages import Task
from connectors.parsing.parser_pool import ParserPool
from connectors.polling.detect_new import understand
from connectors.polling.entry_aliases import mark
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.identity import NOTHING
from connectors.polling.poll_result import DocumentResult
from connectors.polling.wire import read_wire
from streams.model.feed_health import FeedState
from wirewatch.feedlist import discover
from wirewatch.feedlist.discover import Candidate
from wirewatch.user_agent import USER_AGENT

AT_ONCE = 8
AT_ONCE_PER_HOST = 2


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What one fetch of a feed told. `page`, `parsed` and `read` are there as far as it got."""

    url: str
    state: FeedState
    reason: str = ""
    page: Page | None = None
    parsed: Parsed | None = None
    read: DocumentResult | None = None

    @property
    def address(self) -> str:
        """Where it is for good."""
        return (self.page.moved_to if self.page else None) or self.url

    @property
    def newest(self) -> datetime | None:
        """The time of the newest story."""
        return max(self.read.dates, default=None) if self.read else None


@dataclass(frozen=True)
class Tools:
    """What a probe needs."""

    session: aiohttp.ClientSession
    parser: ParserPool


@asynccontextmanager
async def tools(*, allow_private: bool) -> AsyncIterator[Tools]:
    """Open the tools, with the guards that poll has, and close them."""
    parser = ParserPool()
    try:
        session = guarded_session(user_agent=USER_AGENT, allow_private=allow_private)
        async with session:
            yield Tools(session, parser)
    finally:
        parser.close()


async def probe(use: Tools, feed: Feed) -> Probed:
    """Take a feed all the way that poll takes it, from its server to its stories."""
    if feed.kind is FeedKind.WIRE:
        return await _probe_wire(use, feed)
    fetched = await fetch(use.session, feed.url, headers=feed.headers, home=feed.url)
    match fetched:
        case Failed():
            return Probed(url=feed.url, state=fetched.state, reason=fetched.reason)
        case NotModified():  # nothing was asked that could be answered so
            return Probed(url=feed.url, state=FeedState.HTTP_ERROR, reason="no page came")
    try:
        parsed = await use.parser.parse(fetched.body, fetched.url, fetched.content_type)
        read = await _read(feed, parsed, whole=True)
    except NotAFeedError as error:
        return Probed(url=feed.url, state=FeedState.NOT_A_FEED, reason=str(error), page=fetched)
    return Probed(url=feed.url, state=FeedState.OK, page=fetched, parsed=parsed, read=read)


async def _probe_wire(use: Tools, feed: Feed) -> Probed:
    """Read the wire files of a folder or list, as if none was known."""
    try:
        wire = await read_wire(feed, use.session, use.parser, {})
        if isinstance(wire, Failed):
            return Probed(url=feed.url, state=wire.state, reason=wire.reason)
        read = await _read(feed, wire.parsed, whole=False)
    except NotAFeedError as error:
        return Probed(url=feed.url, state=FeedState.NOT_A_FEED, reason=str(error))
    reason = "; ".join(wire.faults)
    return Probed(url=feed.url, state=FeedState.OK, reason=reason, parsed=wire.parsed, read=read)


async def _read(feed: Feed, parsed: Parsed, *, whole: bool) -> DocumentResult:
    """Tell a feed's stories, as of one that was never read. Raises `NotAFeedError`."""

    def understood() -> DocumentResult:
        marked, now = mark(parsed.entries, feed.id), datetime.now(UTC)
        return understand(feed, parsed, marked, NOTHING, now, first=True, whole=whole)

    try:
        return await asyncio.to_thread(understood)
    except Exception as error:
        raise NotAFeedError(f"not understood: {type(error).__name__}: {error}") from error


async def probe_all(use: Tools, feeds: Sequence[Feed]) -> AsyncIterator[tuple[Feed, Probed]]:
    """Probe feeds, a few at once and fewer of one host; give each as it is done."""
    slots = asyncio.Semaphore(AT_ONCE)
    hosts = {server_of(feed.url): asyncio.Semaphore(AT_ONCE_PER_HOST) for feed in feeds}

    async def one(feed: Feed) -> tuple[Feed, Probed]:
        async with hosts[server_of(feed.url)], slots:
            return feed, await probe(use, feed)

    tasks = [asyncio.create_task(one(feed)) for feed in feeds]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


async def find(use: Tools, url: str) -> tuple[Probed, list[Probed]]:
    """Return what is at an address, and the feeds there: itself, or those of its site.

    What the page announces goes before what it links to, and that before guesses.
    """
    first = await probe(use, _unnamed(url))
    if first.parsed is not None:
        return first, [first]
    if first.page is None:
        return first, []
    page, base = first.page, first.page.url
    try:
        links = await use.parser.parse(page.body, base, page.content_type, task=Task.LINKS)
    except NotAFeedError:  # a page that no parser survives
        links = Parsed(entries=(), language=None)
    for candidates in (discover.announced(links, base), discover.linked(links, base)):
        found = await _good(use, candidates)
        if found:
            return first, found
    for candidate in discover.usual(base):
        found = await _good(use, [candidate])
        if found:
            return first, found
    return first, []


def _unnamed(url: str) -> Feed:
    """Return a feed of which only the address is known."""
    return Feed(id="feed", url=url, source="feed")


async def _good(use: Tools, candidates: Sequence[Candidate]) -> list[Probed]:
    """Return those that are feeds, each feed once; one after the other, as they are of one host."""
    found: dict[object, Probed] = {}
    for candidate in candidates:
        probed = await probe(use, _unnamed(candidate.url))
        if probed.parsed is not None and probed.page is not None:
            found.setdefault(probed.page.url, probed)
    return list(found.values())
