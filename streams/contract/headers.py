"""The headers of a message: CloudEvents 1.0 in binary mode, and what to filter by undecoded.

The names are those of CloudEvents' Kafka binding
(https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md):
its own attributes, and ours as extensions. docs/stream.md says what each means.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

from streams.contract.codec import DecodeError
from streams.model.canary import is_canary
from streams.model.story import Story
from streams.model.tags import Relation, Tags, TopicRole

Header = tuple[str, bytes]

MAJOR: Final = 1
"""The major version of all records: within it, they only get fields that may be absent."""
SURE_PAIR: Final = 0.5
"""What a pair scores at least that `ce_pairs` names: as a watch asks, unless it says otherwise."""
SHADOW: Final[Header] = ("shadow", b"true")
"""On an alert event of a watch that is only tried out. Of releases before `ce_mode`."""


class Mode(StrEnum):
    """What a record is there for; who doesn't know one reads it as no news."""

    LIVE = "live"
    BACKFILL = "backfill"
    """What a feed already held when it was first polled."""
    CANARY = "canary"
    """A made-up story, by which wirewatch sees that the way is open; no news."""
    SHADOW = "shadow"
    """An alert of a watch that is only tried out: it reaches nobody."""


def schema_id(name: str) -> str:
    """Return the id of a record's schema: `urn:wirewatch:schema:alert:v1`."""
    return f"urn:wirewatch:schema:{name}:v{MAJOR}"


def cloud_event(
    *, event: str, kind: str, source: str, subject: str, time: datetime | None
) -> Iterator[Header]:
    """Yield CloudEvents' own attributes. `kind` may have parts: `alert.opened` is an `alert`."""
    yield "ce_specversion", b"1.0"
    yield "ce_id", event.encode()
    yield "ce_type", f"wirewatch.{kind}.v{MAJOR}".encode()
    yield "ce_source", f"/wirewatch/{source}".encode()
    yield "ce_subject", subject.encode()
    yield "ce_dataschema", schema_id(kind.partition(".")[0]).encode()
    yield "content-type", b"application/json"
    if time is not None:
        yield "ce_time", time.isoformat().encode()


def of_tags(tags: Tags) -> Iterator[Header]:
    """Yield what a story is about: `ce_pairs` and `ce_topics`, what they leave out, and old names.

    Each is a list with commas, the surest first; an empty one says that there is none.
    """
    sure = [
        pair.name
        for pair in tags.pairs
        if pair.relation is Relation.BETWEEN and pair.score >= SURE_PAIR
    ]
    main = _list(topic.slug for topic in tags.topics if topic.role is TopicRole.MAIN)
    background = _list(topic.slug for topic in tags.topics if topic.background)
    every_pair = _list(pair.name for pair in tags.pairs)
    yield "ce_pairs", _list(sure)
    yield "ce_topics", main
    yield "ce_allpairs", every_pair
    yield "ce_backgroundtopics", background
    yield "pairs", every_pair
    yield "topics", main
    yield "topics_background", background


def extensions(**values: str) -> Iterator[Header]:
    """Yield attributes of ours, each with `ce_` before its name."""
    for name, value in values.items():
        yield f"ce_{name}", value.encode()


def mode_of(story: Story) -> Mode:
    """Return what a record about a story is there for."""
    if is_canary(story):
        return Mode.CANARY
    return Mode.BACKFILL if story.backfill else Mode.LIVE


def about(story: Story, tags: Tags) -> Iterator[Header]:
    """Yield what a story is about; whoever filters by that isn't to meet a canary."""
    if not is_canary(story):
        yield from of_tags(tags)


def of_canary(headers: Iterable[Header]) -> bool:
    """Say whether the headers are those of a canary's record."""
    return any(name == "ce_mode" and value == Mode.CANARY.encode() for name, value in headers)


def kind_of(headers: Iterable[Header]) -> str | None:
    """Return the kind of record that a message's headers name: `match`, `notice`, `tick`."""
    found = _type_of(headers)
    return None if found is None else found.removeprefix("wirewatch.").rpartition(".")[0]


def major_of(headers: Iterable[Header]) -> int:
    """Return the major version of a record; 1 where the headers don't say."""
    version = (_type_of(headers) or "").rpartition(".v")[2]
    return int(version) if version.isascii() and version.isdigit() else 1


class NewerRecordError(DecodeError):
    """The record is of a later major version than this release reads."""


def require_known(headers: Iterable[Header]) -> None:
    """Raise `NewerRecordError` for a record that a later release made."""
    major = major_of(headers)
    if major > MAJOR:
        raise NewerRecordError(
            f"the record is of version {major}, and this release reads up to {MAJOR}: "
            "upgrade wirewatch here, then send the record again"
        )


def deployed(headers: Iterable[Header], prefix: str) -> list[Header]:
    """Put a deployment's name into `ce_source`: two on one cluster never share source and id.

    A record that goes on with headers that it came with has it there already.
    """
    name = prefix.strip("-._")
    begins, named = f"/{name}/wirewatch/".encode(), f"/{name}".encode()
    return [
        (key, named + value)
        if key == "ce_source" and name and not value.startswith(begins)
        else (key, value)
        for key, value in headers
    ]


def _type_of(headers: Iterable[Header]) -> str | None:
    for name, value in headers:
        if name == "ce_type":
            return value.decode("ascii", "replace")
    return None


def _list(names: Iterable[str]) -> bytes:
    return ",".join(names).encode()
