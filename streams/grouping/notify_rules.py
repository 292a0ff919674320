"""What of a story that joins an alert is worth telling."""

from itertools import islice
from textwrap import shorten
from typing import NamedTuple

from streams.grouping.alert_status import outlets, tellers
from streams.grouping.contradiction import contradicts, turns_round
from streams.grouping.credit import names_of, shares_words
from streams.grouping.facts import Facts
from streams.grouping.joining import Joining, time_of
from streams.grouping.member_story import HEADLINE_CHARACTERS, kept_headline, opening
from streams.grouping.signature import figures_by_term
from streams.grouping.term_weights import word
from streams.grouping.versions import newest, standing, taken_back
from streams.grouping.weights import FIGURES, TELL_AGAIN, TOLD_OUTLETS
from streams.grouping.who_and_what import reversed_roles
from streams.model.alert import AlertState, Bond, Change, Kind, Member, Text
from streams.model.alert_reasons import OUTGROWN
from streams.model.correction_notes import notes
from streams.model.editorial_signals import bare
from streams.model.story import GATHER_CHARACTERS, GONE, TAKEN_BACK, Status, Story

NEW_FACT = "new fact"
OFFICIAL = "first official source"
GRAVER = "severity up"
AGAIN = "reported again"
CORRECTED = "corrected by the outlet"
REWRITTEN = "rewritten by the outlet"
NO_PAGE = "gone from its address"
WITHDRAWN = {Status.CANCELED: "killed", Status.WITHHELD: "held back"}
BACK = {Status.CANCELED: "reinstated", Status.WITHHELD: "released after a hold"}
TEXT_CHARACTERS = 160
"""Characters shown of a text that was rewritten."""
NAMED = 3
"""Outlets named in a reason."""


class News(NamedTuple):
    """Something to tell of an alert."""

    kind: Kind
    reason: str
    changes: tuple[Change, ...] = ()


def news(before: AlertState, after: AlertState, joining: Joining, new: Facts) -> News | None:
    """Say what is worth telling, most important first; `new` is what no report said before."""
    story = joining.match.story
    if story.status in TAKEN_BACK or after.withdrawn:
        return _taken_back(before, after, joining)
    known = before.stories.get(story.id)
    was = None if known is None else standing(known.versions)
    if was is not None and taken_back(was):
        told = joining.fits or before.withdrawn
        return News(Kind.UPDATED, BACK[was.status], changes(before, joining)) if told else None
    if before.withdrawn:
        return News(Kind.UPDATED, AGAIN)
    found = changes(before, joining)
    if found and joining.fits and known is not None and _fitted_no_more(known):
        return News(Kind.UPDATED, AGAIN, found)
    turned = _turned(before, known, joining, found)
    if known is not None and any(one.version == story.version for one in known.versions):
        return News(Kind.UPDATED, REWRITTEN, turned) if turned is not None else None
    if _corrects(before, known, story, found):
        return News(Kind.CORRECTED, CORRECTED, found)
    if not joining.fits:
        return News(Kind.CORRECTED, OUTGROWN, found) if known is not None and found else None
    if turned is not None:
        return News(Kind.UPDATED, REWRITTEN, _with(turned, new.changes))
    return _of_match(before, after, joining, new)


def _fitted_no_more(known: Member) -> bool:
    """Say whether the newest version that is known of a story fits the watch no more."""
    last = newest(known.versions)
    return last is not None and not last.fits and not taken_back(last)


def _turned(
    before: AlertState, known: Member | None, joining: Joining, found: tuple[Change, ...]
) -> tuple[Change, ...] | None:
    """Return what changed in a story whose headline or opening contradicts its last one; or `None`.

    `found` is what changed in any case.
    """
    if known is None or not joining.fits:
        return None
    story, language = joining.match.story, joining.match.tags.language
    own = own_text(before.texts, story)
    if own is not None and reversed_roles(joining.known.roles, own.roles):
        return found
    text = f"{story.summary} {story.body}"[:GATHER_CHARACTERS]
    if contradicts(known.headline, kept_headline(story), text, language):
        return found
    now = opening(story)
    if turns_round(known.opening, now, language):
        return (*found, Change(what="text", before=_shown(known.opening), after=_shown(now)))
    return None


def _with(found: tuple[Change, ...], new: tuple[Change, ...]) -> tuple[Change, ...]:
    """Add what no report said before to what an outlet changed."""
    return (*found, *(one for one in new if one.what not in {other.what for other in found}))


def _corrects(
    before: AlertState, known: Member | None, story: Story, found: tuple[Change, ...]
) -> bool:
    """Say whether a version corrects what its outlet told: by its status, or by a new note.

    A slug or a note that stood there before is no news, whatever else was edited.
    """
    if story.status is Status.CORRECTED:
        if known is None:
            names = names_of(story)
            return any(shares_words(names, member.names) for member in before.stories.values())
        last = newest(known.versions)
        return bool(found) or last is None or last.status is not Status.CORRECTED
    if known is None or known.notes is None or not found:
        return False
    return not set(notes(story)) <= set(known.notes)


def _taken_back(before: AlertState, after: AlertState, joining: Joining) -> News | None:
    """Tell that a story was taken back, and who tells it still.

    A page that is gone says little where others tell the event. Where the others' were taken back
    before, an edit that fits the watch no more leaves nobody who tells it.
    """
    story = joining.match.story
    if before.withdrawn:
        return None if after.withdrawn else News(Kind.UPDATED, AGAIN)
    status = story.status if story.status in TAKEN_BACK else Status.CANCELED
    gone = GONE in story.flags
    if after.withdrawn and story.status not in TAKEN_BACK and not gone:
        return News(Kind.WITHDRAWN, OUTGROWN, changes(before, joining))
    if after.withdrawn:
        return News(Kind.WITHDRAWN, NO_PAGE if gone else f"{WITHDRAWN[status]} by the outlet")
    still = tellers(after.stories)
    if gone or still.keys() >= tellers(before.stories).keys():
        return None
    named = [name for name in outlets(still) if name != story.source] or [story.source]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return News(
        Kind.UPDATED,
        f"{WITHDRAWN[status]} by {story.source},"
        f" still reported by {', '.join(named[:NAMED])}{more}",
    )


def _of_match(before: AlertState, after: AlertState, joining: Joining, new: Facts) -> News | None:
    bond = joining.grouping.bond
    if joining.match.severity.rank > before.face.severity.rank:
        return News(Kind.UPDATED, GRAVER, new.changes)
    if bond is Bond.REPORT and after.official and not before.official:
        return News(Kind.UPDATED, OFFICIAL, new.changes)
    more = bond is Bond.REPORT and len(after.own) > len(before.own)
    if more and (told := TOLD_OUTLETS.get(len(after.own))):
        return News(Kind.UPDATED, told, new.changes)
    if joining.rewritten:
        return News(
            Kind.UPDATED, REWRITTEN, (*changes(before, joining), _text_now(joining.match.story))
        )
    too_soon = time_of(joining.match.story) - before.told < TELL_AGAIN and not new.much
    if not new.changes or too_soon:
        return None
    return News(Kind.UPDATED, NEW_FACT, new.changes)


def changes(before: AlertState, joining: Joining) -> tuple[Change, ...]:
    """Say how a story differs from what its outlet told before."""
    story = joining.match.story
    text, known = _told_before(before, joining), before.stories.get(story.id)
    if text is None:
        return ()
    found, was, headline = [], text.headline, bare(story.headline)
    if known is not None and known.headline and known.headline != was[:HEADLINE_CHARACTERS]:
        # The text is another's, or has its words by now: what this one said is remembered, cut.
        was, headline = known.headline, kept_headline(story)
    if headline != bare(was):
        found.append(Change(what="headline", before=was, after=headline))
    own = known is None or not text.story or text.story in {story.id, known.text}
    old = {word(figure).term: figure for figure in text.figures} if own else {}
    new = dict(islice(joining.known.figures.items(), FIGURES)) if own else joining.known.facts
    if known is not None and text.story != story.id:
        old |= figures_by_term(known.headline)
    gone = [figure for term, figure in old.items() if term not in new]
    come = [figure for term, figure in new.items() if term not in old]
    if gone or come:
        found.append(Change(what="figures", before=", ".join(gone), after=", ".join(come)))
    return tuple(found)


def _text_now(story: Story) -> Change:
    """Return how a text begins that nothing is left of what stood there."""
    return Change(what="text", before="", after=_shown(story.summary or story.body))


def _shown(text: str) -> str:
    return shorten(text, TEXT_CHARACTERS, placeholder=" …")


def _told_before(alert: AlertState, joining: Joining) -> Text | None:
    """Return the text that a version is to be held against: its own, the nearest, its outlet's.

    A correction may name what was wrong and share no sentence with the text it corrects, and the
    text that it brings may be in the alert already, as a story of its own.
    """
    story = joining.match.story
    of_outlet = [text for text in alert.texts if text.source == story.source]
    nearest = joining.text or (of_outlet[-1] if of_outlet else None)
    known = alert.stories.get(story.id)
    # A copy that joined in silence was told to nobody: that it fits no longer isn't either.
    whose = known.text if known is not None and joining.fits else None
    copied = next((text for text in alert.texts if text.story == whose), None)
    return own_text(alert.texts, story) or copied or nearest


def own_text(texts: tuple[Text, ...], story: Story) -> Text | None:
    """Return the text that a story had last. Edited copies of it are kept under its id too."""
    own = [text for text in texts if text.story == story.id]
    of_outlet = [text for text in own if text.source == story.source]
    return of_outlet[-1] if of_outlet else next(iter(own), None)
