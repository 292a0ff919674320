"""What the draft of a watch would have brought, by the stories of the archive. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from streams.matching.match import Watches
from streams.model.tags import TaggedStory
from streams.model.verdict import Verdict
from streams.model.watch import Watch
from wirewatch.history.pipeline import Pipeline
from wirewatch.history.replay_difference import (
    AlertDifference,
    Comparison,
    DifferenceKind,
    SideResult,
)
from wirewatch.history.verdicts import Feedback

MOST_ALERTS = 20_000
"""Alerts on one side, beyond which a draft is too wide to be of use."""
MOST_SHOWN = 100
"""Differences of each kind that are shown, the newest."""
TELL_EVERY = 100
"""Stories between two signs of progress."""
_LONGEST = 300
"""Signs of a headline or a reason."""


class BacktestPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What to try: a draft over a time, against the watch of its name that is in force."""

    data: str
    draft: Watch
    current: Watch | None
    since: datetime
    until: datetime
    backfill: bool = False


class BacktestProgress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """How far it is: the stories so far, and when the last of them came."""

    stories: int
    at: datetime


class BacktestDifference(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that differs, and the story that opened it."""

    difference: AlertDifference
    story: str


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """What came of it. `counts` has all that differ by kind, `differences` the newest of them."""

    stories: int
    alerts: int
    current_alerts: int
    counts: dict[str, int]
    differences: tuple[BacktestDifference, ...]


class BacktestFailure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """Why it came to nothing, in words for who asked."""

    because: str


BacktestMessage = BacktestProgress | BacktestResult | BacktestFailure


class TooManyAlertsError(Exception):
    """A side raises more alerts than anybody could read."""


@dataclass
class Backtest:
    """A plan at work."""

    plan: BacktestPlan
    tell: Callable[[BacktestProgress], None]

    def run(self, stories: Iterable[TaggedStory], verdicts: Iterable[Verdict]) -> BacktestResult:
        """Take stories in, and return what came of them. Raises `TooManyAlertsError`."""
        draft = Watches([self.plan.draft])
        current = Watches([] if self.plan.current is None else [self.plan.current])
        compared = Comparison(draft, current)
        new, old = (Pipeline(side, backfill=self.plan.backfill) for side in (draft, current))
        count = 0
        for count, one in enumerate(stories, start=1):
            now = one.story.first_seen
            sides = (SideResult(one, side.step(one, now)) for side in (new, old))
            compared.enter(*sides)
            if max(len(compared.draft.alerts), len(compared.current.alerts)) > MOST_ALERTS:
                raise TooManyAlertsError
            if count % TELL_EVERY == 0:
                self.tell(BacktestProgress(stories=count, at=now))
        return _result(compared, Feedback(verdicts), count)


def _result(compared: Comparison, feedback: Feedback, stories: int) -> BacktestResult:
    counts: Counter[str] = Counter()
    shown = []
    for one in reversed(list(compared.differences(feedback))):
        counts[one.difference] += 1
        if counts[one.difference] <= MOST_SHOWN:
            shown.append(_shown(compared, one))
    return BacktestResult(
        stories=stories,
        alerts=len(compared.draft.alerts),
        current_alerts=len(compared.current.alerts),
        counts={kind.value: counts[kind] for kind in DifferenceKind},
        differences=tuple(shown),
    )


def _shown(compared: Comparison, one: AlertDifference) -> BacktestDifference:
    alert = compared.draft.alerts.get(one.alert) or compared.current.alerts[one.alert]
    short = msgspec.structs.replace(
        one, headline=one.headline[:_LONGEST], because=one.because[:_LONGEST]
    )
    return BacktestDifference(difference=short, story=next(iter(alert.stories), ""))
