"""`wirewatch replay --shadow`: a draft beside what runs, on what comes live; it only records."""

import sys
from datetime import UTC, datetime
from threading import Event

from connectors.kafka.topic_reader import Log
from connectors.kafka.topic_tail import Following
from streams.contract.topics import STORIES
from streams.model.alert import AlertEvent, Kind
from wirewatch.counted import counted
from wirewatch.history.replay import Replay, ReplayPlan, ReplaySource, feedback, passed, past_bar
from wirewatch.history.replay_stories import Complaints, FromLog
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
            came = _replay_past(replay, stories, stop)
        begun = "" if source.since is None else f"{counted(came, 'story')} replayed; "
        _say(f"{begun}following what comes from now on; Ctrl-C ends it and shows what came")
        teller.go_live()
        following = Following(
            source.kafka, STORIES, offsets=log.ends, stop=stop, say=_say, prefix=source.prefix
        )
        for record in following:
            if record is None:
                replay.tick(datetime.now(UTC))
            else:
                for dated in stories.read(record):
                    replay.take(dated)
        teller.rest()
        replay.end()
        replay.report(lambda: feedback(source, complaints), timed=False)


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


def _replay_past(replay: Replay, stories: FromLog, stop: Event) -> int:
    """Return how many stories there were."""
    came = 0
    for dated in stories:
        if stop.is_set():
            break
        replay.take(dated)
        came += 1
    return came


def _say(text: str) -> None:
    sys.stderr.write(f"wirewatch: {text}\n")
