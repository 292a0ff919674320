"""What people say of alerts: right, wrong, or missed where none came."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from streams.ledger import Time


class Said(StrEnum):
    """What somebody says of an alert, or of a story."""

    RIGHT = "right"
    """The alert was wanted."""
    WRONG = "wrong"
    """The alert should not have come."""
    MISSED = "missed"
    """The story should have raised an alert of the watch, and is in none."""


class Opinion(StrEnum):
    """What all who spoke make of an alert together."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSED = "missed"
    DISPUTED = "disputed"
    """Some call it wrong, and others don't."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person's word. `alert` is the one it is about, `None` where one was missed.

    `story` is the story that was judged: one of the alert's, or the one that raised none.
    """

    said: Said
    watch: str
    story: str
    by: str
    at: Time
    alert: str | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What it is about, and whose word it is: of two with one key only the later counts."""
        return f"{self.alert or f'{self.story}/{self.watch}'}/{self.by}"


def last_words(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Give the last word of each person on each thing, in the order in which they were said."""
    last: dict[str, Verdict] = {}
    for verdict in verdicts:
        last.pop(verdict.key, None)
        last[verdict.key] = verdict
    return list(last.values())


def opinion(said: Sequence[Said]) -> Opinion | None:
    """Give what several say together; `None` if nobody does. Of one mind, the last names it."""
    if not said:
        return None
    against = said.count(Said.WRONG)
    return Opinion.DISPUTED if 0 < against < len(said) else Opinion(said[-1])
