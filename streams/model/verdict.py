"""What people say of alerts: right, wrong, missed where none came, and what is one event."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from streams.model.open_enum import OpenEnum
from streams.model.timestamps import Time
from streams.model.watch import Match


class Said(OpenEnum):
    """What somebody says of an alert, or of a story."""

    RIGHT = "right"
    """The alert was wanted."""
    WRONG = "wrong"
    """The alert should not have come."""
    MISSED = "missed"
    """The story should have raised an alert of the watch, and is in none."""
    TWO_EVENTS = "two events"
    """The story is of another event than its alert."""
    ONE_EVENT = "one event"
    """Two alerts are of one event."""


ON_GROUPING = frozenset({Said.TWO_EVENTS, Said.ONE_EVENT})
"""What is said of the grouping: gather obeys it."""


class Opinion(StrEnum):
    """What all who spoke make of an alert together."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    DISPUTED = "disputed"
    """Some call it wrong, and others don't."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person's word. `alert` is the one it is about, `None` where one was missed.

    `story` is the story that was judged: one of the alert's, or the one that raised none. `other`
    is the alert that is of one event with `alert`. Of a story of another event `match` is what it
    was matched by, so that it can open an alert of its own. `taken_back`: it holds no more.
    """

    said: Said
    watch: str
    story: str
    by: str
    at: Time
    alert: str | None = None
    note: str = ""
    other: str | None = None
    match: Match | None = None
    taken_back: bool = False

    @property
    def key(self) -> str:
        """What it is about, and whose word it is: of two with one key only the later counts."""
        about = self.alert or f"{self.story}/{self.watch}"
        if self.said is Said.TWO_EVENTS:
            about = f"{about}/{self.story}"
        elif self.said is Said.ONE_EVENT:
            about = "+".join(sorted((about, self.other or "")))
        return f"{about}/{self.by}"


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word on which stories are of one event, on its way to gather."""

    verdict: Verdict


def last_words(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return each person's last word on each thing, in the order in which they were said.

    What somebody took back isn't among them.
    """
    last: dict[str, Verdict] = {}
    for verdict in verdicts:
        last.pop(verdict.key, None)
        last[verdict.key] = verdict
    return [verdict for verdict in last.values() if not verdict.taken_back]


def opinion(said: Sequence[Said]) -> Opinion | None:
    """Return what several say together; `None` if nobody does. Of one mind, the last names it."""
    if not said:
        return None
    against = said.count(Said.WRONG)
    return Opinion.DISPUTED if 0 < against < len(said) else Opinion(said[-1])
