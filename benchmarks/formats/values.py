"""Real feed files over loopback HTTP: read or named, nothing less than feedparser, values right.

The feeds are those of feedparser's own tests, fetched by pip, and all under the folders. Each is
fetched and parsed as poll does it. Told are: feeds that give neither entries nor a reason, fewer
entries than plain feedparser, and each title, link, id or date that differs from what the feed's
own project expects (a JSON file of the same name beside it, or feedparser's `Expect:` line).
Ends with 1 when a feed gives less than it must.
"""

import asyncio
import io
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from feedparser.api import parse as feedparser_parse

from benchmarks.formats.corpora import serve
from benchmarks.support.feed_files import expected, feedparser_feeds, feeds_under
from benchmarks.support.options import Options, existing
from connectors.formats.dates import Context, read
from connectors.formats.entry import Entry, NotAFeedError, Parsed
from connectors.http.fetch import Page, Validators, fetch
from connectors.parsing.parser_pool import ParserPool
from connectors.plain_text import line, visible

AT_ONCE = 8
NOW = Context(now=datetime(2100, 1, 1, tzinfo=UTC))
"""So late that no date of the past is clamped."""


@dataclass(frozen=True)
class Outcome:
    """What became of a feed: its entries, or a reason; and what is wrong with either."""

    parsed: Parsed | None
    reason: str
    fewer: str = ""
    differences: tuple[str, ...] = ()
    agreed: int = 0


async def main(folders: list[Path]) -> int:
    """Compare, print, and give the exit code."""
    with tempfile.TemporaryDirectory() as name:
        own = feedparser_feeds(Path(name))
        files = [*own, *feeds_under(folders)]
        runner, port = await serve(files)
        try:
            outcomes = await all_outcomes(files, port)
        finally:
            await runner.cleanup()
    return report(files, len(own), outcomes)


async def all_outcomes(files: list[Path], port: int) -> list[Outcome]:
    """Fetch and parse all, a few at a time."""
    slots = asyncio.Semaphore(AT_ONCE)
    pool = ParserPool()
    try:
        async with aiohttp.ClientSession() as session:

            async def one(number: int, file: Path) -> Outcome:
                async with slots:
                    url = f"http://127.0.0.1:{port}/{number}"
                    return await outcome(session, pool, url, file)

            return await asyncio.gather(*(one(number, file) for number, file in enumerate(files)))
    finally:
        pool.close()


async def outcome(
    session: aiohttp.ClientSession, pool: ParserPool, url: str, file: Path
) -> Outcome:
    """Return what becomes of one feed."""
    page = await fetch(session, url, Validators())
    if not isinstance(page, Page):
        return Outcome(None, f"not fetched: {page}")
    try:
        parsed = await pool.parse(page.body, page.url, page.content_type)
    except NotAFeedError as error:
        return Outcome(None, str(error), fewer=fewer(file, 0))
    known = expected(file)
    found = [each for pair in zip(known, parsed.entries, strict=False) for each in compared(*pair)]
    return Outcome(
        parsed,
        "",
        fewer=fewer(file, len(parsed.entries)),
        differences=tuple(difference for difference in found if difference),
        agreed=found.count(""),
    )


def fewer(file: Path, read_entries: int) -> str:
    """Say by how much an outcome is less than what plain feedparser gives; nothing if it isn't."""
    try:
        plain = len(feedparser_parse(io.BytesIO(file.read_bytes())).entries)
    except Exception:  # noqa: BLE001 - feedparser raises anything at all on bad input
        return ""
    return f"{read_entries} entries, feedparser gives {plain}" if read_entries < plain else ""


def compared(known: dict[str, str], entry: Entry) -> list[str]:
    """Return an empty text for each value that agrees, and the difference for the others."""
    moment = read(entry.published_raw, entry.published, NOW).moment
    given = {"title": entry.title, "link": entry.link, "id": entry.guid, "date": moment}
    return [
        "" if same(name, value, given[name]) else f"{name}: {given[name]!r}, expected {value!r}"
        for name, value in known.items()
    ]


def same(name: str, wanted: str, given: object) -> bool:
    """Compare a value with what is expected, which may be HTML."""
    if name == "date":
        try:
            moment = datetime.fromisoformat(wanted)
        except ValueError:
            return False
        return isinstance(given, datetime) and abs(moment - given).total_seconds() < 1
    if name == "title":
        return line(wanted) == given
    return visible(wanted.strip()) == given


def report(files: list[Path], own: int, outcomes: list[Outcome]) -> int:
    """Print the account; give the exit code."""
    read_ones = [one for one in outcomes if one.parsed is not None]
    reasons = Counter(one.reason for one in outcomes if one.parsed is None)
    formats = Counter(one.parsed.format or "no version" for one in read_ones if one.parsed)
    print(f"feeds                        {len(files):>7} ({own} of feedparser's tests)")
    print(f"read                         {len(read_ones):>7}")
    for name, count in formats.most_common():
        print(f"  {name:<27}{count:>7}")
    print(f"no feed, with a reason       {sum(reasons.values()):>7}")
    for reason, count in reasons.most_common():
        print(f"  {count:>4} {reason}")
    entries = sum(len(one.parsed.entries) for one in read_ones if one.parsed)
    print(f"entries                      {entries:>7}")
    print(
        f"  that could not be read     {sum(one.parsed.lost for one in read_ones if one.parsed):>7}"
    )
    bad = [(file, one.fewer) for file, one in zip(files, outcomes, strict=True) if one.fewer]
    print(f"fewer than feedparser        {len(bad):>7}")
    for file, difference in bad:
        print(f"  {file.name}: {difference}")
    print(f"values that agree            {sum(one.agreed for one in outcomes):>7}")
    print(f"values that differ           {sum(len(one.differences) for one in outcomes):>7}")
    for file, one in zip(files, outcomes, strict=True):
        for difference in one.differences:
            print(f"  {file.parent.name}/{file.name}: {difference}")
    return 1 if bad or any("not understood" in reason for reason in reasons) else 0


if __name__ == "__main__":
    options = Options(__doc__, takes="a few minutes")
    options.add_argument("folders", nargs="*", type=existing, metavar="FOLDER", help="with feeds")
    raise SystemExit(asyncio.run(main(options.given().folders)))
