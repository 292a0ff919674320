"""A feed that hangs or kills its parser harms no other, and no parser outlives poll."""

import asyncio
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from connectors.formats.entry import NotAFeedError, Parsed
from connectors.parsing.parser_pool import ParserPool, UnsafeParserError, check_expat
from tests.support.waiting import until

FEED = b'<rss version="2.0"><channel><item><title>One &amp; all</title></item></channel></rss>'
FRAGILE = (sys.executable, "-m", "tests.support.fragile_parser")


def parse_all(
    folder: Path, *bodies: bytes, seconds: float = 60.0, workers: int = 2, feeds: int = 500
) -> list[Parsed | BaseException]:
    async def main() -> list[Parsed | BaseException]:
        pool = ParserPool(workers, seconds, program=FRAGILE, feeds_per_worker=feeds)
        try:
            return await asyncio.gather(
                *(pool.parse(b, str(folder / str(n)), "ok") for n, b in enumerate(bodies)),
                return_exceptions=True,
            )
        finally:
            pool.close()

    return asyncio.run(main())


def started(folder: Path) -> bool:
    """Say whether the first parser has written its number down."""
    return (folder / "0").exists() and (folder / "0").read_text() != ""


def test_a_feed_is_parsed_in_another_process_into_plain_text() -> None:
    async def main() -> Parsed:
        pool = ParserPool(workers=1)
        try:
            return await pool.parse(FEED, "https://x.example/", "application/xml")
        finally:
            pool.close()

    assert [entry.title for entry in asyncio.run(main()).entries] == ["One & all"]


@pytest.mark.parametrize(
    ("bad", "reason", "seconds"),
    [
        (b"sleeps", "not parsed after 2 s", 1.0),
        (b"computes", "not parsed (in|after)", 1.0),
        (b"dies", r"kills the parser \(exit 139\)", 20.0),
        (b"swells", "too much memory", 20.0),
        (b"raves", "an answer that can't be read", 20.0),
        (b"errs", "not understood: KeyError", 20.0),
        (b"refuses", "a web page, not a feed", 20.0),
    ],
)
def test_one_bad_feed_fails_alone(tmp_path: Path, bad: bytes, reason: str, seconds: float) -> None:
    found = parse_all(tmp_path, b"a", bad, b"b", b"c", seconds=seconds)
    assert [bool(isinstance(one, Parsed)) for one in found] == [True, False, True, True]
    with pytest.raises(NotAFeedError, match=reason):
        raise found[1]  # type: ignore[misc] # mypy infers no lambda with a default  # the line above says that it is an error


def test_what_a_parser_prints_is_no_answer(tmp_path: Path) -> None:
    found = parse_all(tmp_path, b"prints", b"a", workers=1)
    assert found == [Parsed(entries=(), language="ok")] * 2


def test_a_worker_is_replaced_after_its_share(tmp_path: Path) -> None:
    parse_all(tmp_path, b"a", b"b", b"c", b"d", workers=1, feeds=2)
    pids = [(tmp_path / str(number)).read_text() for number in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def ended(pid: int) -> bool:
    return not psutil.pid_exists(pid)


def test_no_parser_is_left_behind(tmp_path: Path) -> None:
    parse_all(tmp_path, b"a", b"b", b"c")
    for file in tmp_path.iterdir():
        until(partial(ended, int(file.read_text())))


def test_no_parser_survives_a_cancelled_poll(tmp_path: Path) -> None:
    async def main() -> None:
        pool = ParserPool(1, program=FRAGILE)
        parsing = asyncio.create_task(pool.parse(b"sleeps", str(tmp_path / "0"), ""))
        await asyncio.to_thread(until, lambda: started(tmp_path))
        parsing.cancel()
        await asyncio.gather(parsing, return_exceptions=True)
        await pool.parse(b"a", str(tmp_path / "1"), "")
        pool.close()

    asyncio.run(main())
    assert not psutil.pid_exists(int((tmp_path / "0").read_text()))


def test_a_parser_is_given_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_SECRET", "not for parsers")

    async def main() -> dict[str, str]:
        pool = ParserPool(1, program=FRAGILE)
        asleep = asyncio.create_task(pool.parse(b"sleeps", str(tmp_path / "0"), ""))
        await asyncio.to_thread(until, lambda: started(tmp_path))
        environment = psutil.Process(int((tmp_path / "0").read_text())).environ()
        asleep.cancel()
        await asyncio.gather(asleep, return_exceptions=True)
        pool.close()
        return environment

    assert "WIREWATCH_SECRET" not in asyncio.run(main())


def test_a_parser_without_a_guard_against_bombs_is_refused() -> None:
    check_expat((2, 4, 1))
    with pytest.raises(UnsafeParserError, match=r"libexpat 2\.3\.0 .* 2\.4\.1 or newer"):
        check_expat((2, 3, 0))


def test_a_worker_that_was_ended_leaves_the_next_one_alone(tmp_path: Path) -> None:
    """The thread of a feed that took too long wakes up when the next feed is being parsed."""

    async def main() -> list[Parsed]:
        pool = ParserPool(1, 2.5, program=FRAGILE)
        try:
            found = []
            for number in range(2):
                with pytest.raises(NotAFeedError, match="not parsed after 5 s"):
                    await pool.parse(b"sleeps", str(tmp_path / "0"), "")
                found.append(await pool.parse(b"a", str(tmp_path / str(number)), "ok"))
            return found
        finally:
            pool.close()

    assert asyncio.run(main()) == [Parsed(entries=(), language="ok")] * 2
