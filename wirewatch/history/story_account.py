"""What is told of a story: its path, the watches it was held against, the alerts it is in. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from streams.matching.explain import Explanation, explain, nearest_first
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Grouping, Kind
from streams.model.story import GONE, TAKEN_BACK, Story
from streams.model.tags import TaggedStory
from streams.model.verdict import Said, Verdict
from streams.tagging.near_examples import Near
from wirewatch.counted import counted
from wirewatch.history.alert_stories import AlertStory, alert_stories
from wirewatch.history.pipeline import AlertMembership
from wirewatch.input.story_input import TOLD


class StageStep(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a story at a stage. `passed` tells that it went on from there."""

    stage: str
    passed: bool
    said: str
    at: datetime | None = None


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that a story is in: why, and what was told of it so far."""

    alert: str
    watch: str
    grouping: Grouping | None
    events: tuple[AlertEvent, ...]
    stories: tuple[AlertStory, ...] = ()
    """All stories in it, if the alert was asked for."""


class StoryAccount(msgspec.Struct, frozen=True, kw_only=True):
    """All there is to tell of a story. Of the watches the nearest come first."""

    story: Story
    tagged: TaggedStory | None
    steps: tuple[StageStep, ...]
    watches: tuple[Explanation, ...]
    alerts: tuple[Life, ...]
    verdicts: tuple[Verdict, ...] = ()
    near: Near = msgspec.field(default_factory=dict)
    """Of each topic that the second reader read, the examples that the story is most like."""
    hypothesis: bool = False
    """It tells of what would happen, not of what did: its alerts are numbered, and none exists."""


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What is known of a story. `matched` are the watches it matched then, `None` if nobody knows.

    `dead` says which stage gave it up, and why. `events` are all those of the alerts it is in.
    `asked` is the alert that was asked for, `None` if it was the story itself. `verdicts` are
    people's last words on the story and its alerts. Of a `hypothesis`, `places` says where the
    story would be.
    """

    story: Story
    tagged: TaggedStory | None = None
    matched: frozenset[str] | None = None
    dead: tuple[str, ...] = ()
    places: Mapping[str, AlertMembership] = field(default_factory=dict)
    events: Sequence[AlertEvent] = ()
    asked: str | None = None
    verdicts: Sequence[Verdict] = ()
    hypothesis: bool = False
    around: Sequence[AlertEvent] = ()
    """Events of the alerts that people joined to the one asked for, or parted from it."""


def account(traces: Traces, watches: Watches, *, backfill: bool) -> StoryAccount:
    """Put together what is told of a story."""
    tagged = traces.tagged
    explained: list[Explanation] = []
    if tagged is not None:
        seen = watches.see(tagged.story, tagged.tags)
        explained = nearest_first(explain(seen, watch) for watch in watches.all)
    return StoryAccount(
        story=traces.story,
        tagged=tagged,
        steps=tuple(_steps(traces, explained, backfill=backfill)),
        watches=tuple(explained),
        alerts=tuple(lives(traces)),
        verdicts=tuple(traces.verdicts),
        hypothesis=traces.hypothesis,
    )


def _steps(
    traces: Traces, explained: Sequence[Explanation], *, backfill: bool
) -> Iterable[StageStep]:
    story, tagged = traces.story, traces.tagged
    yield StageStep(stage="poll", passed=True, said=_polled(story), at=story.first_seen)
    for said in traces.dead:
        yield StageStep(stage="dead letter", passed=False, said=said)
    if tagged is None and traces.events:
        yield StageStep(stage="tag", passed=True, said=TEXT_GONE)
        yield from _gather_steps(traces)
        return
    if tagged is None:
        if not traces.dead:
            yield StageStep(stage="tag", passed=False, said="not tagged yet: is a worker running?")
        return
    tags = tagged.tags
    said = (
        f"{counted(len(tags.countries), 'country')}, {counted(len(tags.pairs), 'pair')}, "
        f"{counted(len(tags.topics), 'topic')}, language {tags.language or 'unknown'}"
        f"{' (unsupported)' if tags.unsupported else ''}"
    )
    yield StageStep(stage="tag", passed=True, said=said, at=tagged.times.tagged)
    yield _match_step(traces, explained, backfill=backfill)
    yield from _gather_steps(traces)


def _match_step(traces: Traces, explained: Sequence[Explanation], *, backfill: bool) -> StageStep:
    fit = frozenset(one.watch for one in explained if one.fits)
    if traces.story.backfill and not backfill:
        said = "dropped as backfill: the feed held it already when it was first polled"
        return StageStep(stage="match", passed=False, said=said)
    if traces.story.status in TAKEN_BACK:
        said = "matches nothing: its outlet took it back, and alerts that hold it are told"
        return StageStep(stage="match", passed=False, said=said)
    matched = fit if traces.matched is None else traces.matched
    named = ", ".join(sorted(matched))
    said = f"fits {named}" if matched else f"fits no watch of {len(explained)}"
    if traces.matched is None and matched:
        said += f" of the watches of now; {NOT_MATCHED}"
    if matched != fit:
        earlier = "an earlier version " if traces.story.edited and matched else ""
        then = f"{earlier}fitted {named}" if matched else "fitted no watch"
        said = f"{then} when it came; of the watches of now: {', '.join(sorted(fit)) or 'none'}"
    return StageStep(stage="match", passed=bool(matched), said=said)


def _gather_steps(traces: Traces) -> Iterable[StageStep]:
    found = lives(traces)
    if traces.matched and not found and not traces.hypothesis:
        yield StageStep(stage="gather", passed=False, said=IN_NO_ALERT)
    for life in found:
        said = f"alert {life.alert[:SHORT]} of {life.watch}: "
        if life.events and life.events[0].kind is Kind.SPIKE:
            said += f"a spike, {life.events[0].reason}"
            yield StageStep(stage="archive", passed=True, said=said, at=life.events[0].times.raised)
            continue
        said += BOND_GONE if life.grouping is None else grouped(life.grouping)
        if not any(event.kind is Kind.OPENED for event in life.events):
            said += "" if traces.hypothesis else OPENING_GONE
        said += "".join(f"; {word}" for word in _ruled(traces, life))
        joining = _joining(traces.story, life.events)
        yield StageStep(
            stage="gather", passed=True, said=said, at=joining.times.raised if joining else None
        )


def _ruled(traces: Traces, life: Life) -> Iterable[str]:
    """Say what people made of a story's place in an alert."""
    for one in traces.verdicts:
        if one.said is Said.TWO_EVENTS and (one.alert, one.story) == (life.alert, traces.story.id):
            yield f"parted from it by {one.by}"
        elif one.said is Said.ONE_EVENT and life.alert in {one.alert, one.other}:
            other = one.other if life.alert == one.alert else one.alert
            yield f"one event with alert {(other or '')[:SHORT]} by {one.by}"


def grouped(grouping: Grouping) -> str:
    """Say why a story is in its alert."""
    scored = f"{grouping.score:.2f}, wanted {grouping.threshold:.2f}"
    match grouping.bond:
        case "first":
            said = "opened by it: nothing open was like it"
            if grouping.nearest and grouping.score >= grouping.threshold:
                said = "opened by it: a name, a figure or a deed tells it from what was like it"
            if grouping.nearest:
                said += f"; the nearest, {grouping.nearest[:SHORT]}, scored {scored}"
        case "same_story":
            said = "another version of a story in it"
        case "ruling":
            said = "a person said so"
        case "copy":
            said = f"joined as a copy ({scored})"
        case _:
            said = f"joined as a report of the same event ({scored})"
    return f"{said}; by {', '.join(grouping.evidence)}" if grouping.evidence else said


TEXT_GONE = "tagged when it came; it can't be compared with watches: Kafka no longer has its text"
NOT_MATCHED = "not matched yet, or so long ago that Kafka no longer has the match"
IN_NO_ALERT = (
    "in no alert that is on record: not gathered yet, gathered before joining was put on record, "
    "or so long ago that Kafka no longer has the events"
)
BOND_GONE = "in it, but the reason is no longer on record"
OPENING_GONE = "; how it opened is not on record any more"
SHORT = 10
"""Digits of an id that are enough to look it up by."""


def lives(traces: Traces) -> list[Life]:
    """Return the alerts that a story is in."""
    by_alert: dict[str, list[AlertEvent]] = {name: [] for name in traces.places}
    for event in traces.events:
        by_alert.setdefault(event.alert, []).append(event)
    return [_life(name, events, traces) for name, events in by_alert.items()]


def asked_spike(traces: Traces) -> AlertEvent | None:
    """Return the one event of a spike, if its alert was asked for; else nothing."""
    return next(
        (one for one in traces.events if one.alert == traces.asked and one.spike is not None), None
    )


def in_now(traces: Traces) -> list[Life]:
    """Return the alerts that a story is in, but those that it was parted from."""
    parted = {
        one.alert
        for one in traces.verdicts
        if one.said is Said.TWO_EVENTS and one.story == traces.story.id
    }
    return [life for life in lives(traces) if life.alert not in parted]


def _life(alert: str, events: Sequence[AlertEvent], traces: Traces) -> Life:
    place = traces.places.get(alert)
    return Life(
        alert=alert,
        watch=events[0].watch if place is None else place.watch,
        grouping=_grouping(traces.story, events) if place is None else place.grouping,
        events=tuple(events),
        stories=alert_stories(alert, (*events, *traces.around)) if alert == traces.asked else (),
    )


def _grouping(story: Story, events: Iterable[AlertEvent]) -> Grouping | None:
    joining = _joining(story, events)
    return None if joining is None else joining.grouping


def _joining(story: Story, events: Iterable[AlertEvent]) -> AlertEvent | None:
    """Return the event with which a story came into an alert: the first that says why."""
    own = (event for event in events if event.story.id == story.id)
    return next((event for event in own if event.grouping is not None), None)


def _polled(story: Story) -> str:
    said = "as handed over" if story.feed == TOLD else f"from feed {story.feed}"
    if GONE in story.flags:
        said += f", {GONE}"
    elif story.status != "usable":
        said += f", {story.status} by its outlet"
    if story.backfill:
        said += ", backfill"
    if story.edited:
        said += ", edited since it came first"
    return f"{said}, cut: {', '.join(story.cut)}" if story.cut else said
