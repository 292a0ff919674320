"""Whether an outlet's new headline or opening says otherwise than the one before it. Pure.

Outlets put their headlines otherwise all day: that is no news. But `agrees to host drills` that
becomes `refuses to host drills`, under the same entry, leaves readers with what is no longer said.
"""

from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Final

from streams.grouping.acts import Acts, acts_of
from streams.grouping.kinds import group_of, kinds_named
from streams.grouping.term_weights import tokens
from streams.grouping.weights import SAME_SENTENCE
from streams.grouping.word_lists import WordLists, lines_of
from streams.tagging.stance import Wording

ADVERSE: Final = frozenset({"cut", "deny", "accuse", "impose", "court"})
"""Acts against someone, or that end something: where an edit brings one, or takes it out, it turns
its story round, whatever else was told."""


def contradicts(before: str, after: str, text: str, language: str | None) -> bool:
    """Say whether a headline tells the contrary of the one before it, or of another kind of thing.

    `text` is what stands below the new one: what it still names was put otherwise, and no more.
    """
    if not before or before == after:
        return False
    return (
        _is_adverse(before, language) is not _is_adverse(after, language)
        or _contrary_acts(acts_of(before), acts_of(after))
        or _other_kinds(before, after, text)
    )


def turns_round(before: str, after: str, language: str | None) -> bool:
    """Say whether an opening sentence is the one before it, but tells the contrary.

    A sentence of many words is put anew with other verbs all day: so most of it must have stayed,
    or all of it but who accuses whom.
    """
    if not before or before == after:
        return False
    if _is_adverse(before, language) is _is_adverse(after, language):
        return _accuses_in_turn(before, after) or _contrary_acts(acts_of(before), acts_of(after))
    return SequenceMatcher(None, before, after, autojunk=False).ratio() >= SAME_SENTENCE


def _accuses_in_turn(before: str, after: str) -> bool:
    """Say whether two sentences of an accusation have the same words in another order."""
    was, now = tokens(before), tokens(after)
    return was != now and sorted(was) == sorted(now) and "accuse" in acts_of(after).names


def _is_adverse(headline: str, language: str | None) -> bool:
    """Say whether a headline says that something isn't, won't be or ends, or is against someone."""
    return (
        Wording(headline, language).negated
        or not ADVERSE.isdisjoint(acts_of(headline).names)
        or bool(_refusals().in_text(headline))
    )


def _contrary_acts(before: Acts, after: Acts) -> bool:
    gone, come = before.names - after.names, after.names - before.names
    return Acts(gone, ahead=False).contrary(Acts(come, ahead=False))


def _other_kinds(before: str, after: str, text: str) -> bool:
    """Say whether one kind took another's place: of a general who meets a minister an admiral."""
    was, now = kinds_named(before), kinds_named(after)
    come = {group_of(one) for one in now - was}
    gone = {one for one in was - now if group_of(one) in come}
    return bool(gone) and gone.isdisjoint(kinds_named(text))


@cache
def _refusals() -> WordLists:
    text = (files("streams.grouping") / "data" / "refusals.txt").read_text("utf-8")
    return WordLists(lines_of(text))
