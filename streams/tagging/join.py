"""How cues and the second reader join: the one rule. Pure."""

from collections.abc import Mapping, Sequence
from math import log

import msgspec

from streams.model.tags import Span, TopicTag
from streams.tagging import weights
from streams.tagging.heads import logistic
from streams.tagging.topics import topic_tag

DOUBT = 0.25
"""The least that the reader's chance counts for: one clear cue in a headline (0.75) stays enough,
or a story that the examples know nothing like would be missed in silence."""
MOST = 0.95
"""What cues say at most: no number of them is certainty."""
NO_CUE = 0.38
"""What it says that there is no cue at all: little, for who writes of a topic in other words makes
none. The reader's chance must be 0.62 to be believed alone: above that lie the stories of the
examples' kinds, below it are courts, crimes and elections."""
IN_PASSING = 0.15
"""What cues say that make a topic no more than background: less than none at all.

Who only brushed a topic was read as on it too often. The reader's chance must be 0.85 to be
believed over them.
"""
SURE = 0.5
"""The chance from which the reader finds a topic of which no cue speaks."""


def joined(
    cues: Sequence[TopicTag],
    chances: Mapping[str, float],
    evidence: Mapping[str, tuple[Span, ...]],
) -> tuple[TopicTag, ...]:
    """Return the topics by both readers, surest first. `evidence` are the reader's spans.

    A topic that the reader doesn't know stays as the cues found it.
    """
    by_slug = {tag.slug: tag for tag in cues}
    tags = [tag for tag in cues if tag.slug not in chances]
    for slug, chance in chances.items():
        tag = by_slug.get(slug)
        if tag is None and chance < SURE:
            continue
        by_cues = tag.score if tag else 0.0
        words = tag.spans[: weights.MOST_SPANS - len(evidence.get(slug, ()))] if tag else ()
        spans = (*words, *evidence.get(slug, ()))
        score = round(both(by_cues, chance), 4)
        made = topic_tag(slug, main=score, anywhere=by_cues, spans=spans)
        tags.append(msgspec.structs.replace(made, cues=by_cues, reader=round(chance, 4)))
    kept = (tag for tag in tags if tag.score >= weights.TOPIC_LEAST)
    return tuple(sorted(kept, key=lambda tag: (-tag.score, tag.slug)))


def both(by_cues: float, chance: float) -> float:
    """Return a topic's score by what the cues say and by the reader's chance.

    On news of every kind, a word in passing and a likely text were wrong together more often than
    right.
    """
    if by_cues >= weights.TOPIC_MAIN:
        words = min(MOST, by_cues)
    else:
        words = IN_PASSING if by_cues >= weights.TOPIC_LEAST else NO_CUE
    return logistic(_odds(max(DOUBT, chance)) + _odds(words))


def _odds(chance: float) -> float:
    """Return a chance as log-odds: two readers who know nothing of each other add up in these."""
    kept = max(1e-6, min(1.0 - 1e-6, chance))
    return log(kept / (1.0 - kept))
