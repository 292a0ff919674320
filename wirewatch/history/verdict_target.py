"""Which alert, or which story, a person's word is about, and what it takes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from streams.matching.handover import for_gather
from streams.model.alert import Kind
from streams.model.tags import Tags
from streams.model.verdict import ON_GROUPING, Said, Verdict
from streams.model.watch import Match, Why
from wirewatch.config.wording import choose
from wirewatch.history.alert_stories import holds_now
from wirewatch.history.story_account import SHORT, Life, Traces, asked_spike, in_now, lives

MOST_OF_TEXT = 200
"""Characters of a text that the note on it has."""
MOST_NAMED = 5
"""Watches or alerts named where one has to be chosen."""


class UnfitError(ValueError):
    """What was said doesn't fit what it was said of. The message says why, and what would."""


@dataclass(frozen=True, kw_only=True)
class PersonsVerdict:
    """What a person says, and of which watch if they name one. `back` takes it back."""

    said: Said
    by: str
    at: datetime
    watch: str | None = None
    note: str = ""
    back: bool = False


def judge(
    traces: Traces, word: PersonsVerdict, watches: Sequence[str], other: Traces | None = None
) -> Verdict:
    """Make a verdict of a word on what was found. Raises `UnfitError`.

    `watches` are the ids of those in force: of one of them an alert may have been missed. `other`
    is what was found of the alert that is said to be of one event with this one.
    """
    if word.back:
        return _taken_back(traces, word, other)
    if word.said in ON_GROUPING:
        _require_events(traces, other)
    if word.said is Said.MISSED:
        alert, watch = _missed(traces, word, watches)
    else:
        alert, watch = _of(traces, word)
    return Verdict(
        said=word.said,
        watch=watch,
        story=traces.story.id,
        by=word.by,
        at=word.at,
        alert=alert,
        note=word.note,
        other=_with(alert, watch, other) if word.said is Said.ONE_EVENT else None,
        match=_match(traces, alert) if word.said is Said.TWO_EVENTS else None,
    )


def verdict_on_text(
    traces: Traces, text: str, word: PersonsVerdict, watches: Sequence[str]
) -> Verdict:
    """Make a verdict of a word on a text, of which `traces` is the story. Raises `UnfitError`.

    The note has how it begins, for the text itself isn't kept.
    """
    begins = " ".join(text.split())[:MOST_OF_TEXT]
    note = f"{word.note}: {begins}" if word.note else begins
    return judge(traces, replace(word, note=note), watches)


def _taken_back(traces: Traces, word: PersonsVerdict, other: Traces | None) -> Verdict:
    """Return the word that takes back what the same person said before."""
    alerts = {None, traces.asked} if traces.asked is not None else {None, *_ids(traces)}
    found = [
        one
        for one in traces.verdicts
        if (one.by, one.said) == (word.by, word.said)
        and word.watch in {None, one.watch}
        and (one.alert in alerts or one.other in alerts)
        and (other is None or other.asked in {one.alert, one.other})
    ]
    if not found:
        raise UnfitError(
            f"{word.by} has not called it {word.said}, so there is nothing to take back"
            f"{_instead(traces, word)}"
        )
    if len(found) > 1:
        about = [_about(one) for one in found]
        raise UnfitError(
            f"{word.by} has called it {word.said} {len(found)} times: {_some(about)}; name one by"
            " its alert, by --with or --watch"
        )
    return msgspec.structs.replace(
        found[0], at=word.at, note=word.note, match=None, taken_back=True
    )


def _instead(traces: Traces, word: PersonsVerdict) -> str:
    """Say what somebody can do about alerts that others joined: only they can take that back."""
    joined = [one.by for one in traces.verdicts if one.said is word.said is Said.ONE_EVENT]
    if not joined:
        return ""
    return (
        f"; {_some(list(dict.fromkeys(joined)))} did, and whoever sees it otherwise parts them by"
        " `judge STORY two-events`, with a story that doesn't belong there"
    )


def _about(verdict: Verdict) -> str:
    if verdict.alert is None:
        return f"by {verdict.watch}"
    also = f" and {verdict.other[:SHORT]}" if verdict.other else ""
    return f"alert {verdict.alert[:SHORT]}{also} of {verdict.watch}"


def _ids(traces: Traces) -> list[str]:
    return [life.alert for life in lives(traces)]


def _with(alert: str | None, watch: str, other: Traces | None) -> str:
    """Return the alert that another one is to be joined with."""
    if other is None:
        raise UnfitError("say which other alert is of the same event by --with ALERT")
    if other.asked is None:
        raise UnfitError("--with takes an alert's id, and this is a story's")
    (life,) = _asked(lives(other), other.asked)
    if life.alert == alert:
        raise UnfitError("they are one alert already")
    if life.watch != watch:
        raise UnfitError(
            f"{_names([life])} and an alert of {watch} can't be one: each watch has its own"
        )
    return life.alert


def _match(traces: Traces, alert: str | None) -> Match:
    """Return what a story was matched by, so that it can open an alert of its own."""
    if traces.asked is not None:
        raise UnfitError(f"say which story is of another event{_its_stories(traces)}")
    found = lives(traces)
    (life,) = [life for life in found if life.alert == alert]
    # What was joined to an alert was told under the alert that it came from.
    before = [one for one in found if one.watch == life.watch and one is not life]
    events = [event for one in (*before, life) for event in one.events]
    told = [event for event in events if event.story.id == traces.story.id]
    stories = {name for event in life.events for name in (event.story.id, *event.stories)}
    if len(stories) < 2:
        raise UnfitError("its alert holds no other story, so there is nothing to separate it from")
    if traces.tagged is None or not told:
        raise UnfitError("Kafka no longer has its text, so it can't get an alert of its own")
    event = told[-1]
    return for_gather(
        Match(
            watch=life.watch,
            title=event.title,
            story=traces.tagged.story,
            tags=traces.tagged.tags,
            why=_with_evidence(event.why, traces.tagged.tags),
            times=msgspec.structs.replace(traces.tagged.times, raised=None),
            severity=event.severity,
            shadow=event.shadow,
            embedding=traces.tagged.embedding,
        )
    )


def _its_stories(traces: Traces) -> str:
    """Name the stories of the alert that was asked for, to choose one."""
    of = [one for life in _asked(lives(traces), traces.asked or "") for one in life.stories]
    named = [f"{one.story[:SHORT]} ({one.headline})" for one in of if not one.left]
    return f", by its id or its address: {_some(named)}"


def _with_evidence(why: Why, tags: Tags) -> Why:
    """Return why a story fits, with the words that decided: a silent join was told without."""
    pairs = {(one.name, one.relation): one for one in tags.pairs}
    topics = {one.slug: one for one in tags.topics}
    countries = {one.code: one for one in tags.countries}
    pair = why.pair
    if pair is not None and not pair.spans:
        pair = pairs.get((pair.name, pair.relation), pair)
    return msgspec.structs.replace(
        why,
        pair=pair,
        topics=tuple(one if one.spans else topics.get(one.slug, one) for one in why.topics),
        countries=tuple(
            one if one.spans else countries.get(one.code, one) for one in why.countries
        ),
    )


def _require_events(*asked: Traces | None) -> None:
    """Refuse to part or join a spike: it tells how much there was, and holds no story."""
    for traces in asked:
        if traces is not None and (spike := asked_spike(traces)) is not None:
            raise UnfitError(
                f"alert {spike.alert[:SHORT]} of {spike.watch} is a spike: it counts the stories of"
                " a day, so there is no event to part or join. Call it right or wrong"
            )


def _missed(traces: Traces, word: PersonsVerdict, watches: Sequence[str]) -> tuple[None, str]:
    alerts = lives(traces)
    if traces.asked is not None:
        raise UnfitError(f"{_names(_asked(alerts, traces.asked))} came: call it right or wrong")
    if word.watch is None and len(watches) != 1:
        raise UnfitError(
            f"say which watch missed it by --watch: {_some(watches) or 'there is none'}"
        )
    watch = watches[0] if word.watch is None else _chosen(word.watch, watches)
    if there := [life for life in alerts if life.watch == watch]:
        raise UnfitError(f"the story is in {_names(there)}: call that right or wrong")
    return None, watch


def _of(traces: Traces, word: PersonsVerdict) -> tuple[str, str]:
    alerts = in_now(traces)
    if traces.asked is not None:
        alerts = _asked(alerts, traces.asked)
    meant = [life for life in alerts if word.watch in {None, life.watch}]
    if not meant and alerts:
        raise UnfitError(f"{_names(alerts)} does not belong to watch {word.watch}")
    if not meant:
        raise UnfitError(
            f"the story is in no alert, so none was {word.said}: call it missed if one should "
            "have come"
        )
    if len(meant) > 1 and traces.asked is None:
        meant = _narrowed(meant, traces, word)
    if len(meant) > 1:
        raise UnfitError(f"the story is in {_names(meant)}: {_choice(meant, word)}")
    return meant[0].alert, meant[0].watch


def _narrowed(alerts: list[Life], traces: Traces, word: PersonsVerdict) -> list[Life]:
    """Leave out alerts that a story is in no more, and for parting those that are over."""
    story, events = traces.story.id, traces.events
    alerts = [one for one in alerts if holds_now(one.alert, story, events)] or alerts
    if word.said is not Said.TWO_EVENTS:
        return alerts
    over = {Kind.CLOSED, Kind.WITHDRAWN}
    return [one for one in alerts if one.events and one.events[-1].kind not in over] or alerts


def _choice(alerts: Sequence[Life], word: PersonsVerdict) -> str:
    """Say how one of several alerts is named: a word about a story can't have an alert's id."""
    by_watch = len({life.watch for life in alerts}) > 1
    if word.said is not Said.TWO_EVENTS:
        return "name one by its id, or by --watch" if by_watch else "name one by its id"
    return "name one by --watch" if by_watch else "call these one-event first, then part it"


def _asked(alerts: Sequence[Life], asked: str) -> list[Life]:
    return [life for life in alerts if life.alert == asked]


def _chosen(watch: str, watches: Sequence[str]) -> str:
    try:
        return choose(watch, watches)
    except ValueError as error:
        raise UnfitError(f"--watch: {error}") from error


def _names(alerts: Sequence[Life]) -> str:
    return _some([f"alert {life.alert[:SHORT]} of {life.watch}" for life in alerts])


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")
