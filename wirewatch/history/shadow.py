"""`wirewatch replay --shadow`: a draft beside what runs, on what comes live; it only records."""

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from queue import SimpleQueue
from threading import Event, Thread

from connectors.kafka import KafkaError
from connectors.kafka.topic_reader import Log
from connectors.kafka.topic_tail import Following
from streams.contract.topics import STORIES, VERDICTS
from streams.model.alert import AlertEvent, Kind
from streams.model.verdict import ON_GROUPING, Verdict
from wirewatch.counted import counted
from wirewatch.history.replay import (
    ANSWER_SECONDS,
    Replay,
    ReplayPlan,
    ReplaySource,
    feedback,
    passed,
    past_bar,
    rulings,
)
from wirewatch.history.replay_stories import Complaints, FromLog, verdicts
from wirewatch.history.replay_view import Given, show_opened, write
from wirewatch.render.console import to_console
from wirewatch.runtime.shutdown import stop_asked


def shadow(source: ReplaySource, plan: ReplayPlan) -> None:
    """Replay what the log holds since a moment, then what comes until Ctrl-C, and say what it was.

    Without a moment it begins with what comes from now on. A Kafka that isn't there at the start
    raises `KafkaError`; one that goes away later is waited for.
    """
    complaints = Complaints()
    with stop_asked() as stop:
        since = source.since or datetime.now(UTC)
        log = Log(source.kafka, STORIES, prefix=source.prefix, since=since, stop=stop)
        with past_bar(log.total, plan) as shown:
            stories = FromLog(passed(log, shown), complaints)
            teller = Teller(plan, stories.given)
            replay = Replay(plan, teller)
            rulings_live = LiveRulings(source, complaints, stop)
            replay.take_in_order(
                takewhile(lambda _: not stop.is_set(), stories), rulings(source, complaints)
            )
            came = replay.stories
        begun = "" if source.since is None else f"{counted(came, 'story')} replayed; "
        _say(f"{begun}following what comes from now on; Ctrl-C ends it and shows what came")
        teller.go_live()
        following = Following(
            source.kafka, STORIES, offsets=log.ends, stop=stop, say=_say, prefix=source.prefix
        )
        rulings_live.begin()
        for record in following:
            for verdict in rulings_live.so_far():
                replay.rule(verdict)
            if record is None:
                replay.tick(datetime.now(UTC))
            else:
                for dated in stories.read(record):
                    replay.take(dated)
        teller.rest()
        replay.end()
        replay.report(lambda: feedback(source, complaints), timed=False)


class LiveRulings:
    """What people say of the grouping from now on, read beside the stories."""

    def __init__(self, source: ReplaySource, complaints: Complaints, stop: Event) -> None:
        """Find out where they end now. Without an answer from Kafka they are read from their begin.

        Those that were said before are said again then, which changes nothing.
        """
        self._source, self._complaints, self._stop = source, complaints, stop
        self._said: SimpleQueue[Verdict] = SimpleQueue()
        try:
            log = Log(source.kafka, VERDICTS, prefix=source.prefix, seconds=ANSWER_SECONDS)
            self._ends: Mapping[int, int] = log.ends
        except KafkaError:
            self._ends = {}

    def begin(self) -> None:
        """Read on, until the end."""
        Thread(target=self._read, daemon=True).start()

    def so_far(self) -> Iterator[Verdict]:
        """Return what was said since last asked."""
        while not self._said.empty():
            yield self._said.get()

    def _read(self) -> None:
        following = Following(
            self._source.kafka,
            VERDICTS,
            offsets=self._ends,
            stop=self._stop,
            say=lambda _: None,  # the stories' reader says it
            prefix=self._source.prefix,
        )
        for record in following:
            for verdict in verdicts([record] if record is not None else [], self._complaints):
                if verdict.said in ON_GROUPING:
                    self._said.put(verdict)


class Teller:
    """Tells of events: programs of each, at once; people of each alert that opens live."""

    def __init__(self, plan: ReplayPlan, given: Given) -> None:
        """Start in the past."""
        self._live = False
        self._as_json = plan.as_json
        self._given = given
        self._console = to_console()

    def go_live(self) -> None:
        """Tell people too from now on."""
        self._live = True

    def rest(self) -> None:
        """Leave the rest to the tables."""
        self._live = False
        if not self._as_json:
            self._console.print()

    def __call__(self, event: AlertEvent) -> None:
        """Tell of one."""
        if self._as_json:
            write(event, self._given)
            sys.stdout.buffer.flush()
        elif self._live and event.kind is Kind.OPENED:
            show_opened(self._console, event)
            sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"wirewatch: {text}\n")
