"""A story or an alert, found again on Kafka by its id, the beginning of one, or its address."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import msgspec

from connectors.kafka import Received
from streams.alert import AlertEvent, Kind
from streams.bus import ALERTS, DEAD_LETTERS, MATCHES, STORIES, TAGGED, VERDICTS, Topic, kind_of
from streams.codec import DecodeError, decode
from streams.gather import Gathering
from streams.story import ID_LENGTH, Story
from streams.tags import TaggedStory
from streams.verdict import Verdict, last_words
from streams.watch import Match, Notice, Tick
from wirewatch.explaining.account import SHORT, Traces, lives
from wirewatch.replaying.pipeline import Place

ID = re.compile(rf"[0-9a-f]{{6,{ID_LENGTH}}}")
MOST_NAMED = 5
"""Ids named where several begin alike."""

Read = Callable[[Topic], Iterable[Received]]
"""Reads a topic to its end."""
RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class NotFoundError(Exception):
    """Nothing on Kafka goes by what was given, or too much. The message says which."""


def look_up(given: str, read: Read) -> Traces:
    """Find a story by its id or address, or an alert by its id. Raises `NotFoundError`."""
    traces = _found(given, read)
    return replace(traces, verdicts=last_words(_verdicts(traces, read)))


def _found(given: str, read: Read) -> Traces:
    if ID.fullmatch(given):
        events = _records(read(ALERTS), AlertEvent, lambda record: _keyed(record, given))
        if alerts := {event.alert: event for event in events}:
            return _of_alert(alerts[_only(alerts, given)], read)
    with_tags = _records(read(TAGGED), TaggedStory, _finder(given))
    tagged = _story(given, with_tags, lambda one: one.story)
    if tagged is not None:
        return _of_story(tagged.story, tagged, read)
    story = _story(given, _records(read(STORIES), Story, _finder(given)), lambda one: one)
    if story is None:
        raise NotFoundError(
            f"nothing that Kafka still has goes by {given}: give an id, the beginning of one "
            "(6 digits or more), or a story's address"
        )
    return Traces(story=story, dead=tuple(_deaths(story, read)))


def _of_alert(last: AlertEvent, read: Read) -> Traces:
    """Tell of the story that opened an alert, or of the first that Kafka still has an event of."""
    events = [event for event in _events(last.alert, read) if event.alert == last.alert]
    first = next((event for event in events if event.kind is Kind.OPENED), last)
    return replace(_of_story(first.story, _tagged_of(first), read), asked=last.alert)


def _tagged_of(event: AlertEvent) -> TaggedStory:
    return TaggedStory(story=event.story, tags=event.tags, times=event.times)


def _of_story(story: Story, tagged: TaggedStory, read: Read) -> Traces:
    matched, places = _match_and_gather(story, tagged.times.tagged, read)
    return Traces(
        story=story,
        tagged=tagged,
        matched=matched,
        dead=tuple(_deaths(story, read)),
        places=places,
        events=_events(story.id, read),
    )


def _events(name: str, read: Read) -> list[AlertEvent]:
    """Give the events that an alert or a story is in."""
    needle = name.encode()
    found = _records(read(ALERTS), AlertEvent, lambda record: needle in (record.value or b""))
    return list({event.event: event for event in found}.values())


def _match_and_gather(
    story: Story, at: datetime | None, read: Read
) -> tuple[frozenset[str] | None, Mapping[str, Place]]:
    """Give the watches that a story matched, and why it is in which alerts, worked out again.

    Matches are kept for days only: nobody knows of a story older than the first of them.
    """
    needle, oldest, watches = story.id.encode(), None, set[str]()
    for record in read(MATCHES):
        oldest = oldest or record.timestamp
        if needle in (record.value or b"") and kind_of(record.headers) == "match":
            watches.add((record.key or b"").decode("utf-8", "replace"))
    if not watches:
        known = oldest is not None and at is not None and oldest < at
        return (frozenset() if known else None), {}
    return frozenset(watches), _places(story.id, watches, read(MATCHES))


def _places(story: str, watches: Iterable[str], log: Iterable[Received]) -> dict[str, Place]:
    """Gather the matches of some watches again; give why a story is in which alerts."""
    kinds: Mapping[str, type[Match | Notice | Tick]] = {
        "match": Match,
        "notice": Notice,
        "tick": Tick,
    }
    keys = {watch.encode() for watch in watches}
    gathering = Gathering()
    found: dict[str, Place] = {}
    for record in log:
        kind = kind_of(record.headers) or "match"
        if kind not in kinds or (kind == "match" and record.key not in keys):
            continue
        for one in _decoded(record, kinds[kind]):
            outcome = gathering.step(one, record.timestamp)
            if not isinstance(one, Tick) and one.story.id == story:
                for alert, grouping in outcome.groupings.items():
                    found.setdefault(alert, Place(outcome.changed[alert].watch, grouping))
    return found


def _deaths(story: Story, read: Read) -> Iterator[str]:
    """Say which stages gave a story up, and why."""
    needle = story.id.encode()
    for record in read(DEAD_LETTERS):
        if needle in (record.value or b""):
            headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
            stage = headers.get("__connect.errors.stage", "?")
            cause = headers.get("__connect.errors.exception.message", "no cause given")
            yield f"given up at {stage}: {cause}"


def _verdicts(traces: Traces, read: Read) -> Iterator[Verdict]:
    """Give what people said of a story, or of an alert that it is in."""
    alerts = {life.alert for life in lives(traces)}
    for verdict in _records(read(VERDICTS), Verdict, lambda _: True):
        if verdict.alert in alerts or verdict.story == traces.story.id:
            yield verdict


def _finder(given: str) -> Callable[[Received], bool]:
    """Tell quickly which records may be of the story given."""
    if ID.fullmatch(given):
        return lambda record: _keyed(record, given)
    address = msgspec.json.encode(given)
    return lambda record: address in (record.value or b"")


def _keyed(record: Received, given: str) -> bool:
    return (record.key or b"").startswith(given.encode())


def _story(
    given: str, found: Iterable[RecordT], story_of: Callable[[RecordT], Story]
) -> RecordT | None:
    """Give the last version of the one story that was found."""
    last = {story_of(one).id: one for one in found if _named(story_of(one), given)}
    return last[_only(last, given)] if last else None


def _named(story: Story, given: str) -> bool:
    return story.url == given or story.id.startswith(given)


def _only(found: Mapping[str, object], given: str) -> str:
    if len(found) == 1:
        return next(iter(found))
    named = ", ".join(sorted(name[: SHORT + 2] for name in found)[:MOST_NAMED])
    more = " ..." if len(found) > MOST_NAMED else ""
    raise NotFoundError(f"{given} is the beginning or address of {len(found)}: {named}{more}")


def _records(
    log: Iterable[Received], kind: type[RecordT], wanted: Callable[[Received], bool]
) -> Iterator[RecordT]:
    for record in log:
        if wanted(record):
            yield from _decoded(record, kind)


def _decoded(record: Received, kind: type[RecordT]) -> Iterator[RecordT]:
    """Give a record; nothing if it is none of ours."""
    try:
        yield decode(record.value, kind)
    except DecodeError:
        return
