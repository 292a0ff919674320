"""How much speaks for two texts being of one event: each thing they share, weighed and added up.

A logistic model: what `benchmarks.grouping.weights` fits to pairs of stories, rounded. Pure.
"""

import math
from typing import NamedTuple

from streams.grouping.acts import Act
from streams.grouping.kinds import UNKNOWN_KINDS, Kinds
from streams.grouping.weights import (
    CONTRARY,
    MEANING_FROM,
    MOST_SHARED,
    WITH_ENCODER,
    WITH_ENCODER_FOREIGN,
    WITH_ENCODER_SHORT,
    WITHOUT_ENCODER,
    WITHOUT_ENCODER_FOREIGN,
    WITHOUT_ENCODER_SHORT,
    WORTH_OF_LIKENESS,
    EvidenceWeights,
)


class Evidence(NamedTuple):
    """What a story shares with an alert.

    `words` is the likeness of their words and `meaning` that of their embeddings, if both have one
    of the same encoder (cosines, 0..1). `names` and `amounts` count what both name and tell.
    `foreign`: none of the alert's reports is in the story's language.

    `kinds` says how the kinds of what they tell of stand to each other. `short`: all are reports of
    two lines. Then `others_named` says that each names somebody or something, and none the same.
    """

    words: float
    meaning: float | None
    act: Act
    names: int
    amounts: int
    foreign: bool
    short: bool = False
    kinds: Kinds = UNKNOWN_KINDS
    others_named: bool = False

    @property
    def odds(self) -> float:
        """Return what speaks for one event, as the logarithm of odds: from 0 on it is enough."""
        one = self._weights
        found = one.start + one.words * self.words
        if self.meaning is not None:
            found += one.meaning * (self.meaning - MEANING_FROM)
        if self.act is Act.SAME:
            found += one.same_act
        elif self.act is Act.AHEAD:
            found += one.act_ahead
        elif self.act is Act.OTHER:
            found += one.other_act
        found += one.name * min(self.names, MOST_SHARED)
        found += one.amount * min(self.amounts, MOST_SHARED)
        found += one.kind * min(self.kinds.alike, MOST_SHARED)
        if self.kinds.apart:
            found += one.other_kind
        if self.others_named:
            found += one.other_names
        return min(found, CONTRARY) if self.act is Act.CONTRARY else found

    @property
    def near(self) -> bool:
        """Say whether they may be of one event, though it isn't sure.

        What is announced and what is done are two events, and so are a gift and its end, or two
        accidents told in one form, but whoever reads of one wants the other.
        """
        act = {Act.AHEAD: Act.SAME, Act.CONTRARY: Act.OTHER}.get(self.act, self.act)
        kinds = self.kinds._replace(apart=False)
        return self._replace(act=act, kinds=kinds).odds >= self._weights.near

    @property
    def _weights(self) -> EvidenceWeights:
        if self.meaning is None:
            if self.foreign:
                return WITHOUT_ENCODER_FOREIGN
            return WITHOUT_ENCODER_SHORT if self.short else WITHOUT_ENCODER
        if self.foreign:
            return WITH_ENCODER_FOREIGN
        return WITH_ENCODER_SHORT if self.short else WITH_ENCODER


def chance(odds: float) -> float:
    """Return odds as a number from 0 to 1: even ones are 0.5."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def asked_for(more_likeness: float) -> float:
    """Return the odds that are asked for where words would have to be so much more alike."""
    return WORTH_OF_LIKENESS * more_likeness
