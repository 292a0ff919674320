"""Wire files: a folder, or a list over HTTP, of files with a story or a few each.

What is known of a file is its mark: of one in a folder its size and time, of one over HTTP the
validators that its server gave. A file whose mark is as before isn't read again, unless it was
under embargo: its mark says until when, and then its story goes out. A bad file stops no other.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiohttp

from connectors.background import in_thread
from connectors.formats.dates import told
from connectors.formats.entry import Entry, NotAFeedError, NotInTimeError, Parsed
from connectors.http.decompress import UnpackError, unpack
from connectors.http.fetch import (
    LIMITS,
    NO_VALIDATORS,
    Failed,
    Fetched,
    NotModified,
    Page,
    Validators,
    fetch,
)
from connectors.http.origin import of_the_web
from connectors.parsing.parser_messages import Task
from connectors.plain_text import visible
from connectors.polling.entry_stories import context_of
from connectors.polling.feed import Feed
from connectors.polling.wire_folder import WireFile, read_file, wire_files
from connectors.polling.wire_marks import WireMark, of_validators, validators, written
from connectors.polling.wire_marks import read as mark_of
from streams.model.feed_health import FeedState

MOST_FILES = 500
MOST_BYTES = 64 * 1024 * 1024
"""Read in one turn; the rest comes in the next one."""
MOST_FAULTS = 20
ASKED_AGAIN = 20
"""Files over HTTP, first in the list, that are asked for changes each turn."""
SETTLED = 1.0
"""Seconds after which a file that was written to counts as whole."""
GIVEN_UP = 60.0
"""Seconds after which a file that can't be read is no longer one that is still being written."""
NAME_CHARACTERS = 200
"""Shown of a file's name, which anyone may have given it."""


class Parses(Protocol):
    """Parses a document into plain text, or raises `NotAFeedError`."""

    async def parse(
        self, body: bytes, url: str, content_type: str, *, task: Task = Task.FEED
    ) -> Parsed:
        """Parse a document, or read the list that it is."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What a turn gave. `marks` are all that is to be known in the next one; `faults` name files.

    `more` says that there are files left for the next turn.
    """

    parsed: Parsed
    marks: Mapping[str, str]
    faults: tuple[str, ...] = ()
    more: bool = False


@dataclass
class _Turn:
    """What a turn has come to so far."""

    feed: Feed
    marks: dict[str, str]
    now: float
    entries: list[Entry] = field(default_factory=list)
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    more: bool = False

    def add(self, file: WireFile, parsed: Parsed) -> None:
        """Take a file's entries."""
        self.entries += parsed.entries
        self.lost += parsed.lost
        now = datetime.fromtimestamp(self.now, UTC)
        ends = [
            told(entry.embargo_raw, None, context_of(self.feed, entry, parsed, now)).moment
            for entry in parsed.entries
        ]
        to_come = (end.timestamp() for end in ends if end and end > now)
        self.marks[file.name] = written(WireMark(file.mark, min(to_come, default=None)))

    def refuse(self, file: WireFile, reason: str) -> None:
        """Name a file that can't be read, and leave it alone until it changes."""
        self.fault(file.name, reason)
        self.marks[file.name] = written(WireMark(file.mark))

    def fault(self, name: str, reason: str) -> None:
        """Name a file that isn't read, without what else may stand in its address."""
        shown = name.partition("?")[0].rpartition("/")[2]
        shown = " ".join(visible(shown).split())
        self.faults.append(f"{shown[:NAME_CHARACTERS]}: {reason}")

    def result(self) -> Wire:
        """Return what is to be told. Of several versions of a story the last one counts."""
        faults = self.faults[:MOST_FAULTS]
        if len(self.faults) > MOST_FAULTS:
            faults.append(f"and {len(self.faults) - MOST_FAULTS} more files")
        if self.more:
            faults.append("more files than a turn takes: the rest comes in the next one")
        parsed = Parsed(
            entries=_last_versions(self.entries), language=None, lost=self.lost, format="wire files"
        )
        return Wire(parsed=parsed, marks=self.marks, faults=tuple(faults), more=self.more)


async def read_wire(
    feed: Feed, session: aiohttp.ClientSession, parser: Parses, marks: Mapping[str, str]
) -> Wire | Failed:
    """Read the files of a feed that aren't as their marks say, so many in a turn.

    Raises `NotInTimeError` where other work took the time that the list itself needs.
    """
    if of_the_web(feed.url):
        return await _read_list(feed, session, parser, marks)
    folder = Path(unquote(feed.url.removeprefix("file://")) if "://" in feed.url else feed.url)
    try:
        files = await in_thread(wire_files, folder)
    except OSError as error:
        reason = f"the folder can't be read: {error.strerror}"
        return Failed(state=FeedState.UNREACHABLE, reason=reason)
    return await _read_folder(feed, files, parser, marks)


async def _read_folder(
    feed: Feed, files: Sequence[WireFile], parser: Parses, marks: Mapping[str, str]
) -> Wire:
    now = time.time()
    names = {file.name for file in files if mark_of(marks.get(file.name, "")).at(now) == file.mark}
    same = {name: marks[name] for name in names}
    turn = _Turn(feed, marks=same, now=now)
    settled = [
        file for file in files if file.name not in same and turn.now - file.written >= SETTLED
    ]
    for file in _fitting(settled, turn):
        if file.size > LIMITS.body_bytes:
            turn.refuse(file, f"more than {LIMITS.body_bytes // 1024} KiB")
            continue
        try:
            body = await in_thread(_read_file, file)
            turn.add(file, await parser.parse(body, "", ""))
        except OSError as error:
            turn.fault(file.name, str(error.strerror))  # unmarked: it is tried again
        except NotInTimeError as error:
            turn.faults.append(f"{file.name}: {error}")  # unmarked: it is tried again
        except NotAFeedError as error:
            if turn.now - file.written >= GIVEN_UP:
                turn.refuse(file, str(error))
    return turn.result()


def _fitting(files: Iterable[WireFile], turn: _Turn) -> list[WireFile]:
    """Return the first files, as many as a turn may take."""
    taken: list[WireFile] = []
    size = 0
    for file in files:
        size += min(file.size, LIMITS.body_bytes)
        if taken and (len(taken) == MOST_FILES or size > MOST_BYTES):
            turn.more = True
            break
        taken.append(file)
    return taken


def _read_file(file: WireFile) -> bytes:
    """Read a file, which may be packed. Raises `OSError` and `NotAFeedError`."""
    try:
        body = unpack(read_file(file, LIMITS.body_bytes), LIMITS.body_bytes)
    except UnpackError as error:
        raise NotAFeedError(str(error)) from error
    if body is None:
        raise NotAFeedError(f"more than {LIMITS.body_bytes // 1024} KiB unpacked")
    return body


async def _read_list(
    feed: Feed, session: aiohttp.ClientSession, parser: Parses, marks: Mapping[str, str]
) -> Wire | Failed:
    page = await _get(feed, session, feed.url, NO_VALIDATORS)
    if not isinstance(page, Page):
        return page if isinstance(page, Failed) else _no_list("not modified, though not asked so")
    try:
        listed = await parser.parse(page.body, page.url, page.content_type, task=Task.LIST)
    except NotInTimeError:
        raise
    except NotAFeedError as error:
        return _no_list(str(error))
    named, now = listed.files, time.time()
    still = {name: mark_of(marks[name]).at(now) for name in named if name in marks}
    turn = _Turn(feed, marks={name: marks[name] for name in still}, now=now)
    known = [name for name, mark in still.items() if mark]
    new = [name for name in named if still.get(name) is None]
    turn.more = len(new) > MOST_FILES
    size = 0
    for name in [*known[:ASKED_AGAIN], *new[:MOST_FILES]]:
        if size > MOST_BYTES:
            turn.more = True
            break
        size += await _read_address(feed, session, parser, name, still.get(name) or "", turn)
    return turn.result()


async def _read_address(
    feed: Feed,
    session: aiohttp.ClientSession,
    parser: Parses,
    address: str,
    mark: str,
    turn: _Turn,
) -> int:
    """Read one file; give its bytes."""
    found = await _get(feed, session, address, validators(mark))
    if isinstance(found, NotModified):
        return 0
    if isinstance(found, Failed):
        turn.fault(address, found.reason)  # as it was: it is tried again
        return 0
    file = WireFile(address, of_validators(found.validators))
    try:
        parsed = await parser.parse(found.body, found.url, found.content_type)
        turn.add(file, parsed)
    except NotInTimeError as error:
        turn.faults.append(f"{Path(urlsplit(address).path).name}: {error}")  # tried again
    except NotAFeedError as error:
        turn.refuse(file, str(error))
    return len(found.body)


async def _get(
    feed: Feed, session: aiohttp.ClientSession, address: str, known: Validators
) -> Fetched:
    return await fetch(session, address, known, headers=feed.headers, home=feed.url)


def _no_list(reason: str) -> Failed:
    return Failed(state=FeedState.NOT_A_FEED, reason=reason)


def _last_versions(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the highest version of each story, the later one of equals."""
    last: dict[str, Entry] = {}
    for number, entry in enumerate(entries):
        key = entry.guid or f"\n{number}"
        if key not in last or _replaces(entry, last[key]):
            last.pop(key, None)
            last[key] = entry
    return tuple(last.values())


def _replaces(entry: Entry, before: Entry) -> bool:
    """Say whether an entry that came later is the newer version; without numbers it is."""
    numbers = [one.version for one in (entry, before) if one.version.isdecimal()]
    return len(numbers) < 2 or int(numbers[0][:18]) >= int(numbers[1][:18])
