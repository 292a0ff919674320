"""`wirewatch replay`: run stories of the past through tag, match and gather, and say what comes."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime

from connectors.errors import ConnectorError
from connectors.kafka import Received
from connectors.kafka.topic_reader import Log
from streams.contract.codec import DecodeError, decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES, TAGGED, VERDICTS
from streams.encoder import Embedding
from streams.matching.match import Watches
from streams.model.alert import AlertEvent
from streams.model.tags import TaggedStory
from streams.model.verdict import ON_GROUPING, Verdict
from streams.tagging.reader import AnyTagger, BothReaders, StoryKey
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged
from wirewatch.history.replay_difference import SILENCE, Comparison, SideResult
from wirewatch.history.replay_stories import Complaints, FromLines, FromLog, verdicts
from wirewatch.history.replay_totals import ReplayTotals
from wirewatch.history.replay_view import Given, show, show_differences, write, write_line
from wirewatch.history.verdicts import Feedback
from wirewatch.input.input_text import InputError
from wirewatch.render.console import to_console
from wirewatch.render.progress import Bar, bar


@dataclass(frozen=True, kw_only=True)
class ReplayPlan:
    """What to replay by: a draft, and for a comparison the watches in force.

    `tagger` is the draft's, `in_force` that of the watches in force, the same if it is `None`.
    `alerts` is how many of the last alerts are shown to people.
    """

    tagger: AnyTagger
    draft: Watches
    current: Watches | None = None
    in_force: AnyTagger | None = None
    backfill: bool = False
    as_json: bool = False
    alerts: int = 20


@dataclass(frozen=True)
class ReplaySource:
    """Where past stories and verdicts are: the address of a Kafka, and what its topics begin with.

    Stories count from `since` on; without it, all.
    """

    kafka: KafkaAccess
    prefix: str
    since: datetime | None = None


ANSWER_SECONDS = 5.0
"""How long a result waits for the verdicts on it."""
Tell = Callable[[AlertEvent], None]


class Replay:
    """A plan at work. Each event of the draft goes to `tell` as it comes."""

    def __init__(self, plan: ReplayPlan, tell: Tell) -> None:
        """Start without stories."""
        self._began = time.monotonic()
        self._plan = plan
        self._in_force = plan.in_force or plan.tagger
        self._tell = tell
        self._draft = Pipeline(plan.draft, backfill=plan.backfill)
        self._current = Pipeline(plan.current, backfill=plan.backfill) if plan.current else None
        self._comparison = Comparison(plan.draft, plan.current) if plan.current else None
        self._totals = ReplayTotals(plan.alerts)
        self._seconds = 0.0

    def take(self, dated: ArrivedStory) -> None:
        """Take a story in."""
        one = tagged(dated, self._plan.tagger)
        came = self._draft.step(one, dated.now)
        self._totals.enter(dated.now, came)
        self._hand_on(came.events)
        if self._current is not None and self._comparison is not None:
            same = self._in_force is self._plan.tagger
            there = one if same else tagged(dated, self._in_force)
            went = self._current.step(there, dated.now)
            self._comparison.enter(SideResult(one, came), SideResult(there, went))

    def take_in_order(self, stories: Iterable[ArrivedStory], said: Iterable[Verdict]) -> None:
        """Take in stories, and what people said meanwhile, each when it came."""
        waiting = deque(said)
        for dated in stories:
            while waiting and waiting[0].at <= dated.now:
                self.rule(waiting.popleft())
            self.take(dated)
        for verdict in waiting:
            self.rule(verdict)

    def rule(self, verdict: Verdict) -> None:
        """Take in what a person said of the grouping, when they said it."""
        events = self._draft.rule(verdict, verdict.at).events
        for event in events:
            self._totals.tell(event)
        self._hand_on(events)
        if self._current is not None:
            self._current.rule(verdict, verdict.at)

    @property
    def stories(self) -> int:
        """How many it has taken in."""
        return self._totals.stories

    def tick(self, now: datetime) -> None:
        """Let time pass without a story."""
        events = self._draft.tick(now).events
        for event in events:
            self._totals.tell(event)
        self._hand_on(events)
        if self._current is not None:
            self._current.tick(now)

    def end(self) -> None:
        """Close what is still open."""
        self._hand_on(self._draft.end())
        self._seconds = time.monotonic() - self._began

    def report(self, feedback: Callable[[], Feedback], *, timed: bool = True) -> None:
        """Say what came of it all, and what people said of that; `timed`: and how fast it went."""
        # Asked only where alerts are told apart: nothing else has a use for it.
        compared = self._comparison
        differences = None if compared is None else compared.differences(feedback())
        if self._plan.as_json:
            for difference in differences or ():
                write_line(difference)
            sys.stdout.buffer.flush()
            return
        console = to_console()
        show(console, self._totals, self._plan.draft, self._seconds if timed else None)
        if differences is not None:
            show_differences(console, differences)

    def _hand_on(self, events: Iterable[AlertEvent]) -> None:
        for event in events:
            self._tell(event)


def replay_lines(lines: Iterable[bytes], total: int | None, plan: ReplayPlan) -> int:
    """Replay JSON lines of `total` bytes; give the number of lines that were no story.

    Raises `InputError` if none was one.
    """
    complaints = Complaints()
    with past_bar(total, plan) as shown:
        stories = FromLines(_counted(lines, shown), complaints)
        replay = Replay(plan, teller(plan, stories.given))
        for dated in stories:
            replay.take(dated)
        replay.end()
    if replay.stories == 0:
        raise InputError("no line is a story")
    replay.report(lambda: Feedback(labels=stories.labels))
    return complaints.count


def replay_log(source: ReplaySource, plan: ReplayPlan) -> int:
    """Replay what the log of `stories` holds; give the number of records that can't be read."""
    complaints = Complaints()
    taggers = [one for one in (plan.tagger, plan.in_force) if isinstance(one, BothReaders)]
    if any(one.reads for one in taggers):
        known = embeddings(source, complaints)
        for tagger in taggers:
            tagger.remember(known)
    log = Log(source.kafka, STORIES, prefix=source.prefix, since=source.since)
    with past_bar(log.total, plan) as shown:
        stories = FromLog(passed(log, shown), complaints)
        replay = Replay(plan, teller(plan, stories.given))
        replay.take_in_order(stories, rulings(source, complaints))
        replay.end()
    replay.report(lambda: feedback(source, complaints))
    return complaints.count


def embeddings(source: ReplaySource, complaints: Complaints) -> dict[StoryKey, Embedding]:
    """Return what `work` made of past stories, which needn't be encoded again."""
    found: dict[StoryKey, Embedding] = {}
    try:
        for record in Log(source.kafka, TAGGED, prefix=source.prefix, since=source.since):
            with suppress(DecodeError):  # a story that can't be read here is encoded again
                one = decode(record.value, TaggedStory)
                if one.embedding is not None:
                    found[one.story.id, one.story.version] = one.embedding
    except ConnectorError as error:
        complaints(f"stories are encoded again, since what was tagged can't be read: {error}")
    return found


def rulings(source: ReplaySource, complaints: Complaints) -> list[Verdict]:
    """Return what people said of the grouping, the first first.

    Raises `KafkaError` as for the stories: without them other alerts would come.
    """
    log = Log(source.kafka, VERDICTS, prefix=source.prefix)
    found = [one for one in verdicts(log, complaints) if one.said in ON_GROUPING]
    return sorted(found, key=lambda one: one.at)


def feedback(source: ReplaySource, complaints: Complaints) -> Feedback:
    """Read what people said; without an answer from Kafka the result goes without it."""
    try:
        log = Log(source.kafka, VERDICTS, prefix=source.prefix, seconds=ANSWER_SECONDS)
        return Feedback(verdicts(log, complaints))
    except ConnectorError as error:
        complaints(f"verdicts are left out: {error}")
        return SILENCE


def teller(plan: ReplayPlan, given: Given) -> Tell:
    """Print each event for programs, and none for people: they get tables."""

    def tell(event: AlertEvent) -> None:
        if plan.as_json:
            write(event, given)

    return tell


def past_bar(total: int | None, plan: ReplayPlan) -> AbstractContextManager[Bar]:
    """Show progress, but not between lines of JSON on the same terminal."""
    return bar("replay", total, hidden=plan.as_json and sys.stdout.isatty())


def passed(log: Iterable[Received], shown: Bar) -> Iterator[Received]:
    """Count records as they pass."""
    for record in log:
        yield record
        shown.add(1)


def _counted(lines: Iterable[bytes], shown: Bar) -> Iterator[bytes]:
    for line in lines:
        yield line
        shown.add(len(line))
