"""Real feed files over loopback HTTP, all the way to `tagged`; nothing may be lost or doubled.

Every XML file under the folders is served as a feed of its own, and polled once by a real
`wirewatch poll` with a real `wirewatch work` behind it, then once more. The truth is what plain
feedparser sees in each file. Entries of one feed that are the same to the last letter are one
story: they are counted apart.
"""

import asyncio
import io
import tempfile
from collections import Counter
from pathlib import Path

from aiohttp import web
from feedparser.api import parse

from benchmarks.support.options import Options, existing
from benchmarks.support.stand import Reader, begin, process, until, wirewatch
from connectors.kafka import ensure_topics
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import FEED_HEALTH, STORIES, TAGGED
from streams.model.feed_health import FeedHealth
from wirewatch.local_kafka import PrivateKafka


async def main(folders: list[Path]) -> None:
    """Measure, and print a table."""
    begin()
    files = sorted(file for folder in folders for file in folder.rglob("*.xml"))
    if not files:
        raise SystemExit("no XML file under the folders given")
    entries = {file: seen_by_feedparser(file.read_bytes()) for file in files}
    runner, port = await serve(files)
    try:
        with tempfile.TemporaryDirectory() as name:
            await asyncio.to_thread(measure, Path(name), files, entries, port)
    finally:
        await runner.cleanup()


def seen_by_feedparser(body: bytes) -> list[str]:
    """Return the entries that plain feedparser sees, each as all of its text; none if it fails."""
    try:
        return [repr(sorted(entry.items())) for entry in parse(io.BytesIO(body)).entries]
    except Exception as error:  # noqa: BLE001 - feedparser raises anything at all on bad input
        print(f"plain feedparser fails on a file: {error!r}")
        return []


async def serve(files: list[Path]) -> tuple[web.AppRunner, int]:
    """Serve the files by number, as they are."""

    async def answer(request: web.Request) -> web.Response:
        body = files[int(request.match_info["number"])].read_bytes()
        return web.Response(body=body, headers={"Content-Type": "application/xml"})

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


def measure(folder: Path, files: list[Path], entries: dict[Path, list[str]], port: int) -> None:
    """Poll twice, tag, count and compare."""
    (folder / "wirewatch.toml").write_text("allow_private_addresses = true\n")
    (folder / "feeds.toml").write_text(
        "\n".join(
            f'[[feed]]\nid = "f{n}"\nsource = "F{n}"\nurl = "http://127.0.0.1:{port}/{n}"\n'
            for n in range(len(files))
        )
    )
    with PrivateKafka(folder / "data" / "kafka") as kafka:
        ensure_topics(kafka.access)
        shared = ("--json", "--kafka", kafka.address, "--config", str(folder))
        stories = Reader(kafka.access, STORIES.name)
        tagged = Reader(kafka.access, TAGGED.name)
        log = folder / "log"
        with process(*wirewatch("work", *shared), log=log):
            poll_once(shared, log)
            first = stories.count()
            poll_once(shared, log)
            until(stories.count(), tagged)
        health = states(kafka.access)
        report(files, entries, health, first, stories.count(), tagged.count())


def poll_once(shared: tuple[str, ...], log: Path) -> None:
    """Poll every feed once."""
    with process(*wirewatch("poll", "--once", *shared), log=log) as polling:
        if polling.wait(600) != 0:
            raise RuntimeError(log.read_text("utf-8")[-2_000:])


def states(address: KafkaAccess) -> dict[str, FeedHealth]:
    """Return the health of each feed after its first poll."""
    reader = Reader(address, FEED_HEALTH.name, FEED_HEALTH.partitions)
    found: dict[str, FeedHealth] = {}
    for record in reader.rest():
        health = decode(record.value, FeedHealth)
        found.setdefault(health.feed, health)
    reader.close()
    return found


def report(
    files: list[Path],
    entries: dict[Path, list[str]],
    health: dict[str, FeedHealth],
    first: int,
    stories: int,
    tagged: int,
) -> None:
    """Print the account, and each feed that gives fewer stories than feedparser sees entries."""
    seen = sum(map(len, entries.values()))
    same = sum(len(each) - len(set(each)) for each in entries.values())
    read = Counter(one.state.value for one in health.values())
    print(f"feeds polled                            {len(health):>7} of {len(files)}")
    print(f"  by state                              {dict(read)}")
    print(f"entries seen by plain feedparser        {seen:>7}")
    print(f"  the same as another of their feed     {same:>7}")
    print(f"entries read                            {sum(h.entries for h in health.values()):>7}")
    print(f"in stories after the first poll         {first:>7}")
    print(f"added by a second poll                  {stories - first:>7}")
    print(f"in tagged                               {tagged:>7}")
    for number, file in enumerate(files):
        one, distinct = health[f"f{number}"], len(set(entries[file]))
        if one.stories < distinct or one.entries < len(entries[file]):
            print(
                f"  fewer: {file.name}: {distinct} distinct entries, "
                f"{one.entries} read, {one.stories} stories"
            )


if __name__ == "__main__":
    options = Options(__doc__, takes="four minutes for some five hundred feeds")
    options.add_argument("folders", nargs="+", type=existing, metavar="FOLDER", help="with feeds")
    asyncio.run(main(options.given().folders))
