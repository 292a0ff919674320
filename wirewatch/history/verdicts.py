"""What people said of the alerts that a replay tells apart: verdicts, or labels of a file. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from streams.model.verdict import ON_GROUPING, Said, Verdict, last_words

LABEL = "label"
"""Whose word a label is."""
NONE: Mapping[str, bool] = MappingProxyType({})


class Voice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's word on an alert."""

    said: Said
    by: str
    note: str = ""


class Feedback:
    """Verdicts by what they are about, and labels by story: whether it should alert."""

    def __init__(self, verdicts: Iterable[Verdict] = (), labels: Mapping[str, bool] = NONE) -> None:
        """Keep the last word of each person on each thing; `verdicts` come in order of time."""
        self._labels = labels
        self._by_alert: dict[str, list[tuple[int, Verdict]]] = {}
        self._by_story: dict[tuple[str, str], list[tuple[int, Verdict]]] = {}
        for place in enumerate(last_words(verdicts)):
            verdict = place[1]
            # These are no word on whether the alert was wanted.
            if verdict.said in ON_GROUPING or not verdict.said.known:
                continue
            if verdict.alert is None:
                about = self._by_story.setdefault((verdict.watch, verdict.story), [])
            else:
                about = self._by_alert.setdefault(verdict.alert, [])
            about.append(place)

    def on(
        self, alert: str, watch: str, stories: Sequence[str], *, raised: bool
    ) -> tuple[Voice, ...]:
        """Return what is said of an alert: of itself, or of its stories as missed by its watch.

        Each person has one word, the last. Of labels one that wants an alert is enough, for then
        it tells of something wanted. `raised` says whether the watches in force raise it: what is
        wanted is right then, and else missed.
        """
        places = list(self._by_alert.get(alert, ()))
        for story in stories:
            places += self._by_story.get((watch, story), ())
        voices: dict[str, Voice] = {}
        for _, verdict in sorted(places, key=lambda place: place[0]):
            voices.pop(verdict.by, None)
            voices[verdict.by] = Voice(said=verdict.said, by=verdict.by, note=verdict.note)
        labels = [self._labels[story] for story in stories if story in self._labels]
        if not labels:
            return tuple(voices.values())
        wanted = Said.RIGHT if raised else Said.MISSED
        return (*voices.values(), Voice(said=wanted if any(labels) else Said.WRONG, by=LABEL))
