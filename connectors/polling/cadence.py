"""How often a feed brings something new, learnt as it goes. Pure; all in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LEARNING = 0.1
"""The share of a new story in the rhythm learnt."""
FADING = 0.98
"""How the longest lull fades with each poll that brings something."""
FEWEST = 3
"""Dated entries that show a rhythm."""
LULLS, RHYTHMS = 3.0, 6.0
"""A feed is silent when it has been so for so many of its longest lulls, and usual pauses."""
DAY = 24 * 3600.0
SHORTEST_SILENCE = 12 * 3600.0


@dataclass(frozen=True)
class Rhythm:
    """The usual time between two new stories, the longest of late, and when the last came."""

    usual: float | None
    lull: float | None
    last: float | None


def first_rhythm(dates: Sequence[float], now: float) -> Rhythm:
    """Return the rhythm of a feed that is read for the first time, by its entries' dates."""
    past = sorted(date for date in dates if date <= now)
    if len(past) < FEWEST:
        return Rhythm(None, None, past[-1] if past else now)
    pauses = [later - earlier for earlier, later in pairwise(past)]
    span = past[-1] - past[0]
    # The entries of a few hours don't show how long its nights are.
    return Rhythm(span / len(pauses), max(pauses) if span > DAY else None, past[-1])


def learnt(before: Rhythm, new: int, now: float) -> Rhythm:
    """Return the rhythm after a poll that brought `new` stories."""
    if new == 0:
        return before
    if before.last is None:
        return Rhythm(before.usual, before.lull, now)
    pause = max(now - before.last, 0.0)
    share = 1 - (1 - LEARNING) ** new
    usual = pause / new if before.usual is None else before.usual
    return Rhythm(
        usual + share * (pause / new - usual),
        max(pause, FADING * (before.lull or 0.0)),
        now,
    )


def silent_for(rhythm: Rhythm, now: float) -> float | None:
    """Return how long a feed has been silent, if that is longer than its rhythm explains."""
    if rhythm.usual is None or rhythm.lull is None or rhythm.last is None:
        return None
    silence = now - rhythm.last
    longest = max(LULLS * rhythm.lull, RHYTHMS * rhythm.usual, SHORTEST_SILENCE)
    return silence if silence > longest else None
