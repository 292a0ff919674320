"""How the countries of a story meet: pairs, by the sentences that hold both."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, islice
from math import prod

import msgspec

from streams.model.tags import CountryTag, Field, PairTag, Relation
from streams.tagging import weights
from streams.tagging.countries import Mention
from streams.tagging.meeting import Meeting
from streams.tagging.sentences import Sentences

_BETWEEN, _THIRD_PARTY = Relation.BETWEEN, Relation.THIRD_PARTY
_CO_MENTION, _SETTING = Relation.CO_MENTION, Relation.SETTING
"""By names of their own: Python 3.11 takes ten times as long to look them up in `Relation`."""
Place = tuple[Field, int]
"""A sentence: its field and its number."""


class _Tie(msgspec.Struct, frozen=True, gc=False):
    """A sentence that holds both countries of a pair, or two that follow on each other.

    `points` is the chance that it ties them as `relation` says.
    """

    points: float
    a: Mention
    b: Mention
    relation: Relation
    place: Place
    """The sentence; of two that follow on each other, the first."""

    @property
    def spots(self) -> tuple[int, ...]:
        """Where the two are named, as far as that is in the sentence."""
        return tuple(one.start for one in (self.a, self.b) if one.sentence == self.place[1])


def pair_tags(
    mentions: Sequence[Mention],
    countries: Sequence[CountryTag],
    sentences: Sentences,
    gate: str | None,
) -> tuple[PairTag, ...]:
    """Return the pairs of a story, the best first.

    A pair is made of countries that meet in a sentence, or that are both main. A sentence
    that lists many countries ties each two of them the less. `gate` is the language whose gated
    words count.
    """
    salience = {tag.code: tag.salience for tag in countries}
    known = {tag.code for tag in countries[: weights.MOST_COUNTRIES]}
    main = [tag.code for tag in countries[: weights.MOST_COUNTRIES] if tag.main]
    every = _by_sentence(mention for mention in mentions if mention.code in known)
    here = {place: _acting_first(found) for place, found in every.items()}
    visits = _Visits(mentions, sentences)
    hosts = _hosts(here, visits)
    together = (
        place
        for place, found in every.items()
        if 1 < len(here[place]) <= weights.MOST_IN_SENTENCE and len(found) <= weights.MOST_MENTIONS
    )
    met = {
        place: Meeting(sentences.at(place), every[place], gate)
        for place in islice(together, weights.MOST_SENTENCES)
    }
    acting = {mention.code for mention in mentions if not mention.place} | hosts
    acting = acting.union(*(meeting.speakers for meeting in met.values()))
    ties = _ties(here, met, acting, hosts, visits)
    pairs = {*ties, *((min(two), max(two)) for two in combinations(main, 2))}
    front = {mention.code for mention in mentions if mention.front}
    found_pairs = {pair: _weigh(ties.get(pair, []), pair, acting) for pair in pairs}
    scores = {pair: _score(pair, found_pairs[pair], salience, front) for pair in pairs}
    best = sorted(
        scores, key=lambda pair: (-scores[pair], -salience[pair[0]] - salience[pair[1]], pair)
    )[: weights.MOST_PAIRS]
    return tuple(_tag(pair, scores[pair], found_pairs[pair], mentions, sentences) for pair in best)


def _by_sentence(mentions: Iterable[Mention]) -> dict[Place, list[Mention]]:
    found: dict[Place, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.kind != "dateline":
            found[mention.passage.field, mention.sentence].append(mention)
    return found


def _acting_first(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """Return a sentence's countries, each by the mention that acts if there is one."""
    here: dict[str, Mention] = {}
    for mention in mentions:
        if mention.code not in here or here[mention.code].place:
            here[mention.code] = mention
    return here


class _Visits:
    """Sentences in which someone comes to a place, or an official is there: `Blinken in Hanoi`."""

    def __init__(self, mentions: Sequence[Mention], sentences: Sentences) -> None:
        officials = {(m.passage.field, m.end) for m in mentions if m.kind in _OFFICIAL}
        self._there = {
            (m.passage.field, m.sentence)
            for m in mentions
            if m.place
            and (m.passage.field, m.start - len(_IN)) in officials
            and m.passage.text.startswith(_IN, m.start - len(_IN))
        }
        self._sentences = sentences

    def __contains__(self, place: Place) -> bool:
        return place in self._there or self._sentences.tells_of_a_visit(place)


_OFFICIAL = ("force", "ministry", "office", "seat")
_IN = " in "


def _hosts(here: dict[Place, dict[str, Mention]], visits: _Visits) -> set[str]:
    """Return the countries that are places to which just one other country comes."""
    hosts: set[str] = set()
    for place, found in here.items():
        if len(found) < 2:
            continue
        actors = [code for code, mention in found.items() if not mention.place]
        places = [code for code, mention in found.items() if mention.place]
        if len(actors) == len(places) == 1 and place in visits:
            hosts.update(places)
    return hosts


def _ties(
    here: dict[Place, dict[str, Mention]],
    met: dict[Place, Meeting],
    acting: set[str],
    hosts: set[str],
    visits: _Visits,
) -> dict[tuple[str, str], list[_Tie]]:
    ties: dict[tuple[str, str], list[_Tie]] = defaultdict(list)
    for place, meeting in met.items():
        found = {code: mention for code, mention in here[place].items() if code in acting}
        relations = {two: meeting.relation(*two) for two in combinations(sorted(found), 2)}
        tied = {code for two in relations if relations[two] is _BETWEEN for code in two}
        for (a, b), relation in relations.items():
            one, other = found[a], found[b]
            if not (one.place and other.place):
                visit = not hosts.isdisjoint((a, b)) and place in visits
                points = _points(one, other, max(2, len(tied)), visit=visit)
                if relation is _BETWEEN and meeting.only_told(a, b):
                    points *= weights.TIE_TOLD
                ties[a, b].append(_Tie(points, one, other, relation, place))
    for (field, number), found in here.items():
        following = here.get((field, number + 1), {}) if len(found) == 1 else {}
        if len(following) == 1:
            neighbours = (*found.values(), *following.values())
            first, second = sorted(neighbours, key=lambda mention: mention.code)
            codes = (first.code, second.code)
            near = first.code != second.code and acting.issuperset(codes)
            if near and not (first.place and second.place):
                points = weights.TIE_NEXT * _points(first, second, 2, visit=False)
                ties[codes].append(_Tie(points, first, second, _BETWEEN, (field, number)))
    return ties


def _points(a: Mention, b: Mention, countries: int, *, visit: bool) -> float:
    where = weights.TIE_REST
    if a.passage.field == "headline":
        where = weights.TIE_HEADLINE
    elif a.front or b.front:
        where = weights.TIE_LEAD
    place = 1.0
    if a.place or b.place:
        place = weights.TIE_VISIT if visit else weights.TIE_PLACE
    crowd: float = max(1, countries - 1) ** weights.TIE_CROWD
    return where * place / crowd


class _PairRelation(msgspec.Struct, frozen=True, gc=False):
    """What the ties of a pair come to: its relation, and those ties that say so."""

    relation: Relation
    ties: list[_Tie]


def _weigh(ties: list[_Tie], pair: tuple[str, str], acting: set[str]) -> _PairRelation:
    """Say which relation the ties of a pair speak for the most."""
    if not acting.issuperset(pair):
        return _PairRelation(_SETTING, [])
    if not ties:
        return _PairRelation(_CO_MENTION, [])
    relation = ties[0].relation
    if all(tie.relation is relation for tie in ties):
        return _PairRelation(relation, ties)
    by: dict[Relation, list[_Tie]] = defaultdict(list)
    for tie in ties:
        by[tie.relation].append(tie)
    chances = {relation: 1 - prod(1 - tie.points for tie in own) for relation, own in by.items()}
    # What two do elsewhere in the story outweighs a sentence in which one is only the place.
    outweighs = {_THIRD_PARTY: weights.TOLD, _BETWEEN: 1.0}
    most = max(chances, key=lambda one: outweighs.get(one, weights.BESIDE) * chances[one])
    return _PairRelation(most, by[most])


def _score(
    pair: tuple[str, str], found: _PairRelation, salience: dict[str, float], front: set[str]
) -> float:
    least = min(salience[code] for code in pair)
    if not found.ties:
        return round(least * weights.NO_TIE, 4)
    apart: float = prod(1 - tie.points for tie in found.ties)
    if front.issuperset(pair):
        apart *= 1 - weights.TIE_FRONT
    score = (1 - apart) * min(1.0, least / weights.PAIR_SALIENCE)
    if found.relation is _CO_MENTION:
        score *= weights.NO_TIE
    return round(score, 4)


def _tag(
    pair: tuple[str, str],
    score: float,
    found: _PairRelation,
    mentions: Sequence[Mention],
    sentences: Sentences,
) -> PairTag:
    a, b = pair
    shown = _foremost(found.ties)[: weights.MOST_SPANS // 2]
    spans = [one.span for tie in shown for one in (tie.a, tie.b)]
    if shown:
        best = shown[0]
        stance = sentences.stance(best.place, best.spots)
        sentence = sentences.stretch(best.place, max(best.a.sentence, best.b.sentence))
    else:
        stance, sentence = sentences.stance(), None
        spans = [next(one.span for one in mentions if one.code == code) for code in pair]
    return PairTag(
        a=a,
        b=b,
        relation=found.relation,
        stance=stance,
        score=score,
        spans=tuple(dict.fromkeys(spans)),
        sentence=sentence,
    )


def _foremost(ties: list[_Tie]) -> list[_Tie]:
    """Return the ties, the one that tells the news first: the headline's, then the lead's."""
    if len(ties) < 2:
        return ties
    best = sorted(ties, key=lambda tie: -tie.points)
    near = [tie for tie in best if tie.points >= weights.FOREMOST * best[0].points]
    first = min(near, key=lambda tie: (_FIELDS.index(tie.place[0]), tie.place[1]))
    return [first, *(tie for tie in best if tie is not first)]


_FIELDS: tuple[Field, ...] = ("headline", "summary", "body")
