"""`wirewatch export --format parquet`, read by DuckDB as the page of exports shows."""

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec
import pytest

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import message
from streams.contract.topics import ALERTS, TAGGED
from streams.model.alert import Kind
from tests.streams.worker.test_work import put
from tests.support.commands import ended
from tests.support.folders import ROOT
from tests.support.received import received
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged
from wirewatch.export import read
from wirewatch.export.formats import FORMATS
from wirewatch.export.parquet import NoParquetError
from wirewatch.export.read import MARGIN, chosen
from wirewatch.history.tail import HeaderFilter


def counted(file: Path) -> list[tuple[object, ...]]:
    """Run the query of the page of exports on a file."""
    page = (ROOT / "docs" / "exports.md").read_text("utf-8")
    (query,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    assert "'alerts.parquet'" in query
    found = duckdb.sql(query.replace("alerts.parquet", str(file)))
    assert found is not None
    rows: list[tuple[object, ...]] = found.fetchall()
    return rows


@pytest.mark.long
def test_alerts_of_each_pair_and_week_are_counted_from_the_file(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    opened = sample_alert()
    told = [
        opened,
        sample_alert(sample_story("2")),
        msgspec.structs.replace(opened, event="of the first again", kind=Kind.UPDATED),
        msgspec.structs.replace(sample_alert(sample_story("3")), shadow=True),
    ]
    put(kafka_address, prefix, *map(message, told))
    file = tmp_path / "alerts.parquet"
    words = ("export", "--alerts", "--format", "parquet", "-o", str(file))
    given = {"WIREWATCH_KAFKA_PREFIX": prefix}
    done = ended(*words, "--kafka", kafka_address.address, given=given)
    assert done.returncode == 0, done.stderr
    ((pair, week, alerts),) = counted(file)
    today = datetime.now(UTC).date()
    assert (pair, alerts) == ("KH-US", 2)
    assert week in {
        day - timedelta(days=day.weekday()) for day in (today, today - timedelta(days=1))
    }


def test_columns_have_types_and_commas_in_names_part_nothing(tmp_path: Path) -> None:
    event = msgspec.structs.replace(sample_alert(), outlets=("Reed, Marsh & Co", "Delta Post"))
    file = tmp_path / "alerts.parquet"
    with file.open("wb") as out, FORMATS["parquet"][ALERTS].writing(out) as write:
        write(received(event))
    table = duckdb.read_parquet(str(file))
    (row,) = table.project("outlets, pairs, shadow, epoch(written)").fetchall()
    assert row == (["Reed, Marsh & Co", "Delta Post"], ["KH-US"], False, NOON.timestamp())


def test_more_rows_than_are_kept_at_once_are_all_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.export.parquet.ROWS", 2)
    file = tmp_path / "stories.parquet"
    with file.open("wb") as out, FORMATS["parquet"][TAGGED].writing(out) as write:
        for number in range(5):
            write(received(sample_tagged(sample_story(str(number)))))
    table = duckdb.read_parquet(str(file))
    assert table.aggregate("count(DISTINCT story)").fetchall() == [(5,)]


def test_without_its_library_or_a_file_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = ended("export", "--format", "parquet", "--kafka", "127.0.0.1:9")
    assert done.returncode == 2
    assert b"give --output FILE" in done.stderr
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with (
        (tmp_path / "out").open("wb") as out,
        pytest.raises(NoParquetError, match="pip install"),
        FORMATS["parquet"][ALERTS].writing(out),
    ):
        pass


def test_reading_ends_soon_after_until_and_not_at_the_first_record_beyond() -> None:
    until = NOON
    times = [NOON - MARGIN, NOON + MARGIN / 2, NOON - MARGIN / 4, NOON + MARGIN, NOON + 2 * MARGIN]
    records = iter(
        [
            received(sample_tagged(sample_story(str(number))), number, at)
            for number, at in enumerate(times)
        ]
    )
    assert [one.offset for one in chosen(records, HeaderFilter(), until)] == [0, 2]
    assert [one.offset for one in records] == [4]


def test_ids_that_are_kept_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_IDS", 2)
    tagged = [received(sample_tagged(sample_story(name))) for name in "112231"]
    found = [one is not None for one in chosen(tagged, HeaderFilter(), None)]
    assert len(found) == 4
