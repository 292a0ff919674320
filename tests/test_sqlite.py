import sqlite3
from concurrent.futures import ThreadPoolExecutor
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


def test_a_reader_of_a_moment_does_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    reader = sqlite3.connect(path, check_same_thread=False)
    reader.execute(SCHEMA)
    reader.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(1) as threads:
        opening = threads.submit(lambda: open_file(path, SCHEMA).close())
        assert not opening.done()
        reader.rollback()
        reader.close()
        opening.result(30)
