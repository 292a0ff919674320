"""Whether an outlet's new headline says otherwise than the one before it. Pure.

Outlets put their headlines otherwise all day: that is no news. But `agrees to host drills` that
becomes `refuses to host drills`, under the same entry, leaves readers with what is no longer said.
"""

from typing import Final

from streams.grouping.acts import Acts, acts_of
from streams.grouping.kinds import compare_kinds, kinds_in, kinds_named
from streams.tagging.stance import Wording

ENDS: Final = "cut"
"""The act that takes back what was told, whatever that was: talks that are cancelled."""


def contradicts(before: str, after: str, text: str, language: str | None) -> bool:
    """Say whether a headline tells the contrary of the one before it, or of another kind of thing.

    `text` is what stands below the new one: what it still names was put otherwise, and no more.
    """
    if not before or before == after:
        return False
    return (
        Wording(before, language).negated is not Wording(after, language).negated
        or _other_acts(acts_of(before), acts_of(after))
        or _other_kinds(before, after, text)
    )


def _other_acts(before: Acts, after: Acts) -> bool:
    gone, come = before.names - after.names, after.names - before.names
    return ENDS in come or Acts(gone, ahead=False).contrary(Acts(come, ahead=False))


def _other_kinds(before: str, after: str, text: str) -> bool:
    was, now = kinds_in(before, ""), kinds_in(after, "")
    return compare_kinds(was, [now]).apart and was.isdisjoint(kinds_named(text))
