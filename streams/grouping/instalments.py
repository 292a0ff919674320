"""Whether texts are instalments of one form: auctions, prices, scores, weather. Pure.

Each is an event of its own, in whatever words the desk fills the form in.
"""

from datetime import timedelta
from itertools import chain

from streams.grouping.signature import Signature
from streams.grouping.sketch import HASHES
from streams.grouping.term_weights import DATED, WEEKDAYS, plain, word
from streams.grouping.weights import (
    DENSE,
    LEAST_FIGURES,
    LONG_FORM,
    LONG_STORY,
    NEXT_ROUND,
    REWRITTEN,
    ROUND_FIGURES,
    SAME_FIGURES,
    SAME_FIGURES_LATER,
    SAME_FIGURES_OTHER_DAY,
    TABLE_FIGURES,
    TABLE_SHARED,
)
from streams.model.alert import AlertState, Text


def is_refilled(known: Signature, text: Text, frame: float, apart: timedelta) -> bool:
    """Say whether two texts of one frame have figures and dates of their own."""
    figures = known.figures.keys()
    others = {word(figure).term for figure in text.figures}
    least = min(len(figures), len(others))
    both = figures & others
    if text.limit >= HASHES and apart >= NEXT_ROUND:  # a short text, a round apart
        return least > 0 and len(both) < SAME_FIGURES_LATER * least
    pieces = pieces_of(len(text.sketch) // 4, text.limit)
    if pieces >= LONG_STORY and max(len(figures), len(others)) < DENSE * pieces / 2:
        return False  # a story in sentences, brought up to date
    if frame >= REWRITTEN and pieces >= LONG_FORM:
        told = chain(known.figures.values(), text.figures)
        if not (figures ^ others) & {word(one).term for one in told if _counts(one)}:
            return False  # a caption or a credit with another date
    days, other_days = figures & WEEKDAYS, others & WEEKDAYS
    parted = days and other_days and not days & other_days
    same = SAME_FIGURES_OTHER_DAY if parted else SAME_FIGURES
    return least >= LEAST_FIGURES and len(both) < same * least


def is_another_table(known: Signature, alert: AlertState) -> bool:
    """Say whether a text is mostly figures, as the alert's are, and has few of theirs.

    The frame says nothing there: most of it is names and figures.
    """
    figures = known.figures.keys()
    pieces = pieces_of(len(known.sketch.hashes), known.sketch.limit)
    if len(figures) < TABLE_FIGURES or len(figures) < DENSE * pieces:
        return False
    for text in alert.texts:
        others = {word(figure).term for figure in text.figures}
        least = min(len(figures), len(others))
        dense = len(others) >= DENSE * pieces_of(len(text.sketch) // 4, text.limit)
        if least < TABLE_FIGURES or not dense or len(figures & others) >= TABLE_SHARED * least:
            return False
    return bool(alert.texts)


def is_another_round(known: Signature, alert: AlertState) -> bool:
    """Say whether a story and an alert have figures, and none in common."""
    figures = known.figures.keys()
    if len(figures) < ROUND_FIGURES:
        return False
    others = {word(figure).term for text in alert.texts for figure in text.figures}
    return len(others) >= ROUND_FIGURES and figures.isdisjoint(others)


def pieces_of(hashes: int, limit: int) -> float:
    """Return about how many words a text has, by its sketch."""
    return hashes if limit >= HASHES else hashes * HASHES / limit


def _counts(figure: str) -> bool:
    """Say whether a figure is more than a part of a date."""
    if plain(figure) in DATED:
        return False
    return not (figure.isdigit() and (int(figure) <= 31 or 1900 <= int(figure) < 2100))
