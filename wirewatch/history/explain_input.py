"""`wirewatch explain`: why a story came or didn't, from a text, a file, or what Kafka still has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from connectors.kafka import Received
from connectors.kafka.topic_reader import Log
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import Topic
from streams.matching.match import Watches
from streams.model.alert import AlertEvent, Grouping
from streams.model.story import is_id
from streams.tagging.reader import AnyTagger, nearest
from wirewatch.history.explain_view import show, write
from wirewatch.history.lookup import Read, look_up
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged
from wirewatch.history.replay_stories import Complaints, FromLines
from wirewatch.history.spike_view import show_spike, write_spike
from wirewatch.history.story_account import StoryAccount, Traces, account, asked_spike
from wirewatch.input.input_text import opened
from wirewatch.input.story_input import plain_text
from wirewatch.render.console import to_console
from wirewatch.render.progress import bar


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    """What to explain by. `every` shows all watches, not only the nearest."""

    tagger: AnyTagger
    watches: Watches
    backfill: bool = False
    every: bool = False
    as_json: bool = False


def is_name(given: str) -> bool:
    """Say whether what was given is an id or an address rather than a text."""
    return is_id(given) or given.startswith(("http://", "https://"))


def explain_input(given: str, asked: ExplainOptions) -> int:
    """Explain a file, a text, or standard input: what would become of it if it came now.

    Gives the number of lines that were no story. Raises `OSError` or `InputError`.
    """
    with opened(given) as read:
        if not isinstance(read, str):
            return _explain_lines(read, asked)
        explain_text(read, asked)
        return 0


def explain_text(text: str, asked: ExplainOptions) -> None:
    """Explain a text: what would become of it if it came now."""
    dated = ArrivedStory(plain_text(text), datetime.now(UTC))
    _print(Imagined(asked).come(dated), "text", asked)


def _explain_lines(lines: Iterable[bytes], asked: ExplainOptions) -> int:
    """Let the stories come one after the other: so later ones can join an alert."""
    complaints = Complaints()
    stories = FromLines(lines, complaints)
    imagined = Imagined(asked)
    for dated in stories:
        _print(imagined.come(dated), stories.given(dated.story.id), asked)
    return complaints.count


def explain_past(given: str, kafka: KafkaAccess, prefix: str, asked: ExplainOptions) -> None:
    """Explain a story or an alert that Kafka still has. Raises `NotFoundError`."""
    explain_traces(look_up(given, looking_through(kafka, prefix)), asked)


def explain_traces(traces: Traces, asked: ExplainOptions) -> None:
    """Explain a story, or a spike, by what Kafka still has of it."""
    event = asked_spike(traces)
    if event is not None and event.spike is not None:
        said = [one for one in traces.verdicts if one.alert == event.alert]
        if asked.as_json:
            write_spike(event, event.spike, said)
        else:
            show_spike(to_console(), event, event.spike, said)
        return
    told = account(traces, asked.watches, backfill=asked.backfill)
    _print(told, traces.story.id, asked)


def looking_through(kafka: KafkaAccess, prefix: str) -> Read:
    """Return what reads a topic of a Kafka, with a bar while it does."""

    def read(topic: Topic) -> Iterator[Received]:
        log = Log(kafka, topic, prefix=prefix)
        with bar(f"looking through {topic.name}", log.total) as shown:
            for record in log:
                yield record
                shown.add(1)

    return read


class Imagined:
    """What would become of stories if they came now, with no alert open before.

    The alerts are numbered #1, #2 ...: they don't exist, so they have no ids.
    """

    def __init__(self, asked: ExplainOptions) -> None:
        """Start without alerts."""
        self._asked = asked
        self._pipeline = Pipeline(asked.watches)
        self._names: dict[str, str] = {}

    def come(self, dated: ArrivedStory) -> StoryAccount:
        """Let a story come, and tell what would become of it."""
        one = tagged(dated, self._asked.tagger)
        came = self._pipeline.step(one, dated.now)
        traces = Traces(
            story=one.story,
            tagged=one,
            matched=frozenset(match.watch for match in came.matches),
            places={
                self._name(alert): place._replace(grouping=self._numbered(place.grouping))
                for alert, place in came.alerts.items()
            },
            events=[self._event(event) for event in came.events if event.alert in came.alerts],
            hypothesis=True,
        )
        return account(traces, self._asked.watches, backfill=self._asked.backfill)

    def _name(self, alert: str) -> str:
        return self._names.setdefault(alert, f"#{len(self._names) + 1}")

    def _numbered(self, grouping: Grouping) -> Grouping:
        nearest = grouping.nearest and self._name(grouping.nearest)
        return msgspec.structs.replace(grouping, nearest=nearest)

    def _event(self, event: AlertEvent) -> AlertEvent:
        grouping = event.grouping and self._numbered(event.grouping)
        return msgspec.structs.replace(
            event,
            alert=self._name(event.alert),
            event="",
            related=tuple(map(self._name, event.related)),
            grouping=grouping,
        )


def _print(told: StoryAccount, given: str | int, asked: ExplainOptions) -> None:
    if told.tagged is not None:
        told = msgspec.structs.replace(told, near=nearest(asked.tagger, told.tagged))
    if asked.as_json:
        write(told, given)
    else:
        show(to_console(), told, every=asked.every)
