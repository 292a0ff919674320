"""Whether two short reports of one form differ in what they are about. Pure.

`A frigate visits Helsinki`, `A drone is found near Ivalo`: of texts this short all but one word may
be the same, and that word is the event. A long text says more of it than its headline does.
"""

from collections.abc import Mapping, Set

from streams.grouping.acts import act_terms
from streams.grouping.filled_form import fills_anew
from streams.grouping.instalments import pieces_of
from streams.grouping.packing import unpack_hashes, unpack_terms
from streams.grouping.signature import Signature, words_of
from streams.grouping.sketch import Sketch
from streams.grouping.weights import FORM_TEXT, SAME_FORM, SHORT_TEXT, TELLING_WORD
from streams.grouping.who_and_what import reversed_roles
from streams.model.alert import AlertState, Text


def is_short(sketch: Sketch) -> bool:
    """Say whether a text says little more than its headline."""
    return _is_of(sketch, SHORT_TEXT)


def _is_of(sketch: Sketch, words: int) -> bool:
    return pieces_of(len(sketch.hashes), sketch.limit) <= words


def is_about_another(known: Signature, alert: AlertState) -> bool:
    """Say whether a report, short or of some sentences, says of something else what others say."""
    free = unpack_terms(alert.free)
    spoken = known.language in alert.languages
    # Of one thing with one sum there are many ways to say what became of it.
    same = not (known.amounts.isdisjoint(free) or known.names.isdisjoint(free))
    if spoken and not same and _is_of(known.sketch, FORM_TEXT) and fills_anew(known, alert):
        return True
    if not is_short(known.sketch):
        return False
    seen = unpack_terms(alert.terms)
    # What brings a withdrawn alert back says that it was right: it must not be of another event.
    alike = 0.0 if alert.withdrawn else SAME_FORM
    return bool(alert.texts) and all(
        _other(known, text, seen, spoken=spoken, same=same, alike=alike) for text in alert.texts
    )


def _other(
    known: Signature,
    text: Text,
    seen: Mapping[int, float],
    *,
    spoken: bool,
    same: bool,
    alike: float,
) -> bool:
    """Say whether what is named, who acts on whom, or a word of weight is another in each.

    Names and words are held against those of reports in the same language (`spoken`) alone, and
    words not where both have the `same` name and amount, nor where the headlines are less `alike`.
    """
    if pieces_of(len(text.sketch) // 4, text.limit) > SHORT_TEXT:
        return False
    if reversed_roles(known.roles, text.roles):
        return True
    if not spoken:
        return False
    names = unpack_hashes(text.named)
    if known.named and names and known.named.isdisjoint(names):
        return True
    if same:
        return False
    mine, theirs = known.written, words_of(text.headline)
    if len(mine.keys() & theirs.keys()) < alike * min(len(mine), len(theirs)):
        return False
    own = mine.keys() - theirs.keys() - seen.keys() - act_terms()
    lacking = theirs.keys() - mine.keys() - known.rarity.keys() - act_terms()
    return _tells(own, known.headline) and _tells(lacking, theirs)


def _tells(terms: Set[int], weights: Mapping[int, float]) -> bool:
    return any(weights.get(term, 0.0) >= TELLING_WORD for term in terms)
