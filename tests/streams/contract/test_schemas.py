"""The published schemas are those of the records, and no release breaks who reads by an old one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings

from streams.contract.codec import encode
from streams.contract.schemas import PUBLIC, asyncapi, json_schema
from streams.contract.topics import TOPICS
from tests.support import strategies
from tests.support.folders import DATA, ROOT

RELEASES = sorted(folder for folder in (DATA / "schemas").iterdir())
RECORDS = {record.kind: record.name for record in PUBLIC.values()}


@pytest.mark.parametrize("name", PUBLIC)
def test_the_published_schema_is_the_one_in_use(name: str) -> None:
    """When this fails: `wirewatch schemas --write docs/schemas`."""
    published = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))
    assert published == json_schema(name)


@given(strategies.records)
@settings(max_examples=50)
def test_what_is_sent_keeps_to_its_schema(record: msgspec.Struct) -> None:
    name = RECORDS.get(type(record))
    if name is not None:
        jsonschema.Draft202012Validator(json_schema(name)).validate(json.loads(encode(record)))


@pytest.mark.parametrize(
    ("name", "release"),
    [(file.stem, folder) for folder in RELEASES for file in sorted(folder.glob("*.json"))],
)
def test_who_reads_by_the_schema_of_a_release_can_read_what_is_sent_now(
    name: str, release: Path
) -> None:
    before = json.loads((release / f"{name}.json").read_text("utf-8"))
    assert list(broken(before["$defs"], json_schema(name)["$defs"])) == []


def broken(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Yield what a reader of `before` would miss or take for wrong."""
    for kind, old in before.items():
        new = now.get(kind)
        if new is None:
            yield f"{kind} is gone"
            continue
        for field, was in old.get("properties", {}).items():
            there = new["properties"].get(field)
            if there is None:
                yield f"{kind}.{field} is gone"
            elif shape(there) != shape(was):
                yield f"{kind}.{field} was {shape(was)}, is {shape(there)}"
        if missing := set(old.get("required", ())) - set(new.get("required", ())):
            yield f"{kind}: {missing} may be absent now"
        if added := set(new.get("required", ())) - set(old.get("required", ())):
            yield f"{kind}: {added} is asked for, and records of before have none"
        if lost := values(old) - values(new):
            yield f"{kind}: {lost} are no values any more"


def values(kind: dict[str, Any]) -> set[str]:
    """Return the values that a schema names, whether it allows others or not."""
    return {value for part in (kind, *kind.get("anyOf", ())) for value in part.get("enum", ())}


def shape(schema: dict[str, Any]) -> dict[str, Any]:
    found = {name: part for name, part in schema.items() if name not in {"description", "default"}}
    if isinstance(found.get("items"), dict):
        found["items"] = shape(found["items"])
    # A text of which the usual values are named, or were the only ones in a release before.
    named = found.pop("enum", None) or found.pop("examples", None)
    return {**found, "type": "string", "named": sorted(named)} if named else found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda now: now["Story"]["properties"].pop("headline"), "Story.headline is gone"),
        (lambda now: now["Story"]["properties"]["headline"].update(type="integer"), "headline was"),
        (lambda now: now["Story"]["required"].append("new"), "is asked for"),
        (lambda now: now["Story"]["required"].remove("id"), "may be absent"),
        (lambda now: now["Status"]["anyOf"][0]["enum"].pop(), "no values any more"),
    ],
)
def test_a_breaking_change_of_each_kind_is_seen(
    change: Callable[[dict[str, Any]], object], said: str
) -> None:
    now = json_schema("story")["$defs"]
    change(now)
    assert any(said in fault for fault in broken(json_schema("story")["$defs"], now))


def test_the_stream_document_has_every_topic_that_is_not_internal() -> None:
    public = {topic.name for topic in TOPICS if not topic.internal}
    assert set(asyncapi("1.0")["channels"]) == public
    published = json.loads((ROOT / "docs" / "schemas" / "asyncapi.json").read_text("utf-8"))
    assert published["channels"].keys() == public
