"""A feed that hangs or kills its parser harms no other, and no parser outlives poll."""

import asyncio
import os
import time
from pathlib import Path

import psutil
import pytest

from connectors.sources import parser_pool
from connectors.sources.entry import NotAFeedError, Parsed
from connectors.sources.parser_pool import ParserPool
from tests.waiting import until

FEED = b'<rss version="2.0"><channel><item><title>One</title></item></channel></rss>'


def fake_parse(body: bytes, url: str, content_type: str) -> Parsed:
    """Stand in for a parser that a feed brings down; runs in the worker."""
    Path(url).write_text(str(os.getpid()))
    match body:
        case b"hangs":
            time.sleep(600)
        case b"dies":
            os._exit(139)
    return Parsed(entries=(), language=content_type)


def parse_all(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *bodies: bytes, seconds: float = 20.0
) -> list[Parsed | BaseException]:
    monkeypatch.setattr(parser_pool, "parse", fake_parse)

    async def main() -> list[Parsed | BaseException]:
        pool = ParserPool(workers=2, seconds=seconds)
        try:
            return await asyncio.gather(
                *(pool.parse(b, str(folder / str(n)), "ok") for n, b in enumerate(bodies)),
                return_exceptions=True,
            )
        finally:
            pool.close()

    return asyncio.run(main())


def test_a_feed_is_parsed_in_another_process() -> None:
    async def main() -> Parsed:
        pool = ParserPool(workers=1)
        try:
            return await pool.parse(FEED, "https://x.example/", "application/xml")
        finally:
            pool.close()

    assert [entry.title for entry in asyncio.run(main()).entries] == ["One"]


@pytest.mark.parametrize(
    ("bad", "reason", "seconds"),
    [(b"hangs", "not parsed after", 3.0), (b"dies", "kills the parser", 20.0)],
)
def test_one_bad_feed_fails_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bad: bytes, reason: str, seconds: float
) -> None:
    found = parse_all(monkeypatch, tmp_path, b"a", bad, b"b", b"c", seconds=seconds)
    assert isinstance(found[1], NotAFeedError)
    assert reason in str(found[1])
    assert [bool(isinstance(one, Parsed)) for one in found] == [True, False, True, True]


def test_no_parser_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parse_all(monkeypatch, tmp_path, b"a", b"b", b"c")
    for file in tmp_path.iterdir():
        pid = int(file.read_text())
        until(lambda pid=pid: not psutil.pid_exists(pid) or _dead(pid))  # type: ignore[misc]


def _dead(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
