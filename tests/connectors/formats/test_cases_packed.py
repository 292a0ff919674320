"""Packed bodies as they are found in the wild are read, within the limits of those that aren't."""

import gzip
import zlib
from functools import partial
from pathlib import Path

import brotli
import pytest

from connectors.http.fetch import LIMITS
from connectors.parsing.parser_pool import ParserPool
from streams.model.feed_health import FeedState
from tests.support.fetching import PACKERS
from tests.support.folders import DATA
from tests.support.polled import Answer, polled, polled_files, polled_raw

CASE = DATA / "cases" / "08-gzip-forms" / "feed.xml.gz"
PLAIN = gzip.decompress(CASE.read_bytes())
HEADLINE = "US and Cambodia to hold naval drills"
GZ = CASE.read_bytes()
RAW = zlib.compress(PLAIN)[2:-4]
HALF = len(PLAIN) // 2
FORMS = [
    # said by the server, and how it really is
    ("", GZ),
    ("gzip", GZ),
    ("GZIP", GZ),
    ("x-gzip", GZ),
    ("gzip, identity", GZ),
    ("identity", GZ),
    ("identity, gzip", GZ),
    ("gzip", gzip.compress(GZ)),
    ("gzip, gzip", gzip.compress(GZ)),
    ("", gzip.compress(GZ)),
    ("gzip", GZ + b"<!-- 0.1 s -->"),
    ("gzip", GZ + bytes(1_000)),
    ("gzip", GZ + b"\x1f"),
    ("gzip", GZ[:-8]),
    ("gzip", gzip.compress(PLAIN[:HALF]) + gzip.compress(PLAIN[HALF:])),
    ("gzip", PLAIN),
    ("br", PLAIN),
    ("zstd", PLAIN),
    ("deflate", PLAIN),
    ("deflate", zlib.compress(PLAIN)),
    ("deflate", RAW),
    ("deflate", GZ),
    ("br", brotli.compress(PLAIN)),
    ("gzip, br", brotli.compress(GZ)),
    ("zstd", PACKERS["zstd"](PLAIN[:HALF]) + PACKERS["zstd"](PLAIN[HALF:])),
    ("UTF-8", PLAIN),
    ("none", PLAIN),
    ("utf-8", GZ),
]


def answer(said: str, body: bytes, status: bytes = b"200 OK") -> bytes:
    """Return an answer to the letter: a server of a library would pack by itself."""
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n" % (status, len(body))
    return head + (f"Content-Encoding: {said}\r\n" if said else "").encode() + b"\r\n" + body


@pytest.mark.parametrize(("said", "body"), FORMS)
def test_what_is_packed_is_read_whatever_is_said_of_it(
    parser: ParserPool, said: str, body: bytes
) -> None:
    polls = polled_raw(parser, answer(said, body))
    assert (polls.headlines, polls.health[0].state) == ([HEADLINE], FeedState.OK)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_body_may_come_in_pieces_of_any_size(parser: ParserPool, size: int) -> None:
    body = gzip.compress(GZ)
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    packed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    assert polled_raw(parser, head + packed).headlines == [HEADLINE]


BOMB = bytes(4 * LIMITS.body_bytes)
BOMBS = {
    "gzip unsaid": ("", gzip.compress(BOMB)),
    "gzip in gzip": ("gzip", gzip.compress(gzip.compress(BOMB))),
    "members": ("gzip", gzip.compress(bytes(LIMITS.body_bytes // 4)) * 5),
    **{name: (name, pack(BOMB)) for name, pack in PACKERS.items()},
    "br in gzip": ("br, gzip", gzip.compress(partial(brotli.compress, quality=1)(BOMB))),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_cut_however_it_is_packed(parser: ParserPool, name: str) -> None:
    said, body = BOMBS[name]
    assert polled_raw(parser, answer(said, body)).health[0].state is FeedState.TOO_LARGE


@pytest.mark.parametrize(
    ("said", "body", "why"),
    [
        ("gzip", GZ[:60] + b"\xff" * 400, "compressed as gzip, and damaged"),
        (", ".join(["gzip"] * 9), GZ, "compressed 9 times over"),
    ],
)
def test_what_cannot_be_unpacked_is_said(
    parser: ParserPool, said: str, body: bytes, why: str
) -> None:
    health = polled_raw(parser, answer(said, body)).health[0]
    assert (health.state, health.detail) == (FeedState.BROKEN, f"a broken answer: {why}")


def test_a_packed_challenge_page_is_one(parser: ParserPool) -> None:
    page = b"<html><head><title>Just a moment...</title></head></html>"
    polls = polled_raw(parser, answer("gzip", gzip.compress(page), b"403 Forbidden"))
    assert polls.health[0].state is FeedState.BLOCKED


def test_wire_files_may_be_packed(parser: ParserPool, tmp_path: Path) -> None:
    bomb = gzip.compress(BOMB)
    broken = GZ[:60] + b"\xff" * 99
    polls = polled_files(parser, GZ, gzip.compress(GZ), bomb, broken, folder=tmp_path)
    assert polls.headlines == [HEADLINE]
    assert [health.detail for health in polls.health] == [
        "",
        "",
        "2.wire: more than 15360 KiB unpacked",
        "3.wire: compressed as gzip, and damaged",
    ]


def test_an_answer_without_a_word_on_packing_stays_as_it_is(parser: ParserPool) -> None:
    assert polled(parser, Answer(PLAIN)).headlines == [HEADLINE]
