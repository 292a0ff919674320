"""Answers that the standard forbids are read as curl reads them, or it is said what is wrong."""

import pytest

from connectors.http.head import LONGEST
from connectors.parsing.parser_pool import ParserPool
from connectors.polling import schedule
from connectors.polling.poll_result import PollResult
from streams.model.feed_health import FeedState
from tests.support.polled import polled_raw

BODY = (
    b'<rss version="2.0"><channel><title>C</title><item><title>One</title></item></channel></rss>'
)
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
OK = b"HTTP/1.1 200 OK\r\n"

READ = {
    "chunked with a length": OK + LENGTH + CHUNKED + b"\r\n" + CHUNKS,
    "a length with chunked": OK + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
    "a wrong length with chunked": OK + b"Content-Length: 3\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "chunked twice": OK + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "chunked in HTTP/1.0": b"HTTP/1.0 200 OK\r\n" + CHUNKED + b"\r\n" + CHUNKS,
    "more than the chunks": OK + CHUNKED + b"\r\n" + CHUNKS + b"<!-- cached -->\r\n",
    "chunks with line feeds": OK + CHUNKED + b"\r\n" + CHUNKS.replace(b"\r", b""),
    "chunks and all they may have": OK
    + CHUNKED
    + b"\r\n 0005 ;a=b\r\n"
    + BODY[:5]
    + b"\r\n%X;c\r\n" % (len(BODY) - 5)
    + BODY[5:]
    + b"\r\n000;d\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n",
    "chunks without the last line": OK + CHUNKED + b"\r\n" + CHUNKS[:-2],
    "the identity coding": OK + b"Transfer-Encoding: identity\r\n" + LENGTH + b"\r\n" + BODY,
    "a length twice": OK + LENGTH + LENGTH + b"\r\n" + BODY,
    "a length listed twice": OK + b"Content-Length: %d, %d\r\n\r\n" % ((len(BODY),) * 2) + BODY,
    "a length with a plus": OK + b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "an empty length": OK + b"Content-Length:\r\n\r\n" + BODY,
    "no length": OK + b"\r\n" + BODY,
    "more than the length": OK + LENGTH + b"\r\n" + BODY + b"<!-- cached -->\r\n",
    "more, then the end": OK + b"Connection: close\r\n" + LENGTH + b"\r\n" + BODY + b"\r\n\r\n",
    "a line of 9 KB": OK + b"X-A: " + b"a" * 9_000 + b"\r\n" + LENGTH + b"\r\n" + BODY,
    "a line of 90 KB": OK + b"X-A: " + b"a" * 90_000 + b"\r\n" + LENGTH + b"\r\n" + BODY,
    "150 headers": OK + b"X-A: a\r\n" * 150 + LENGTH + b"\r\n" + BODY,
    "2,000 headers": OK + b"X-A: a\r\n" * 2_000 + LENGTH + b"\r\n" + BODY,
    "a space before the colon": OK + b"X-A : b\r\nContent-Length : %d\r\n\r\n" % len(BODY) + BODY,
    "a name of other characters": OK + b"X (A): b\r\nX-\xc3\xa9: b\r\n" + LENGTH + b"\r\n" + BODY,
    "no name": OK + b": b\r\n" + LENGTH + b"\r\n" + BODY,
    "a line without a colon": OK + b"nonsense\r\n" + LENGTH + b"\r\n" + BODY,
    "bare line feeds": (OK + LENGTH + b"\r\n").replace(b"\r", b"") + BODY,
    "both line ends": OK + LENGTH.replace(b"\r", b"") + b"X-A: a\r\n\n" + BODY,
    "a carriage return in a value": OK + b"X-A: a\rb\r\n" + LENGTH + b"\r\n" + BODY,
    "a null in a value": OK + b"X-A: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
    "folded lines": OK + b"X-A: a\r\n b\r\n\tc\r\n" + LENGTH + b"\r\n" + BODY,
    "a folded length": OK + b"Content-Length:\r\n %d\r\n\r\n" % len(BODY) + BODY,
    "a folded first line": OK + b" X-A: a\r\n" + LENGTH + b"\r\n" + BODY,
    "no reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    "a reason of any bytes": b"HTTP/1.1 200 \xff\xfe \x01 \t\r\n" + LENGTH + b"\r\n" + BODY,
    "a reason of 9 KB": b"HTTP/1.1 200 " + b"O" * 7_000 + b"\r\n" + LENGTH + b"\r\n" + BODY,
    "two spaces before the status": b"HTTP/1.1  200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "another version": b"HTTP/2 200\r\n" + LENGTH + b"\r\n" + BODY,
    "small letters": b"http/1.1 200 ok\r\n" + LENGTH + b"\r\n" + BODY,
    "lines before the answer": b"\r\n\n" + OK + LENGTH + b"\r\n" + BODY,
    "hints before the answer": b"HTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\n"
    + OK
    + LENGTH
    + b"\r\n"
    + BODY,
    "continue with a length": b"HTTP/1.1 100 Go\r\nContent-Length: 3\r\n\r\n" + OK + b"\r\n" + BODY,
}


@pytest.mark.parametrize("name", READ)
def test_a_feed_is_read_whatever_its_server_does_to_http(parser: ParserPool, name: str) -> None:
    polls = polled_raw(parser, READ[name])
    assert [(h.state, h.detail, h.entries) for h in polls.health] == [(FeedState.OK, "", 1)]


GOOD = OK + b'ETag: "1"\r\n' + LENGTH + b"\r\n" + BODY
UNCHANGED = {
    "nothing": b"\r\n",
    "a body": LENGTH + b"\r\n" + BODY,
    "a body without a length": b"\r\n" + BODY,
    "a length alone": LENGTH + b"\r\n",
    "no length": b"Content-Length: \r\n\r\n",
    "an impossible length": b"Content-Length: none\r\n\r\n",
    "empty chunks": CHUNKED + b"\r\n0\r\n\r\n",
    "empty chunks of gzip": b"Content-Encoding: gzip\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks": CHUNKED + b"\r\n" + CHUNKS,
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_not_modified_is_that_whatever_comes_with_it(parser: ParserPool, name: str) -> None:
    answer = b"HTTP/1.1 304 Not Modified\r\n" + UNCHANGED[name]
    polls = polled_raw(parser, GOOD, answer)
    assert [(h.state, h.detail) for h in polls.health] == [
        (FeedState.OK, ""),
        (FeedState.OK, "not modified"),
    ]


SAID = {
    "two lengths": (
        OK + b"Content-Length: 7\r\n" + LENGTH + b"\r\n" + BODY,
        f"a broken answer: it has two lengths: 7 and {len(BODY)} bytes",
    ),
    "no number": (
        OK + b"Content-Length: many\r\n\r\n" + BODY,
        "a broken answer: its Content-Length is not a number",
    ),
    "a negative length": (
        OK + b"Content-Length: -5\r\n\r\n" + BODY,
        "a broken answer: its Content-Length is not a number",
    ),
    "too many headers": (
        OK + b"X: a\r\n" * 6_000 + b"\r\n" + BODY,
        "a broken answer: it has more than 5000 headers",
    ),
    "endless headers": (
        OK + b"X-A: " + b"a" * LONGEST,
        "a broken answer: it has more than 256 KiB of headers",
    ),
    "another protocol": (
        b"SSH-2.0-OpenSSH_9.2\r\n",
        "a broken answer: it begins with 'SSH-2.0-OpenSSH_9.2', which is not HTTP",
    ),
    "a body alone": (
        BODY,
        "a broken answer: it begins with"
        " '<rss version=\"2.0\"><channel><title>C</ti', which is not HTTP",
    ),
    "an impossible status": (
        b"HTTP/1.1 20 OK\r\n\r\n" + BODY,
        "a broken answer: it begins with 'HTTP/1.1 20 OK', which is not HTTP",
    ),
    "half its headers": (OK + LENGTH, "a broken answer: it ends within its headers"),
    "half its body": (
        OK + LENGTH + b"\r\n" + BODY[:50],
        "a broken answer: it breaks off, or isn't as long as its headers say",
    ),
    "half its chunks": (
        OK + CHUNKED + b"\r\n" + CHUNKS[:50],
        "a broken answer: it breaks off, or isn't as long as its headers say",
    ),
    "no chunks": (
        OK + CHUNKED + b"\r\n" + BODY,
        "a broken answer: it has a chunk without a size",
    ),
    "endless headers behind the chunks": (
        OK + CHUNKED + b"\r\n" + CHUNKS[:-2] + b"X-A: " + b"a" * 70_000,
        "a broken answer: it has more than 64 KiB after its chunks",
    ),
    "more headers behind the chunks": (
        OK + CHUNKED + b"\r\n" + CHUNKS[:-2] + b"X-A: a\r\n" * 20_000,
        "a broken answer: it has more than 64 KiB after its chunks",
    ),
    "an endless line before a chunk": (
        OK + CHUNKED + b"\r\n5;" + b"a" * 70_000,
        "a broken answer: it has a chunk without a size",
    ),
    "a chunk for each byte": (
        OK + CHUNKED + b"\r\n" + b"1\r\n \r\n" * 500_001,
        "a broken answer: it comes in more than 500000 chunks",
    ),
    "no size after a chunk": (
        OK + CHUNKED + b"\r\n" + CHUNKS[:-5] + BODY,
        "a broken answer: it has a chunk without a size",
    ),
    "a chunk of no size": (
        OK + CHUNKED + b"\r\n-5\r\n" + BODY,
        "a broken answer: it has a chunk without a size",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_with_an_answer_is_said(parser: ParserPool, name: str) -> None:
    answer, why = SAID[name]
    (health,) = polled_raw(parser, answer).health
    assert (health.state, health.detail) == (FeedState.BROKEN, why)


def test_a_server_that_closes_without_a_word_gave_no_answer(parser: ParserPool) -> None:
    (health,) = polled_raw(parser, b"").health
    assert health.state is FeedState.UNREACHABLE
    assert health.detail == "the server closed the connection without an answer"


def test_a_broken_answer_is_asked_for_sooner_again_than_a_server_that_is_away() -> None:
    broken, away = (
        schedule.weight(PollResult(state=state))
        for state in (FeedState.BROKEN, FeedState.UNREACHABLE)
    )
    assert 0 < broken < away
