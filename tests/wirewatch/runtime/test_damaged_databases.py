"""A SQLite file of the data folder that is damaged or can't be used: told, with what helps."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.delivery.notices.queue import FILE as NOTICES
from connectors.delivery.notices.queue import NoticeQueue
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.summary import outbox_summary
from connectors.errors import ConnectorError
from connectors.pages.lifecycle import FILE as FULL_TEXT
from connectors.pages.page_queue import Queue
from connectors.polling.feed_state import FeedStore
from wirewatch.archive import queries
from wirewatch.archive.layout import FILE as ARCHIVE
from wirewatch.archive.writer import writing
from wirewatch.errors import ProgramError
from wirewatch.runtime.log_identity import FEEDS
from wirewatch.status.collect import OUTBOX

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "garbled": lambda whole: whole[:1024] + b"\xa5" * (len(whole) - 1024),
    "cut": lambda whole: whole[: len(whole) // 2],
    "cut in its head": lambda whole: whole[:50],
    "overwritten": lambda _: b"no database " * 1_000,
}
FOLDER, RIGHTS = "a folder is in its place: move it away", "this user may not write it: change"


@contextmanager
def archive(path: Path) -> Iterator[object]:
    with writing(path.parent) as db:
        yield db


OPENED: dict[str, Callable[[Path], Any]] = {
    FEEDS: lambda path: closing(FeedStore(path)),
    NOTICES: lambda path: closing(NoticeQueue(path)),
    FULL_TEXT: lambda path: closing(Queue(path)),
    OUTBOX: lambda path: closing(Outbox(path)),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", OPENED)
def test_a_damaged_file_is_moved_aside_made_anew_and_told(
    tmp_path: Path, name: str, damage: str
) -> None:
    path = tmp_path / name
    with OPENED[name](path):
        pass
    damaged = DAMAGES[damage](path.read_bytes())
    path.write_bytes(damaged)
    with capture_logs() as said, OPENED[name](path) as opened:
        told = f"{getattr(opened, 'remark', '')} {said}"
    aside = path.with_name(f"{name}.aside-1")
    assert aside.read_bytes() == damaged
    assert aside.name in told
    assert "is damaged" in told
    with capture_logs() as said, OPENED[name](path):
        assert said == []


@pytest.mark.parametrize("name", [*OPENED, ARCHIVE])
def test_a_file_that_cannot_be_used_is_told_with_the_remedy(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    opened = OPENED.get(name, archive)
    path.mkdir()
    with pytest.raises((sqlite3.Error, ConnectorError, ProgramError), match=FOLDER), opened(path):
        pass
    path.rmdir()
    with opened(path):
        pass
    # For the superuser, who may run the tests, every file can be written.
    monkeypatch.setattr(os, "access", lambda _, use: use == os.R_OK)
    with pytest.raises((sqlite3.Error, ConnectorError, ProgramError), match=RIGHTS), opened(path):
        pass


def stories(path: Path) -> None:
    with queries.reading(path.parent):
        pass


@pytest.mark.parametrize("look", [outbox_summary, stories])
def test_who_only_looks_is_told_too(tmp_path: Path, look: Callable[[Path], object]) -> None:
    path = tmp_path / ARCHIVE
    path.mkdir()
    with pytest.raises((ConnectorError, ProgramError), match=FOLDER):
        look(path)
