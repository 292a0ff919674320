"""`wirewatch export`: past records as files, on a real Kafka."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from connectors.kafka import ensure_topics
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import TAGGED
from streams.model.story import Status
from streams.model.tags import Relation, TopicTag
from streams.tagging import shipped_topics
from tests.streams.worker.test_work import put
from tests.support.commands import ended_here, environment
from tests.support.samples import HEADLINE, sample_alert, sample_story, sample_tagged, sample_tags
from wirewatch.export.ninjs import MEDIA_TOPICS

SCHEMA = Path("tests/data/ninjs/ninjs-schema_3.1.json")


def exported(kafka: KafkaAccess, prefix: str, *words: str) -> CompletedProcess[bytes]:
    asked = ("export", *words, "--kafka", kafka.address)
    return ended_here(*asked, given={"WIREWATCH_KAFKA_PREFIX": prefix})


def rows(done: CompletedProcess[bytes]) -> list[dict[str, str]]:
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


def ninjs_schema() -> Draft202012Validator:
    """Return the IPTC's schema; of GeoJSON, which it names, we write nothing."""
    geo = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema"})
    known: Registry[Any] = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", geo)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return Draft202012Validator(schema, registry=known, format_checker=FormatChecker())


def test_ndjson_has_the_records_as_they_are_once_each_with_fields_of_later_releases(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    packed = message(sample_tagged())
    value = json.loads(packed.value) | {"mood": "of a later release"}
    newer = Message(TAGGED, packed.key, json.dumps(value, indent=1).encode(), packed.headers)
    put(kafka_address, prefix, newer)
    put(kafka_address, prefix, newer)
    done = exported(kafka_address, prefix)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [value]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), {"1", "2"}),
        (("--pair", "us-kh"), {"1"}),
        (("--topic", "defense"), {"1", "2"}),
        (("--topic", "trade"), set()),
        (("--since", "1d"), {"1", "2"}),
        (("--until", "1d"), set()),
        (("--since", "TOMORROW"), set()),
        (("--until", "TOMORROW"), {"1", "2"}),
    ],
)
def test_csv_has_a_row_for_each_story_that_was_asked_for(
    kafka_address: KafkaAccess, prefix: str, words: tuple[str, ...], wanted: set[str]
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    near, far = sample_story("1"), sample_story("2")
    apart = msgspec.structs.replace(
        sample_tagged(far), tags=sample_tags(far, relation=Relation.CO_MENTION)
    )
    put(kafka_address, prefix, message(sample_tagged(near)))
    put(kafka_address, prefix, message(apart))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    asked = [tomorrow if word == "TOMORROW" else word for word in words]
    found = rows(exported(kafka_address, prefix, "--format", "csv", *asked))
    ids = {near.id: "1", far.id: "2"}
    assert {ids[row["story"]] for row in found} == wanted
    pairs = {ids[row["story"]]: (row["pairs"], row["all_pairs"]) for row in found}
    assert pairs == {name: {"1": ("KH-US", "KH-US"), "2": ("", "KH-US")}[name] for name in wanted}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_is_a_formula_and_none_breaks_its_row(
    kafka_address: KafkaAccess, prefix: str, begin: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    headline = f'{begin}HYPERLINK("https://x.example";"ចុច, {HEADLINE}")\r\nmore'
    story = sample_story("1", headline=headline)
    put(kafka_address, prefix, message(sample_tagged(story)))
    (row,) = rows(exported(kafka_address, prefix, "--format", "csv"))
    assert row["headline"] == f"'{headline}"
    assert row["source"] == "Mekong Courier"


def test_alerts_are_exported_too(kafka_address: KafkaAccess, prefix: str) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    event = sample_alert()
    put(kafka_address, prefix, message(event))
    (row,) = rows(exported(kafka_address, prefix, "--alerts", "--format", "csv"))
    assert (row["alert"], row["kind"], row["pairs"]) == (event.alert, "opened", "KH-US")
    done = exported(kafka_address, prefix, "--alerts")
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == [event.event]


def test_each_line_of_ninjs_fits_the_schema_of_the_iptc(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    full = msgspec.structs.replace(
        sample_story("1"),
        summary="Two navies train together.",
        authors=("Desk", "Pool"),
        dateline="PHNOM PENH",
        updated=datetime(2026, 1, 2, tzinfo=UTC),
        embargo=datetime(2026, 1, 3, tzinfo=UTC),
        status=Status.CANCELED,
    )
    bare = msgspec.structs.replace(
        sample_story("2", body=""), url=None, published=None, status=Status.CORRECTED
    )
    spans = sample_tags(full).topics[0].spans
    topics = (
        TopicTag(slug="disaster", score=0.9, spans=spans),
        TopicTag(slug="rice", score=0.8, spans=spans),
    )
    tags = msgspec.structs.replace(sample_tags(full), topics=topics)
    put(kafka_address, prefix, message(msgspec.structs.replace(sample_tagged(full), tags=tags)))
    put(kafka_address, prefix, message(sample_tagged(bare)))
    done = exported(kafka_address, prefix, "--format", "ninjs")
    assert done.returncode == 0, done.stderr
    items = {item["version"]: item for item in map(json.loads, done.stdout.splitlines())}
    schema = ninjs_schema()
    for item in items.values():
        schema.validate(item)
    item = items[full.version]
    assert item["pubStatus"] == "canceled"
    assert items[bare.version]["pubStatus"] == "usable"
    assert {place["literal"] for place in item["places"]} == {"KH", "US"}
    assert item["subjects"] == [
        {"name": "disaster", "literal": "disaster"},
        {
            "name": "disaster, accident and emergency incident",
            "uri": "http://cv.iptc.org/newscodes/mediatopic/03000000",
        },
        {"name": "rice", "literal": "rice"},
    ]
    assert not schema.is_valid(item | {"colour": "red"})


def test_the_media_topic_of_each_shipped_topic_is_the_same_or_a_broader_one_of_the_table() -> None:
    table, of = set(), ""
    for line in (
        Path("docs/topics.md").read_text().partition("## IPTC Media Topics")[2].splitlines()
    ):
        if line.startswith("| "):
            topic, code, name, how = (cell.strip() for cell in line.strip("|").split("|"))
            of = topic.strip("`") or of
            if how.startswith(("same", "broader")):
                table.add((of, code, name.partition(" (")[0]))
    assert {topic.slug for topic in shipped_topics()} == set(MEDIA_TOPICS)
    assert {(topic, code, name) for topic, (code, name) in MEDIA_TOPICS.items()} <= table


def test_a_file_is_there_whole_or_as_it_was(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(sample_tagged()))
    target = tmp_path / "stories.ndjson"
    target.write_text("of yesterday")
    gone = ended_here("export", "-o", str(target), "--kafka", "127.0.0.1:1")
    assert gone.returncode == 1
    assert target.read_text() == "of yesterday"
    done = exported(kafka_address, prefix, "--output", str(target))
    assert done.returncode == 0, done.stderr
    assert json.loads(target.read_text())["story"]["headline"] == HEADLINE
    assert list(tmp_path.iterdir()) == [target]


def test_a_record_that_can_not_be_read_is_named_and_the_others_are_written(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, Message(TAGGED, b"bad", b'{"story": 1}', ()))
    put(kafka_address, prefix, message(sample_tagged()))
    done = exported(kafka_address, prefix, "--format", "csv")
    assert done.returncode == 1
    assert re.search(rb"tagged/\d/0 left out: ", done.stderr)
    assert HEADLINE in done.stdout.decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "cvs"), 'did you mean "csv"'),
        (("--format", "ninjs", "--alerts"), "no form for alerts: choose ndjson or csv or parquet"),
        (("--since", "soon"), "is not a time"),
        (("--since", "1d", "--until", "2d"), "not after"),
        (("--pair", "Cambodia"), "write it like KH-US"),
    ],
)
def test_what_can_not_be_asked_is_named(words: tuple[str, ...], said: str) -> None:
    done = ended_here("export", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.decode().replace("│", " ").split())


def test_an_output_that_can_not_be_written_is_named(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    for target, said in ((tmp_path, "is not a file"), (tmp_path / "no/x.csv", "can't write")):
        done = exported(kafka_address, prefix, "-o", str(target))
        assert done.returncode == 1
        assert said in done.stderr.decode()


def test_times_beyond_all_dates_are_named_or_mean_all(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    put(kafka_address, prefix, message(sample_tagged()))
    done = exported(kafka_address, prefix, "--since", "0001-01-01", "-o", "-")
    assert len(done.stdout.splitlines()) == 1
    done = exported(kafka_address, prefix, "--since", "9999-12-31T23:59:59-14:00")
    assert done.returncode == 2
    assert "too near to the end of all dates" in " ".join(done.stderr.decode().split())


def test_a_standard_output_that_is_closed_is_no_fault(
    kafka_address: KafkaAccess, prefix: str
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words = ("export", "--kafka", kafka_address.address)
    script = f"{shlex.quote(sys.executable)} -m wirewatch {shlex.join(words)} >&-"
    given = environment({"WIREWATCH_KAFKA_PREFIX": prefix}, words)
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, env=given, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
