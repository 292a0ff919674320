"""How well each watch does, by its alerts and by what people said of them. Pure.

Where the thresholds or the tagger changed, a watch has a row for each of its versions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from streams.model.alert import AlertEvent, Kind
from streams.model.timestamps import Time
from streams.model.verdict import ON_GROUPING, Opinion, Said, Verdict, last_words, opinion
from wirewatch.evaluation.counts import wilson

WRONG_KINDS = ("pair", "topic", "duplicate", "old news")
"""What the links' page and `judge --note` name as wrong."""
OTHER = "other"
NO_REASON = "no reason given"
MOST_OUTLETS = 5


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two moments of alerts' first stories: half of them took `p50` at most."""

    count: int
    p50: float
    p95: float


class WatchVersionReport(msgspec.Struct, frozen=True, kw_only=True):
    """A watch in one of its versions.

    `precision` is the share of the judged alerts that people call right, `recall` an estimate of
    the share of the wanted stories that raised one: at most so many, for nobody reports all that
    was missed. Either is `None` where nobody said anything that it could rest on. The intervals
    are Wilson's, 95 %.
    """

    watch: str
    title: str
    min_pair_score: float
    min_topic_score: float
    tagger: str
    since: Time
    until: Time
    """When its first and its last alert was raised."""
    alerts: int
    right: int
    wrong: int
    disputed: int
    missed: int
    precision: float | None
    precision_interval: tuple[float, float] | None
    recall: float | None
    recall_interval: tuple[float, float] | None
    published_to_seen: Latency | None
    seen_to_raised: Latency | None
    published_to_raised: Latency | None
    outlets_first: dict[str, int]
    """Who had the first story, and how often."""
    to_fix: dict[str, int]
    """What was wrong, most frequent first."""


@dataclass
class _Version:
    """The opened alerts of a watch in one version, oldest first."""

    opened: list[AlertEvent] = field(default_factory=list)
    missed: int = 0

    @property
    def since(self) -> datetime:
        return raised_at(self.opened[0])


def watch_reports(
    events: Iterable[AlertEvent], verdicts: Iterable[Verdict], since: datetime | None = None
) -> list[WatchVersionReport]:
    """Return a report for each version of each watch that raised an alert, by watch and time.

    A story that was missed counts for the version that was in force when that was said.
    """
    versions: dict[str, dict[tuple[float, float, str], _Version]] = {}
    opened: dict[str, AlertEvent] = {}
    for event in events:
        if event.kind is Kind.OPENED and not event.shadow:
            opened.setdefault(event.alert, event)
    for event in sorted(opened.values(), key=raised_at):
        if since is not None and raised_at(event) < since:
            continue
        by_version = versions.setdefault(event.watch, {})
        by_version.setdefault(version_of(event), _Version()).opened.append(event)
    said: dict[str, list[Verdict]] = {}
    for verdict in last_words(verdicts):
        if verdict.said in ON_GROUPING or not verdict.said.known:
            continue
        if verdict.alert is not None:
            said.setdefault(verdict.alert, []).append(verdict)
        elif verdict.said is Said.MISSED and (since is None or verdict.at >= since):
            _count_missed(list(versions.get(verdict.watch, {}).values()), verdict.at)
    return [
        _report(version, said)
        for watch in sorted(versions)
        for version in sorted(versions[watch].values(), key=lambda one: one.since)
    ]


def version_of(event: AlertEvent) -> tuple[float, float, str]:
    """Return what told one version of a watch from another when the alert was raised."""
    return event.why.min_pair_score, event.why.min_topic_score, event.tags.tagger


def raised_at(event: AlertEvent) -> datetime:
    """Return when an alert was raised."""
    return event.times.raised or event.story.first_seen


def wrong_kind(note: str) -> str:
    """Return which of the usual kinds of fault a note names."""
    text = note.strip().casefold()
    if not text:
        return NO_REASON
    return next((kind for kind in WRONG_KINDS if kind in text), OTHER)


def latency(seconds: Sequence[float]) -> Latency | None:
    """Return the median and the 95th percentile, by the nearest rank."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    last = len(ordered) - 1
    half, most = ordered[round(0.5 * last)], ordered[round(0.95 * last)]
    return Latency(count=len(ordered), p50=round(half, 3), p95=round(most, 3))


def _count_missed(versions: Sequence[_Version], at: datetime) -> None:
    if not versions:
        return
    begun = [version for version in versions if version.since <= at]
    (max(begun, key=lambda one: one.since) if begun else versions[0]).missed += 1


def _report(version: _Version, said: dict[str, list[Verdict]]) -> WatchVersionReport:
    opened = version.opened
    opinions: Counter[Opinion] = Counter()
    faults: Counter[str] = Counter()
    for event in opened:
        words = said.get(event.alert, ())
        if (found := opinion([one.said for one in words])) is not None:
            opinions[found] += 1
        if found is Opinion.WRONG:
            # Of several who call it wrong, the last who says why.
            notes = [one.note for one in words if one.note.strip()]
            faults[wrong_kind(notes[-1] if notes else "")] += 1
    right, wrong = opinions[Opinion.RIGHT], opinions[Opinion.WRONG]
    judged, wanted = right + wrong, 0
    if judged:
        # Those that nobody judged are taken to be as good as those that somebody did.
        wanted = round(len(opened) * right / judged)
    first, last = opened[0], opened[-1]
    return WatchVersionReport(
        watch=last.watch,
        title=last.title,
        min_pair_score=last.why.min_pair_score,
        min_topic_score=last.why.min_topic_score,
        tagger=last.tags.tagger,
        since=raised_at(first),
        until=raised_at(last),
        alerts=len(opened),
        right=right,
        wrong=wrong,
        disputed=opinions[Opinion.DISPUTED],
        missed=version.missed,
        precision=right / judged if judged else None,
        precision_interval=wilson(right, judged) if judged else None,
        recall=wanted / (wanted + version.missed) if wanted else None,
        recall_interval=wilson(wanted, wanted + version.missed) if wanted else None,
        published_to_seen=_between(opened, "published", "first_seen"),
        seen_to_raised=_between(opened, "first_seen", "raised"),
        published_to_raised=_between(opened, "published", "raised"),
        outlets_first=dict(Counter(one.story.source for one in opened).most_common(MOST_OUTLETS)),
        to_fix=dict(faults.most_common()),
    )


def _between(opened: Iterable[AlertEvent], first: str, then: str) -> Latency | None:
    """Return how long it took; an outlet whose clock is ahead of ours says nothing."""
    found = []
    for event in opened:
        begin, end = getattr(event.times, first), getattr(event.times, then)
        if begin is not None and end is not None and end >= begin:
            found.append((end - begin).total_seconds())
    return latency(found)
