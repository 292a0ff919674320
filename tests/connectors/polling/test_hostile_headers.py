"""Headers are whatever a server sends: none stops a poll, ends a service or hides a feed."""

import asyncio
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from connectors.http.robots import SLOWEST, denied, rules
from connectors.kafka import ensure_topics
from connectors.polling.feed import Feed
from connectors.polling.poll import poll
from connectors.polling.poller import Poller
from connectors.websub.protocol import answer, offer, signed
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH
from streams.model.feed_health import FeedHealth
from tests.connectors.http.test_retry_after import HEADERS, NEVER
from tests.connectors.polling.test_poll import read, settings
from tests.connectors.websub.test_websub import ASKED

BODY = b'<rss version="2.0"><channel><item><title>One</title></item></channel></rss>'
HUGE = b"9" * 400
NEVER_EVER = NEVER.encode()
WHOLE = b"Content-Length: %d\r\n" % len(BODY)
HOSTILE = (
    b"200 OK\r\nExpires: " + NEVER_EVER + b"\r\nLast-Modified: " + NEVER_EVER + b"\r\n" + WHOLE,
    b"200 OK\r\nCache-Control: max-age=" + HUGE + b"\r\n" + WHOLE,
    b"200 OK\r\nCache-Control: max-age=-1\r\nAge: -" + HUGE + b"\r\n" + WHOLE,
    b'200 OK\r\nContent-Type: text/xml; charset=\xff\xfe\r\nETag: "\xff"\r\n' + WHOLE,
    b"200 OK\r\nLink: <http://hub\xff.example/>; rel=hub\r\nX-Robots-Tag: \xff\r\n" + WHOLE,
    b"200 OK\r\nSet-Cookie: a=\xff; max-age=" + HUGE + b"\r\n" + WHOLE,
    b"200 OK\r\nContent-Length: " + HUGE + b"\r\n",
    b"200 OK\r\nContent-Length: -5\r\n",
    b"503 B\xffsy\r\nRetry-After: " + NEVER_EVER + b"\r\nContent-Length: 0\r\n",
    b"429 Busy\r\nRetry-After: -" + HUGE + b"\r\nContent-Length: 0\r\n",
    b"429 Busy\r\nRetry-After: " + HUGE + b"\r\nContent-Length: 0\r\n",
    b"301 Moved\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n",
    b"301 Moved\r\nLocation: http://127.0.0.1:" + HUGE + b"/\r\nContent-Length: 0\r\n",
    b"301 Moved\r\nLocation: http://[::1/\r\nContent-Length: 0\r\n",
    b"99999 What\r\n",
)
BYTES = st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
"""What aiohttp makes of a header's bytes."""


def test_every_feed_is_polled_and_told_whatever_the_headers(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = int((await reader.readuntil(b"\r\n\r\n")).split()[1][1:])
        writer.write(b"HTTP/1.1 " + HOSTILE[number] + b"\r\n" + BODY)
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        feeds = [
            Feed(id=f"feed-{number}", url=f"http://127.0.0.1:{port}/{number}", source="Courier")
            for number in range(len(HOSTILE))
        ]
        async with server:
            await poll(settings(kafka_address, prefix, tmp_path, *feeds), asyncio.Event())

    with capture_logs() as logs:
        asyncio.run(main())
    assert [one["feed"] for one in logs if one["event"] == "poll_failed"] == []
    found = read(kafka_address, prefix, FEED_HEALTH, len(HOSTILE))
    health = {one.feed: one for one in (decode(value, FeedHealth) for value in found)}
    assert len(health) == len(HOSTILE)
    entries = [health[f"feed-{number}"].entries for number in range(6)]
    assert entries == [1] * 6, "such headers are no reason not to read a feed"


def test_a_fault_of_ours_in_one_feed_is_told_where_people_look(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OverflowError("Python int too large to convert to C long")

    ensure_topics(kafka_address, prefix=prefix)
    monkeypatch.setattr(Poller, "_page", fail)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + WHOLE + b"\r\n" + BODY)
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        feed = Feed(id="courier", url=url, source="Courier")
        async with server:
            await poll(settings(kafka_address, prefix, tmp_path, feed), asyncio.Event())

    asyncio.run(main())
    (value,) = read(kafka_address, prefix, FEED_HEALTH, 1)
    told = decode(value, FeedHealth)
    assert (told.state.readable, told.failures) == (False, 1)
    assert told.detail == "a fault of wirewatch: OverflowError, see the log"


@given(HEADERS | BYTES)
def test_no_robots_tag_and_no_crawl_delay_raises(text: str) -> None:
    assert denied([text]) in {None, "noarchive", "noindex", "none"}
    robots = rules(f"User-agent: *\nCrawl-delay: {text}\n".encode("utf-8", "replace"))
    assert 0 <= robots.pause <= SLOWEST


@pytest.mark.parametrize("delay", ["nan", "inf", "-inf", "-1", "1e999", "9" * 400])
def test_a_crawl_delay_is_a_time(delay: str) -> None:
    pause = rules(f"User-agent: *\nCrawl-delay: {delay}\n".encode()).pause
    assert math.isfinite(pause)
    assert 0 <= pause <= SLOWEST


@given(BYTES, BYTES)
def test_no_link_header_raises(target: str, rel: str) -> None:
    for header in (target, f"<{target}>; rel={rel}", f"<{target}>; rel=hub"):
        found = offer([header], [], None, "https://courier.example/rss")
        assert found is None or found.hub.startswith("http")


@given(BYTES, HEADERS | BYTES)
def test_nothing_that_a_hub_says_raises(signature: str, lease: str) -> None:
    assert not signed("secret", f"sha256={signature}", b"body")
    query = {
        "hub.mode": "subscribe",
        "hub.topic": ASKED.topic,
        "hub.challenge": "c",
        "hub.lease_seconds": lease,
    }
    after, text = answer(replace(ASKED, asked=100.0), query, 100.0)
    assert text == "c"
    assert after.lease_until is not None
    assert math.isfinite(after.lease_until)
