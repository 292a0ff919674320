"""A story or an alert, found again on Kafka by its id, the beginning of one, or its address."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError, decode
from streams.contract.headers import kind_of, require_known
from streams.contract.topics import ALERTS, DEAD_LETTERS, MATCHES, STORIES, TAGGED, VERDICTS, Topic
from streams.grouping.versions import merged, newest, version_of
from streams.model.alert import AlertEvent, Kind, Version
from streams.model.alert_reasons import named_alerts
from streams.model.story import Story, is_id
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict, last_words
from streams.model.watch import Match
from wirewatch.errors import ProgramError
from wirewatch.history.alert_stories import joined_alerts
from wirewatch.history.story_account import SHORT, Traces, lives

MOST_NAMED = 5
"""Ids named where several begin alike."""

Read = Callable[[Topic], Iterable[Received]]
"""Reads a topic to its end."""
RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class NotFoundError(ProgramError):
    """Nothing on Kafka goes by what was given, or too much. The message says which."""


def look_up(given: str, read: Read) -> Traces:
    """Find a story by its id or address, or an alert by its id. Raises `NotFoundError`."""
    return with_verdicts(_found(given, read), read)


def with_verdicts(traces: Traces, read: Read) -> Traces:
    """Add what people said of a story and its alerts."""
    return replace(traces, verdicts=last_words(_verdicts(traces, read)))


def _found(given: str, read: Read) -> Traces:
    if is_id(given):
        events = list(_records(read(ALERTS), AlertEvent, lambda record: _keyed(record, given)))
        if events:
            alert = _only({event.alert: event for event in events}, given)
            return _of_alert([event for event in events if event.alert == alert], read)
    with_tags = _records(read(TAGGED), TaggedStory, _finder(given))
    tagged = _story(given, with_tags, lambda one: one.story)
    if tagged is not None:
        return _of_story(tagged.story, tagged, read)
    story = _story(given, _records(read(STORIES), Story, _finder(given)), lambda one: one)
    if story is not None:
        return Traces(story=story, dead=tuple(_deaths(story, read)))
    # Alerts are kept for longer than the stories in them.
    told = _records(read(ALERTS), AlertEvent, _finder(given, anywhere=True))
    event = _story(given, sorted(told, key=_is_whole), lambda one: one.story)
    if event is not None:
        return _of_event(event, read)
    raise NotFoundError(
        f"nothing that Kafka still has goes by {given}: give an id, the beginning of one "
        "(6 digits or more), or a story's address"
    )


def _of_alert(events: Sequence[AlertEvent], read: Read) -> Traces:
    """Tell of the story that opened an alert, or of the first that Kafka still has an event of."""
    whole = [event for event in events if _is_whole(event)]
    first = next((event for event in whole if event.kind is Kind.OPENED), (*whole, *events)[0])
    traces = _of_event(first, read)
    if first.kind is Kind.SPIKE:  # the story that it shows isn't in it: it is about many
        traces = replace(traces, events=[*traces.events, first])
    around = list(_around(first.alert, events, read))
    return replace(traces, asked=first.alert, around=around)


def _around(alert: str, events: Sequence[AlertEvent], read: Read) -> Iterator[AlertEvent]:
    """Return the events of alerts that people joined to an alert or parted from it."""
    needle = alert.encode()
    naming = _records(read(ALERTS), AlertEvent, lambda record: needle in (record.value or b""))
    near = [event for event in naming if alert in named_alerts(event) and event.alert != alert]
    yield from near
    joined, known = joined_alerts(alert, (*events, *near)), {alert}
    while new := joined - known:
        known |= new
        keys = {name.encode() for name in new}
        found = _under(keys, read)
        yield from found
        joined |= {other for name in new for other in joined_alerts(name, found)}


def _is_whole(event: AlertEvent) -> bool:
    """Say whether an event has its story's text, as far as gather read it, and what decided."""
    return event.kind not in {Kind.JOINED, Kind.CLOSED}


def _of_event(event: AlertEvent, read: Read) -> Traces:
    tagged = _tagged_of(event, read)
    return _of_story(event.story if tagged is None else tagged.story, tagged, read)


def _tagged_of(event: AlertEvent, read: Read) -> TaggedStory | None:
    """Return the story of an event with its tags; `None` if Kafka has its text no more.

    Tags with all their evidence are kept for weeks; an event has what gather was given, for a year.
    """
    name = event.story.id
    found = list(_records(read(TAGGED), TaggedStory, _finder(name)))
    told = [one for one in found if one.story.version == event.story.version]
    if told:
        return told[-1]
    if _is_whole(event):
        return TaggedStory(story=event.story, tags=event.tags, times=event.times)
    return _story(name, found, lambda one: one.story)


def _of_story(story: Story, tagged: TaggedStory | None, read: Read) -> Traces:
    events = _events_of(story.id, read)
    at = story.first_seen if tagged is None else tagged.times.tagged or story.first_seen
    return Traces(
        story=story,
        tagged=tagged,
        matched=_matched(story.id, at, events, read),
        dead=tuple(_deaths(story, read)),
        events=events,
    )


def _events_of(story: str, read: Read) -> list[AlertEvent]:
    """Return all events of the alerts that a story is in, each once, in order."""
    needle = story.encode()
    naming = _records(read(ALERTS), AlertEvent, lambda record: needle in (record.value or b""))
    keys = {
        event.alert.encode()
        for event in naming
        if event.kind is not Kind.SPIKE and (event.story.id == story or story in event.stories)
    }
    if not keys:
        return []
    # Again from the beginning: an alert may have been open before the story came.
    return _under(keys, read)


def _under(keys: Container[bytes | None], read: Read) -> list[AlertEvent]:
    """Return all events of some alerts, each once, in order."""
    found = _records(read(ALERTS), AlertEvent, lambda record: record.key in keys)
    return list({event.event: event for event in found}.values())


def _matched(
    story: str, at: datetime, events: Sequence[AlertEvent], read: Read
) -> frozenset[str] | None:
    """Return the watches that a story matched; `None` if that is not on record.

    Matches are kept for days only. After that the alerts that it is in tell of their watches.
    """
    needle, first, watches = story.encode(), dict[int, Received](), set[str]()
    for record in read(MATCHES):
        first.setdefault(record.partition, record)
        if needle in (record.value or b"") and kind_of(record.headers) == "match":
            watches.update(
                match.watch for match in _decoded(record, Match) if match.story.id == story
            )
    on_record = all(one.offset == 0 or one.timestamp <= at for one in first.values())
    if watches or (first and on_record and not events):
        return frozenset(watches)
    return frozenset(event.watch for event in events) or None


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
    """Return what people said of a story, or of an alert that it is in."""
    alerts = {life.alert for life in lives(traces)}
    for verdict in _records(read(VERDICTS), Verdict, lambda _: True):
        if {verdict.alert, verdict.other} & alerts or verdict.story == traces.story.id:
            yield verdict


def _finder(given: str, *, anywhere: bool = False) -> Callable[[Received], bool]:
    """Tell quickly which records may be of the story given: by their key, or `anywhere` in them."""
    if is_id(given) and not anywhere:
        return lambda record: _keyed(record, given)
    needle = given.encode() if is_id(given) else msgspec.json.encode(given)
    return lambda record: needle in (record.value or b"")


def _keyed(record: Received, given: str) -> bool:
    return (record.key or b"").startswith(given.encode())


def _story(
    given: str, found: Iterable[RecordT], story_of: Callable[[RecordT], Story]
) -> RecordT | None:
    """Return the newest version of the one story that was found, in whatever order they came."""
    versions: dict[str, list[RecordT]] = {}
    for one in found:
        if _named(story_of(one), given):
            versions.setdefault(story_of(one).id, []).append(one)
    if not versions:
        return None
    came = versions[_only(versions, given)]
    known: tuple[Version, ...] = ()
    for one in came:
        known = merged(known, version_of(story_of(one), fits=True))
    last = newest(known)
    of_last = [one for one in came if last is not None and story_of(one).version == last.version]
    return (of_last or came)[-1]


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


def records(log: Iterable[Received], kind: type[RecordT]) -> Iterator[RecordT]:
    """Return all records of a topic that can be read."""
    return _records(log, kind, lambda _: True)


def _decoded(record: Received, kind: type[RecordT]) -> Iterator[RecordT]:
    """Return a record; nothing if it is none of ours."""
    try:
        require_known(record.headers)
        yield decode(record.value, kind)
    except DecodeError:
        return
