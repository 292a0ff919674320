"""Whether two short reports of one form differ in what they are about. Pure.

`A frigate visits Helsinki`, `A drone is found near Ivalo`: of texts this short all but one word may
be the same, and that word is the event. A long text says more of it than its headline does.
"""

from collections.abc import Iterable, Mapping, Set

from streams.grouping.acts import act_terms
from streams.grouping.filled_form import fills_anew
from streams.grouping.instalments import pieces_of
from streams.grouping.packing import unpack_hashes, unpack_terms
from streams.grouping.signature import Signature, words_of
from streams.grouping.sketch import Sketch, shared
from streams.grouping.weights import FORM_TEXT, FRAME, SAME_FORM, SHORT_TEXT, TELLING_WORD
from streams.grouping.who_and_what import reversed_roles
from streams.model.alert import AlertState, Text


def is_short(sketch: Sketch) -> bool:
    """Say whether a text says little more than its headline."""
    return _is_of(sketch, SHORT_TEXT)


def is_short_text(text: Text) -> bool:
    """Say whether a text that an alert remembers says little more than its headline."""
    return pieces_of(len(text.sketch) // 4, text.limit) <= SHORT_TEXT


def names_others(known: Signature, texts: Iterable[Text]) -> bool:
    """Say whether a report and others name somebody or something, and none the same."""
    names = frozenset[int]().union(*(unpack_hashes(text.named) for text in texts))
    return bool(known.named and names) and known.named.isdisjoint(names)


def _is_of(sketch: Sketch, words: int) -> bool:
    return pieces_of(len(sketch.hashes), sketch.limit) <= words


def is_about_another(known: Signature, alert: AlertState, *, by_names: bool) -> bool:
    """Say whether a report, short or of some sentences, says of something else what others say.

    `by_names`: whatever their form, also where each names somebody or something, and none the same.
    """
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
        _other(known, text, seen, spoken=spoken, same=same, alike=alike, by_names=by_names)
        for text in alert.texts
    )


def _other(
    known: Signature,
    text: Text,
    seen: Mapping[int, float],
    *,
    spoken: bool,
    same: bool,
    alike: float,
    by_names: bool,
) -> bool:
    """Say whether what is named, who acts on whom, or a word of weight is another in each.

    Names and words are held against those of reports in the same language (`spoken`) alone, and
    words not where both have the `same` name and amount, nor where the headlines are less `alike`.
    """
    if not is_short_text(text):
        return False
    if reversed_roles(known.roles, text.roles):
        return True
    if not spoken:
        return False
    mine, theirs = known.written, words_of(text.headline)
    one_form = len(mine.keys() & theirs.keys()) >= alike * min(len(mine), len(theirs))
    if names_others(known, (text,)) and (by_names or one_form or _same_text(known.sketch, text)):
        return True
    if same or not one_form:
        return False
    own = mine.keys() - theirs.keys() - seen.keys() - act_terms()
    lacking = theirs.keys() - mine.keys() - known.rarity.keys() - act_terms()
    return _tells(own, known.headline) and _tells(lacking, theirs)


def _same_text(sketch: Sketch, text: Text) -> bool:
    return shared(sketch, Sketch(unpack_hashes(text.sketch), text.limit)) >= FRAME


def _tells(terms: Set[int], weights: Mapping[int, float]) -> bool:
    return any(weights.get(term, 0.0) >= TELLING_WORD for term in terms)
