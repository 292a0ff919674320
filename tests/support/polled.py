"""Documents polled as poll does it: over HTTP or from a folder, through a real parser process."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from aiohttp import web
from msgspec.structs import replace

from connectors.http.ssrf_guard import guarded_session
from connectors.parsing.parser_pool import ParserPool
from connectors.polling import health_reports
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.feed_state import FeedStore
from connectors.polling.poller import Poller
from connectors.polling.store import Store
from connectors.polling.wire import read_wire
from streams.contract.codec import decode
from streams.contract.messages import Message
from streams.contract.topics import FEED_HEALTH, STORIES
from streams.matching.match import Watches
from streams.model.alert import Kind
from streams.model.feed_health import FeedHealth
from streams.model.story import Story
from streams.tagging import Tagger
from wirewatch.config import load
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged

FEED = Feed(id="courier", url="", source="Courier")


@dataclass
class Polls:
    """What polls sent, in place of Kafka."""

    stories: list[Story] = field(default_factory=list)
    health: list[FeedHealth] = field(default_factory=list)

    async def send(self, messages: Sequence[Message]) -> None:
        self.stories += [decode(m.value, Story) for m in messages if m.topic is STORIES]
        self.health += [decode(m.value, FeedHealth) for m in messages if m.topic is FEED_HEALTH]

    @property
    def headlines(self) -> list[str]:
        return [story.headline for story in self.stories]


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def polled(parser: ParserPool, *answers: Answer | bytes, feed: Feed = FEED) -> Polls:
    """Poll a feed once for each answer of its server."""
    given = [one if isinstance(one, Answer) else Answer(one) for one in answers]
    return polled_site(parser, *({"/feed": one} for one in given), feed=feed)


def polled_site(parser: ParserPool, *sites: Mapping[str, Answer], feed: Feed = FEED) -> Polls:
    """Poll a feed, `/feed` unless it names another path, once for each state of its server."""
    now = dict(sites[0])

    async def serve(request: web.Request) -> web.Response:
        answer = now.get(request.path, Answer(b"", status=404))
        return web.Response(body=answer.body, headers=answer.headers, status=answer.status)

    async def main() -> Polls:
        app = web.Application()
        app.router.add_get("/{tail:.*}", serve)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{feed.url or '/feed'}"
        polls = Polls()
        try:
            async with poller_of(parser, polls) as poller:
                for site in sites:
                    now.clear()
                    now.update(site)
                    await poller.poll_feed(replace(feed, url=url))
        finally:
            await runner.cleanup()
        return polls

    return asyncio.run(main())


def polled_raw(parser: ParserPool, *answers: bytes, feed: Feed = FEED) -> Polls:
    """Poll a feed once for each answer of its server, to the letter and its end."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0))
        await writer.drain()
        writer.close()

    async def main() -> Polls:
        polls = Polls()
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
            async with poller_of(parser, polls) as poller:
                for _ in answers:
                    await poller.poll_feed(replace(feed, url=url))
        return polls

    return asyncio.run(main())


def polled_files(parser: ParserPool, *files: bytes, folder: Path, feed: Feed = FEED) -> Polls:
    """Poll a folder of wire files once after each file that comes into it."""
    polls = Polls()

    async def main() -> None:
        wire = replace(feed, url=folder.as_uri(), kind=FeedKind.WIRE)
        async with poller_of(parser, polls) as poller:
            for number, body in enumerate(files):
                file = folder / f"{number}.wire"
                file.write_bytes(body)
                os.utime(file, (number, number))  # long ago: it is no longer written to
                await poller.poll_feed(wire)

    asyncio.run(main())
    return polls


def raised(stories: Iterable[Story]) -> list[Kind]:
    """Return what the shipped watches make of stories: the kinds of the alerts' events."""
    with TemporaryDirectory() as nothing:
        pipeline = Pipeline(Watches(load(Path(nothing), {}).watches), backfill=True)
    tagger = Tagger()
    return [
        event.kind
        for story in stories
        for event in pipeline.step(
            tagged(ArrivedStory(story, story.first_seen), tagger), story.first_seen
        ).events
        if event.kind is not Kind.JOINED
    ]


@asynccontextmanager
async def poller_of(
    parser: ParserPool, polls: Polls, tell_every: timedelta = timedelta()
) -> AsyncIterator[Poller]:
    """Open a poller whose stories go to `polls`, and the health of each feed after every poll."""
    each = patch.object(health_reports, "TELL_EVERY", tell_every)
    with each, TemporaryDirectory() as folder:
        store = Store(lambda: FeedStore(Path(folder) / "feeds.sqlite"))
        try:
            await store.open()
            async with guarded_session(user_agent="tests", allow_private=True) as session:
                yield Poller(
                    session=session,
                    parser=parser,
                    store=store,
                    producer=polls,
                    read_wire=read_wire,
                )
        finally:
            await store.close()
