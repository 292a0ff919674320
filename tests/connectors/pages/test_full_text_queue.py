"""The pages that are wanted: no clock that is set and no damage to the file holds them up."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.pages.page_queue import Queue
from tests.support.samples import sample_story

NOW = 1_000_000.0
DAY = 24 * 3600.0
ONE = replace(sample_story(), id="one", url="https://one.example/1")
TWO = replace(sample_story(), id="two", url="https://two.example/2")


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with closing(Queue(tmp_path / "full_text.sqlite")) as opened:
        opened.add([ONE, TWO], NOW)
        yield opened


def due(queue: Queue, now: float) -> list[str]:
    return [wanted.story.id for wanted in queue.due(now, busy=(), limit=9)]


def test_a_clock_that_is_set_back_puts_no_page_off(queue: Queue) -> None:
    (first, _) = queue.due(NOW, busy=(), limit=9)
    queue.retry(first, NOW, at=NOW + 3600, reason="away")
    assert due(queue, NOW + 10) == ["two"]
    assert sorted(due(queue, NOW - DAY)) == ["one", "two"]


def test_a_row_that_nothing_can_be_made_of_stops_no_other(queue: Queue) -> None:
    queue._db.execute("UPDATE pages SET record = x'00' WHERE story = 'one'")
    assert due(queue, NOW) == ["two"]
    assert due(queue, NOW) == ["two"]


def test_a_damaged_file_is_kept_aside_and_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "full_text.sqlite"
    path.write_bytes(b"no database " * 1000)
    with closing(Queue(path)) as opened:
        opened.add([ONE], NOW)
        assert due(opened, NOW) == ["one"]
    assert path.with_name("full_text.sqlite.aside-1").exists()
