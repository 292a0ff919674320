"""A story on its way into an alert that may be over: what was withdrawn and is told again. Pure."""

from datetime import datetime

from streams.grouping.choice import Choice, Look
from streams.grouping.joining import Joining, time_of
from streams.grouping.rewritten_entry import is_replaced
from streams.grouping.transitions import joined
from streams.model.alert import Bond, Version
from streams.model.watch import Match


def joining_of(
    match: Match,
    look: Look,
    choice: Choice,
    *,
    fits: bool = True,
    before: tuple[Version, ...] = (),
    first: datetime | None = None,
) -> Joining:
    """Return a story on its way into the alert that was chosen for it."""
    like, asked = choice.like, look.asked
    return Joining(
        match=match,
        known=asked.known,
        terms=asked.terms,
        grouping=choice.grouping,
        text=like.text,
        frame=like.frame,
        fits=fits,
        before=before,
        first=first or time_of(match.story),
        rewritten=is_replaced(like, match.story),
    )


def brings_back_what_is_over(
    choice: Choice,
    match: Match,
    look: Look,
    before: tuple[Version, ...],
    first: datetime,
    now: datetime,
) -> bool:
    """Say whether an alert that was withdrawn would be told again, though its window has passed.

    Only its own story does that, by a release. Copies of what was killed join it in silence.
    """
    like, bond = choice.like, choice.grouping.bond
    if not (like.over and like.alert.withdrawn) or bond is Bond.SAME_STORY:
        return False
    state, _ = joined(like.alert, joining_of(match, look, choice, before=before, first=first), now)
    return not state.withdrawn
