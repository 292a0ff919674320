"""Wire files: each is read when it is new or changed, and a bad one stops no other."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from connectors.formats.cleaning import clean
from connectors.formats.entry import Parsed
from connectors.http.fetch import Failed
from connectors.parsing.parser_messages import Task
from connectors.parsing.parser_worker import TASKS
from connectors.polling import wire, wire_marks
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.wire import Wire, read_wire


class Inline:
    """Parses here and now."""

    async def parse(
        self, body: bytes, url: str, content_type: str, *, task: Task = Task.FEED
    ) -> Parsed:
        return clean(TASKS[task](body, url, content_type))


def item(guid: str, **more: object) -> str:
    return json.dumps({"uri": guid, "headline": f"Story {guid}", "pubstatus": "usable", **more})


def put(folder: Path, name: str, text: str, age: float = 100.0) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age, time.time() - age))


async def turn(url: str, marks: Mapping[str, str], country: str | None = None) -> Wire | Failed:
    key = (("X-Key", "a secret"),)
    feed = Feed(id="w", url=url, source="W", kind=FeedKind.WIRE, headers=key, country=country)
    async with aiohttp.ClientSession() as session:
        return await read_wire(feed, session, Inline(), marks)


def read(folder: Path, marks: Mapping[str, str] | None = None, country: str | None = None) -> Wire:
    found = asyncio.run(turn(folder.as_uri(), marks or {}, country))
    assert isinstance(found, Wire)
    return found


def titles(found: Wire) -> list[str]:
    return [entry.title for entry in found.parsed.entries]


def test_each_file_is_read_once_oldest_first(tmp_path: Path) -> None:
    put(tmp_path, "b.json", item("1"), age=300)
    put(tmp_path, "sub/a.json", item("2"), age=200)
    first = read(tmp_path)
    assert (titles(first), first.faults, first.more) == (["Story 1", "Story 2"], (), False)
    assert titles(read(tmp_path, first.marks)) == []
    put(tmp_path, "b.json", item("1", headline="Story 1, again"), age=100)
    second = read(tmp_path, first.marks)
    assert titles(second) == ["Story 1, again"]
    assert set(second.marks) == {"b.json", "sub/a.json"}


def test_a_plain_path_is_a_folder_too(tmp_path: Path) -> None:
    folder = tmp_path / "100% #new?"
    put(folder, "a.json", item("1"))
    for url in (str(folder), folder.as_uri()):
        found = asyncio.run(turn(url, {}))
        assert isinstance(found, Wire)
        assert titles(found) == ["Story 1"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = asyncio.run(turn((tmp_path / "gone").as_uri(), {}))
    assert isinstance(found, Failed)
    assert found.reason == "the folder can't be read: No such file or directory"


def test_a_file_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    put(tmp_path, "a.json", item("1"))
    assert read(tmp_path, {"gone.json": "1 2"}).marks.keys() == {"a.json"}


def test_hidden_and_unfinished_files_and_links_are_left_alone(tmp_path: Path) -> None:
    for name in (".a.json", "a.json.tmp", "A.PART", ".hidden/a.json"):
        put(tmp_path, name, item("1"))
    (tmp_path / "link.json").symlink_to(tmp_path / ".a.json")
    os.mkfifo(tmp_path / "pipe.json")
    assert read(tmp_path).marks == {}


def test_a_file_still_written_to_is_left_for_later(tmp_path: Path) -> None:
    put(tmp_path, "a.json", item("1"), age=0)
    assert (titles(read(tmp_path)), read(tmp_path).marks) == ([], {})


def test_a_file_that_may_still_grow_is_tried_again(tmp_path: Path) -> None:
    put(tmp_path, "a.json", item("1")[:-9], age=10)
    first = read(tmp_path)
    assert (titles(first), first.marks, first.faults) == ([], {}, ())
    put(tmp_path, "a.json", item("1"), age=2)
    assert titles(read(tmp_path, first.marks)) == ["Story 1"]


def test_a_bad_file_stops_no_other_and_is_told_once(tmp_path: Path) -> None:
    put(tmp_path, "bad.json", '{"uri": ', age=300)
    put(tmp_path, "good.json", item("1"))
    first = read(tmp_path)
    assert titles(first) == ["Story 1"]
    (fault,) = first.faults
    assert fault.startswith("bad.json: broken JSON")
    assert read(tmp_path, first.marks).faults == ()


def test_a_file_too_large_is_told(tmp_path: Path) -> None:
    put(tmp_path, "large.json", "")
    os.truncate(tmp_path / "large.json", 16 * 1024 * 1024)
    os.utime(tmp_path / "large.json", (0, 0))
    assert read(tmp_path).faults == ("large.json: more than 15360 KiB",)


def test_a_turn_takes_only_so_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_FILES", 2)
    for number in range(5):
        put(tmp_path, f"{number}.json", item(str(number)), age=300 - number)
    marks: Mapping[str, str] = {}
    seen = []
    for more in (True, True, False):
        found = read(tmp_path, marks)
        assert found.more is more
        seen += titles(found)
        marks = found.marks
    assert seen == [f"Story {number}" for number in range(5)]


def test_a_turn_takes_only_so_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 100)
    for number in range(3):
        put(tmp_path, f"{number}.json", item(str(number), body_text="x" * 200), age=300 - number)
    first = read(tmp_path)
    assert (titles(first), first.more) == (["Story 0"], True)
    assert "the rest comes in the next one" in first.faults[0]


def test_many_faults_are_counted(tmp_path: Path) -> None:
    for number in range(25):
        put(tmp_path, f"{number:02}.json", "{")
    faults = read(tmp_path).faults
    assert (len(faults), faults[-1]) == (21, "and 5 more files")


def test_of_versions_in_one_turn_the_last_counts(tmp_path: Path) -> None:
    put(tmp_path, "a.json", item("1", version="10", headline="tenth"), age=300)
    put(tmp_path, "b.json", item("1", version="9", headline="ninth"), age=200)
    put(tmp_path, "c.json", item("2", headline="early"), age=200)
    put(tmp_path, "d.json", item("2", headline="late"), age=100)
    assert titles(read(tmp_path)) == ["tenth", "late"]


def test_an_embargo_without_a_zone_ends_in_the_outlets_for_its_file_too(tmp_path: Path) -> None:
    put(tmp_path, "a.json", item("1", embargoed="2099-01-01 10:00"))
    found = read(tmp_path, country="KH")
    assert wire_marks.read(found.marks["a.json"]).until == 4070919600.0  # 03:00 UTC


def test_a_story_comes_again_when_its_embargo_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    put(tmp_path, "a.json", item("1", embargoed=until.isoformat()))
    first = read(tmp_path)
    assert titles(first) == ["Story 1"]
    assert titles(read(tmp_path, first.marks)) == []
    later = time.time() + 3601
    monkeypatch.setattr(time, "time", lambda: later)
    second = read(tmp_path, first.marks)
    assert titles(second) == ["Story 1"]
    assert titles(read(tmp_path, second.marks)) == []


@dataclass
class Agency:
    """A server with a list of files, and honest ETags."""

    files: dict[str, str]
    elsewhere: str = "/missing.json"
    asked: list[str] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        self.keys.add(request.headers.get("X-Key"))
        if name == "list":
            return web.json_response([*(f"/{each}" for each in self.files), self.elsewhere])
        if name not in self.files:
            raise web.HTTPNotFound
        tag = f'"{hash(self.files[name])}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=self.files[name], headers={"ETag": tag})

    def turns(self, *changes: dict[str, str], listed: str = "list") -> list[Wire | Failed]:
        """Take a turn before the first of the changes and after each."""

        async def main() -> list[Wire | Failed]:
            found: list[Wire | Failed] = []
            async with serving(self) as address:
                for change in ({}, *changes):
                    self.files.update(change)
                    last = found[-1] if found else None
                    marks = last.marks if isinstance(last, Wire) else {}
                    found.append(await turn(f"{address}/{listed}", marks))
            return found

        return asyncio.run(main())


@asynccontextmanager
async def serving(agency: Agency) -> AsyncIterator[str]:
    """Serve an agency's files; give its address."""
    app = web.Application()
    app.router.add_get("/{name}", agency.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def test_a_list_is_followed_and_asked_for_changes() -> None:
    agency = Agency({"a.json": item("1"), "bad.json": "{"})
    first, same, changed = agency.turns({}, {"a.json": item("1", headline="again")})
    assert isinstance(first, Wire)
    assert isinstance(same, Wire)
    assert isinstance(changed, Wire)
    assert titles(first) == ["Story 1"]
    assert [fault.split(":")[0] for fault in first.faults] == ["bad.json", "missing.json"]
    assert titles(same) == []
    assert same.faults == ("missing.json: the server says 404 Not Found",)
    assert titles(changed) == ["again"]
    assert agency.keys == {"a secret"}


def test_the_feeds_headers_go_to_no_other_host() -> None:
    other, own = Agency({"b.json": item("2")}), Agency({"a.json": item("1")})

    async def main() -> Wire | Failed:
        async with serving(other) as there, serving(own) as here:
            own.elsewhere = f"{there}/b.json"
            return await turn(f"{here}/list", {})

    found = asyncio.run(main())
    assert isinstance(found, Wire)
    assert titles(found) == ["Story 1", "Story 2"]
    assert (own.keys, other.keys) == ({"a secret"}, {None})


def test_a_list_that_is_none_is_told() -> None:
    agency = Agency({"feed.xml": "<rss version='2.0'><channel/></rss>"})
    (found,) = agency.turns(listed="feed.xml")
    assert isinstance(found, Failed)
    (found,) = agency.turns(listed="nothing")
    assert isinstance(found, Failed)
    assert found.reason == "the server says 404 Not Found"
