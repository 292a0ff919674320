"""Where stories to replay come from: JSON lines, or the log of `stories` on Kafka."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.kafka import Received
from streams.contract.codec import DecodeError, decode
from streams.contract.headers import of_canary, require_known
from streams.model.story import Story, in_other_words, story_version
from streams.model.verdict import Verdict
from wirewatch.evaluation.gold import NO, YES, alert_label
from wirewatch.history.pipeline import ArrivedStory
from wirewatch.input.story_input import BadLine, StoryInput, moment, told_lines, told_story

Complain = Callable[[str], None]
"""Told of what is no story."""


LABEL = b'"alert'
"""How the names of labels begin that say whether a story should alert."""
LABELS = {YES: True, NO: False}
NUMBER = "#"
"""Before an id that is a number, and before a text that begins so: both come out as they came."""
REMEMBERED = 20_000
"""Stories whose words are remembered, so that an edit is known as one."""


_decoder = msgspec.json.Decoder(dict[str, Any])


class Complaints:
    """Says on standard error what is no story, and counts."""

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0

    def __call__(self, text: str) -> None:
        """Say one."""
        self.count += 1
        sys.stderr.write(f"wirewatch: {text}\n")


def place(record: Received) -> str:
    """Name a record by where it stands."""
    return f"{record.topic}/{record.partition}/{record.offset}"


class FromLines:
    """Stories from JSON lines, under the ids that they have there, at the time they came out."""

    def __init__(self, lines: Iterable[bytes], complain: Complain) -> None:
        """Read lazily, a line at a time."""
        self._lines = lines
        self._complain = complain
        self._last = datetime.now(UTC)
        self._versions: OrderedDict[str, str] = OrderedDict()
        self.labels: dict[str, bool] = {}
        """Of the stories given so far that are labelled: whether they should alert."""

    def __iter__(self) -> Iterator[ArrivedStory]:
        """Return the stories in the order of the lines."""
        for read in told_lines(self._lines):
            if isinstance(read, BadLine):
                self._complain(f"line {read.number} is not a story: {read.reason}")
                continue
            dated = self._dated(read.given, read.told)
            if (label := _label(read.text)) is not None:
                self.labels[dated.story.id] = label
            yield dated

    def given(self, name: str) -> str | int:
        """Return a story's id as it stands in the lines: a number where it was one."""
        if not name.startswith(NUMBER):
            return name
        rest = name[len(NUMBER) :]
        return rest if rest.startswith(NUMBER) else int(rest)

    def _dated(self, given: str | int, told: StoryInput) -> ArrivedStory:
        marked = isinstance(given, int) or given.startswith(NUMBER)
        name = f"{NUMBER}{given}" if marked else str(given)
        # A story without any date came when the one before it did. None comes from the future.
        when = moment(told.published) or moment(told.first_seen) or self._last
        self._last = min(when, datetime.now(UTC))
        story = told_story(told)
        version = story_version(
            headline=story.headline, summary=story.summary, body=story.body, status=story.status
        )
        before = self._versions.pop(name, None)
        self._versions[name] = version
        if len(self._versions) > REMEMBERED:
            self._versions.popitem(last=False)
        story = msgspec.structs.replace(
            story,
            id=name,
            version=version,
            first_seen=self._last,
            edited=before is not None and in_other_words(story, before),
        )
        return ArrivedStory(story, self._last)


def _label(line: bytes) -> bool | None:
    """Read whether a story should alert: yes or no, anything else is as good as no label."""
    if LABEL not in line:  # of most lines only what a story is made of need be read
        return None
    try:
        return LABELS.get(alert_label(_decoder.decode(line)) or "")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class FromLog:
    """Stories from the log, at the time Kafka got them: when `work` saw them, or could have."""

    def __init__(self, log: Iterable[Received], complain: Complain) -> None:
        """Read lazily."""
        self._log = log
        self._complain = complain

    def __iter__(self) -> Iterator[ArrivedStory]:
        """Return the stories in the order in which they came."""
        for record in self._log:
            yield from self.read(record)

    def read(self, record: Received) -> Iterator[ArrivedStory]:
        """Return the story of a record; nothing, but a complaint, if it is none.

        A canary is no story.
        """
        if of_canary(record.headers):
            return
        try:
            require_known(record.headers)
            yield ArrivedStory(decode(record.value, Story), record.timestamp)
        except DecodeError as error:
            self._complain(f"{place(record)} is not a story: {error}")

    def given(self, name: str) -> str | int:
        """Return a story's id."""
        return name


def verdicts(log: Iterable[Received], complain: Complain) -> Iterator[Verdict]:
    """Return the verdicts of a log; one that was taken out of it is none."""
    for record in log:
        if record.value is not None:
            try:
                require_known(record.headers)
                yield decode(record.value, Verdict)
            except DecodeError as error:
                complain(f"{place(record)} is not a verdict: {error}")
