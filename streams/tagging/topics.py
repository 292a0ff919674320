"""Which topics a story is on, by weighted cues."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from streams.model.tags import PairTag, Relation, Span, TopicRole, TopicTag
from streams.tagging import weights
from streams.tagging.countries import Mention
from streams.tagging.lexicon_entry import Cue, Near
from streams.tagging.passages import Passage
from streams.tagging.scan import Hit
from streams.tagging.topic_file import TieTable


class _TopicPoints(msgspec.Struct, frozen=True, gc=False):
    word: str
    weight: float
    points: float
    span: Span
    front: bool


Found = Sequence[tuple[Passage, Sequence[Hit]]]
"""A story's passages with their hits."""
Named = dict[tuple[str, int], set[str]]
"""Countries by field and sentence."""


def topic_tags(
    found: Found,
    mentions: Iterable[Mention],
    pairs: Sequence[PairTag],
    ties: Mapping[str, TieTable],
    language: str,
) -> tuple[TopicTag, ...]:
    """Add up the cues of each topic, the surest topic first; `ties` are by topic.

    A cue counts by where it stands, and less each time it comes again. Some count against the
    topic: a goalkeeper makes the army a club. `language` is the one whose cues count.
    """
    named: Named = defaultdict(set)
    for mention in mentions:
        if mention.kind != "dateline":
            named[mention.passage.field, mention.sentence].add(mention.code)
    by_topic: dict[str, list[_TopicPoints]] = defaultdict(list)
    for passage, hits in found:
        for cue, hit in _cues(passage, hits, named, language):
            by_topic[cue.topic].append(_weigh(cue, passage, hit))
    for topic, table in ties.items():
        by_topic[topic] += _tie(table, pairs)
    longest = max((len(passage.text) for passage, _ in found), default=0)
    cap = weights.BACKGROUND * min(1.0, weights.SHORT_TEXT / max(1, longest))
    tags = [_tag(topic, cues, cap) for topic, cues in by_topic.items()]
    kept = [tag for tag in tags if tag.score >= weights.TOPIC_LEAST]
    return tuple(sorted(kept, key=lambda tag: (-tag.score, tag.slug)))


def _cues(
    passage: Passage, hits: Sequence[Hit], named: Named, language: str
) -> Iterator[tuple[Cue, Hit]]:
    """Return the cues of a passage that have beside them what they need."""
    cues: list[tuple[Cue, Hit]] = []
    near: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        word = hit.word
        if isinstance(word, Cue):
            if word.language is None or word.language == language:
                cues.append((word, hit))
        elif isinstance(word, Near) and (word.language is None or word.language == language):
            near[word.table].append(hit.start)
    # Most near words stand beside no cue of theirs: their sentences are looked up when one does.
    sentences: dict[str, set[int]] = {}
    for cue, hit in cues:
        if cue.near is not None and cue.near not in sentences:
            sentences[cue.near] = set(map(passage.sentence, near.get(cue.near, ())))
        if _counts(cue, passage, hit.start, named, sentences):
            yield cue, hit


def _counts(
    cue: Cue,
    passage: Passage,
    start: int,
    named: Named,
    near: Mapping[str, set[int]],
) -> bool:
    if cue.near is not None:
        sentences = near[cue.near]
        if not sentences or passage.sentence(start) not in sentences:
            return False
    if cue.beside is None:
        return True
    here = named.get((passage.field, passage.sentence(start)), set())
    return cue.beside in here and not here <= {cue.beside, *_PARTS.get(cue.beside, ())}


def _weigh(cue: Cue, passage: Passage, hit: Hit) -> _TopicPoints:
    where = weights.CUE_REST * min(1.0, weights.LONG_TEXT / len(passage.text))
    if passage.field == "headline":
        where = weights.CUE_HEADLINE
    elif passage.in_lead(hit.start):
        where = weights.CUE_LEAD
    points = cue.points * where
    span = Span(
        field=passage.field,
        start=hit.start,
        end=hit.end,
        surface=passage.text[hit.start : hit.end],
        entry=cue.text,
        weight=round(points, 3),
    )
    return _TopicPoints(cue.text, cue.points, points, span, passage.in_lead(hit.start))


def _tie(table: TieTable, pairs: Sequence[PairTag]) -> list[_TopicPoints]:
    """Return the best pair with the country as if it were a cue."""
    for pair in pairs:
        foreign = not {pair.a, pair.b} <= {table.country, *_PARTS.get(table.country, ())}
        if table.country in (pair.a, pair.b) and foreign and pair.relation in _TIES and pair.spans:
            points = table.points * pair.score
            span = msgspec.structs.replace(
                pair.spans[0], entry=f"{pair.name} {pair.relation}", weight=round(points, 3)
            )
            return [_TopicPoints(pair.name, table.points, points, span, front=True)]
    return []


_TIES = frozenset({Relation.BETWEEN, Relation.THIRD_PARTY})
_PARTS = {"CN": ("HK", "MO"), "US": ("AS", "GU", "MP", "PR", "VI")}
"""Parts of a country with codes of their own: what it does with them is at home."""


def _tag(topic: str, cues: list[_TopicPoints], cap: float) -> TopicTag:
    cues.sort(key=lambda found: (-found.points, found.span.field, found.span.start))
    points = _points(cues)
    spans = tuple(found.span for found in cues[: weights.MOST_SPANS])
    return topic_tag(
        topic, main=_score(points.main(cap)), anywhere=_score(points.anywhere), spans=spans
    )


def topic_tag(slug: str, *, main: float, anywhere: float, spans: tuple[Span, ...]) -> TopicTag:
    """Make a tag of two scores: that the story is about the topic, and that the topic is there.

    What is only there is background, and scores less than anything that is main.
    """
    if main >= weights.TOPIC_MAIN:
        return TopicTag(slug=slug, score=main, role=TopicRole.MAIN, spans=spans)
    score = max(main, min(anywhere, weights.BACKGROUND_MOST))
    return TopicTag(slug=slug, score=score, role=TopicRole.BACKGROUND, spans=spans)


def _score(points: float) -> float:
    return float(round(1 - 0.5 ** (max(0.0, points) / weights.TOPIC_HALF), 4))


class _Points(msgspec.Struct, frozen=True, gc=False):
    """What the cues of a topic add up to, by where they stand."""

    front: float
    below: float
    against: float

    def main(self, cap: float) -> float:
        """Add what says that the story is about it: background confirms, and no more."""
        return self.front + min(self.below, cap + self.front) - self.against

    @property
    def anywhere(self) -> float:
        """Add all, wherever it stands."""
        return self.front + self.below - self.against


def _points(cues: Iterable[_TopicPoints]) -> _Points:
    """Add up cues, the heaviest first: one that comes again counts less each time."""
    times: Counter[str] = Counter()
    strong = slight = below = weak_below = against = 0.0
    for found in cues:
        counted = found.points * weights.CUE_REPEAT ** times[found.word]
        times[found.word] += 1
        if found.weight < 0:
            against -= counted
        elif found.weight < weights.CUE_SLIGHT:
            slight += counted
        elif found.front:
            strong += counted
        elif found.weight < weights.CUE_STRONG:
            weak_below += counted
        else:
            below += counted
    return _Points(
        front=strong + min(slight, weights.CUE_SLIGHT_MOST),
        below=below + min(weak_below, weights.CUE_WEAK_REST),
        against=against,
    )
