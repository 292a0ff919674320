"""What of a story that joins an alert is worth telling."""

from itertools import islice
from typing import NamedTuple

from streams.alert import AlertState, Bond, Change, Kind
from streams.editorial_signals import bare
from streams.gather.joining import Joining, time_of
from streams.gather.packing import unpack_terms
from streams.gather.signature import words_of
from streams.gather.weights import FIGURES, FOLLOW_UP, NEW_WORDS, TELL_AGAIN, TOLD_OUTLETS
from streams.gather.wires import says_corrected
from streams.gather.words import word
from streams.story import GONE, Status, Story

NEW_FACT = "new fact"
OFFICIAL = "first official source"
GRAVER = "severity up"
AGAIN = "reported again"
CORRECTED = "corrected by the outlet"
OUTGROWN = "edited, and fits the watch no more"
NO_PAGE = "gone from its address"
WITHDRAWN = {Status.CANCELED: "killed by the outlet", Status.WITHHELD: "held back by the outlet"}


class News(NamedTuple):
    """Something to tell of an alert."""

    kind: Kind
    reason: str
    changes: tuple[Change, ...] = ()


def news(before: AlertState, after: AlertState, joining: Joining) -> News | None:
    """Say what is worth telling, most important first."""
    story = joining.match.story
    if story.status in WITHDRAWN:
        return _withdrawal(before, story)
    if story.status is Status.CORRECTED:
        return News(Kind.CORRECTED, CORRECTED, changes(joining))
    if not joining.fits:
        found = () if before.withdrawn else changes(joining)
        return News(Kind.CORRECTED, OUTGROWN, found) if found else None
    return _of_match(before, after, joining)


def _withdrawal(before: AlertState, story: Story) -> News | None:
    """Tell that a story was taken back; a missing page is the end only if no other outlet told."""
    if before.withdrawn:
        return None
    if GONE not in story.flags:
        return News(Kind.WITHDRAWN, WITHDRAWN[story.status])
    if set(before.own) - {story.source} or not carries_its_outlet(before, story):
        return None
    return News(Kind.WITHDRAWN, NO_PAGE)


def carries_its_outlet(alert: AlertState, story: Story) -> bool:
    """Say whether an outlet's word rests on a story of the alert, as far as is known.

    The outlet that opened it may have the text at a second address too, and take that one away.
    """
    told = (next(iter(alert.stories)), alert.face.story.id)
    return story.source != alert.outlets[0] or story.id in told


def _of_match(before: AlertState, after: AlertState, joining: Joining) -> News | None:
    story, bond = joining.match.story, joining.grouping.bond
    if joining.match.severity.rank > before.face.severity.rank and not before.withdrawn:
        return News(Kind.UPDATED, GRAVER)
    if bond is Bond.SAME_STORY:
        found = changes(joining)
        if found and says_corrected(story):
            return News(Kind.CORRECTED, CORRECTED, found)
        return _new_fact(before, joining)
    if before.withdrawn:
        return News(Kind.UPDATED, AGAIN) if bond is Bond.REPORT else None
    if bond is Bond.COPY:
        return _new_fact(before, joining)
    if after.official and not before.official:
        return News(Kind.UPDATED, OFFICIAL)
    if len(after.own) > len(before.own) and (told := TOLD_OUTLETS.get(len(after.own))):
        return News(Kind.UPDATED, told)
    return _new_fact(before, joining) or _follow_up(before, joining)


def _new_fact(alert: AlertState, joining: Joining) -> News | None:
    """Tell of figures in the headline that no report of the event had."""
    if time_of(joining.match.story) - alert.told < TELL_AGAIN:
        return None
    texts = [figure for text in alert.texts for figure in text.figures]
    known = {word(figure).term for figure in (*texts, *alert.facts)}
    new = [
        text
        for term, text in joining.known.facts.items()
        if term not in known and text[0].isdigit()
    ]
    if not new:
        return None
    before = ", ".join(alert.facts[:FIGURES])
    return News(
        Kind.UPDATED, NEW_FACT, (Change(what="figures", before=before, after=", ".join(new)),)
    )


def _follow_up(alert: AlertState, joining: Joining) -> News | None:
    """Tell of a later report that says something else in its headline."""
    if time_of(joining.match.story) - alert.told < FOLLOW_UP:
        return None
    known = set(unpack_terms(alert.terms)).union(*(words_of(text.headline) for text in alert.texts))
    headline = joining.known.headline
    new = sum(told for term, told in headline.items() if term not in known)
    if new < NEW_WORDS * (sum(headline.values()) or 1.0):
        return None
    change = Change(
        what="headline", before=alert.face.story.headline, after=joining.match.story.headline
    )
    return News(Kind.UPDATED, NEW_FACT, (change,))


def changes(joining: Joining) -> tuple[Change, ...]:
    """Say how a story differs from the text in the alert that it is nearest to."""
    text = joining.text
    if text is None:
        return ()
    found = []
    headline = bare(joining.match.story.headline)
    if headline != bare(text.headline):
        found.append(Change(what="headline", before=text.headline, after=headline))
    old = {word(figure).term: figure for figure in text.figures}
    new = dict(islice(joining.known.figures.items(), FIGURES))
    gone = [figure for term, figure in old.items() if term not in new]
    come = [figure for term, figure in new.items() if term not in old]
    if gone or come:
        found.append(Change(what="figures", before=", ".join(gone), after=", ".join(come)))
    return tuple(found)
