import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from connectors.sqlite import open_file

SCHEMA = "CREATE TABLE IF NOT EXISTS things (name TEXT)"


def test_many_may_open_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    def open_new(number: int) -> str:
        db = open_file(tmp_path / f"{number // 8}" / "new.sqlite", SCHEMA)
        try:
            mode: str = db.execute("PRAGMA journal_mode").fetchone()[0]
            return mode
        finally:
            db.close()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(open_new, range(160))) == {"wal"}


def test_one_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute(SCHEMA)
    # SQLite itself waits for any other lock when the journal's mode changes, but not for this one.
    writer.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as threads:
        opening = threads.submit(lambda: open_file(path, SCHEMA).close())
        assert wait([opening], timeout=0.2).not_done
        writer.rollback()
        writer.close()
        opening.result(30)
