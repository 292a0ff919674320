"""How the countries of a story meet: pairs, by the sentences that hold both."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from math import prod

import msgspec

from streams.tagging import weights
from streams.tagging.countries import Mention
from streams.tagging.sentences import LONGEST, Sentences
from streams.tags import CountryTag, Field, PairTag, Relation

Place = tuple[Field, int]
"""A sentence: its field and its number."""


class _Tie(msgspec.Struct, frozen=True, gc=False):
    """A sentence that holds both countries of a pair, or two that follow on each other.

    `ahead` are the countries that it names before them, or between them and not in a list: who
    speaks of the two or acts on them comes first, what the two speak about comes last.
    """

    points: float
    a: Mention
    b: Mention
    ahead: frozenset[str]
    told: bool = False
    """Someone else's tie is what it tells: of one of the two, with a third."""

    @property
    def place(self) -> Place:
        """The sentence; of two that follow on each other, the first."""
        return min((one.passage.field, one.sentence) for one in (self.a, self.b))

    @property
    def spots(self) -> tuple[int, ...]:
        """Where the two are named, as far as that is in the sentence."""
        return tuple(one.start for one in (self.a, self.b) if one.sentence == self.place[1])


def pair_tags(
    mentions: Sequence[Mention], countries: Sequence[CountryTag], sentences: Sentences
) -> tuple[PairTag, ...]:
    """Give the pairs of a story, the best first.

    A pair is made of countries that meet in a sentence, or that are both main. A sentence
    that lists many countries ties each two of them the less.
    """
    salience = {tag.code: tag.salience for tag in countries}
    known = {tag.code for tag in countries[: weights.MOST_COUNTRIES]}
    main = [tag.code for tag in countries[: weights.MOST_COUNTRIES] if tag.main]
    here = _by_sentence(mention for mention in mentions if mention.code in known)
    visits = _Visits(mentions, sentences)
    hosts = _hosts(here, visits)
    acting = {mention.code for mention in mentions if not mention.place} | hosts
    ties = _ties(here, acting, hosts, visits)
    pairs = {*ties, *((min(two), max(two)) for two in combinations(main, 2))}
    front = {mention.code for mention in mentions if mention.front}
    scores = {pair: _score(pair, ties.get(pair, []), salience, front) for pair in pairs}
    best = sorted(
        scores, key=lambda pair: (-scores[pair], -salience[pair[0]] - salience[pair[1]], pair)
    )[: weights.MOST_PAIRS]
    return tuple(
        _tag(pair, scores[pair], ties.get(pair, []), salience, acting, mentions, sentences)
        for pair in best
    )


def _by_sentence(mentions: Iterable[Mention]) -> dict[Place, dict[str, Mention]]:
    """Give each sentence's countries, each by the mention that acts if there is one."""
    found: dict[Place, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        if mention.kind != "dateline":
            here = found[mention.passage.field, mention.sentence]
            if mention.code not in here or here[mention.code].place:
                here[mention.code] = mention
    return found


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
    """Give the countries that are places to which just one other country comes."""
    hosts: set[str] = set()
    for place, found in here.items():
        actors = [code for code, mention in found.items() if not mention.place]
        places = [code for code, mention in found.items() if mention.place]
        if len(actors) == len(places) == 1 and place in visits:
            hosts.update(places)
    return hosts


def _ties(
    here: dict[Place, dict[str, Mention]],
    acting: set[str],
    hosts: set[str],
    visits: _Visits,
) -> dict[tuple[str, str], list[_Tie]]:
    ties: dict[tuple[str, str], list[_Tie]] = defaultdict(list)
    for place, every in here.items():
        found = {code: mention for code, mention in every.items() if code in acting}
        if len(found) > weights.MOST_IN_SENTENCE:
            continue
        duo = _between(found)
        for a, b in combinations(sorted(found), 2):
            one, other = found[a], found[b]
            if not (one.place and other.place):
                visit = not hosts.isdisjoint((a, b)) and place in visits
                points = _points(one, other, len(found), visit=visit)
                told = len(duo & {a, b}) == 1 or bool(len(found) > 2 and (one.about or other.about))
                ties[a, b].append(_Tie(points, one, other, _ahead(one, other, found), told))
    for (field, number), found in here.items():
        following = here.get((field, number + 1), {})
        if len(found) == len(following) == 1:
            neighbours = (*found.values(), *following.values())
            first, second = sorted(neighbours, key=lambda mention: mention.code)
            codes = (first.code, second.code)
            met = first.code != second.code and acting.issuperset(codes)
            if met and not (first.place and second.place):
                points = weights.TIE_NEXT * _points(first, second, 2, visit=False)
                ties[codes].append(_Tie(points, first, second, frozenset()))
    return ties


def _ahead(one: Mention, other: Mention, found: dict[str, Mention]) -> frozenset[str]:
    """Give the countries named before the two, or between them and not in a list with them."""
    first, second = sorted((one, other), key=lambda mention: mention.start)
    return frozenset(
        code
        for code, mention in found.items()
        if mention.start < first.start
        or (
            first.start < mention.start < second.start
            and not _LISTED.search(
                first.passage.text, mention.end, min(second.start, mention.end + LONGEST)
            )
        )
    )


_LISTED = re.compile(r",| and ")


def _between(found: dict[str, Mention]) -> frozenset[str]:
    """Give the two that a sentence names as `between the one and the other`."""
    ordered = sorted(found.values(), key=lambda mention: mention.start)
    for one, other in pairwise(ordered):
        text = one.passage.text
        before = text[max(0, one.start - 12) : one.start].lower().split()
        if "between" in before[-2:] and text[one.end : other.start] in _AND:
            return frozenset({one.code, other.code})
    return frozenset()


_AND = (" and ", " & ")


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


def _score(
    pair: tuple[str, str], ties: list[_Tie], salience: dict[str, float], front: set[str]
) -> float:
    least = min(salience[code] for code in pair)
    if not ties:
        return round(least * weights.NO_TIE, 4)
    apart: float = prod(1 - tie.points for tie in ties)
    if front.issuperset(pair):
        apart *= 1 - weights.TIE_FRONT
    return round((1 - apart) * min(1.0, least / weights.PAIR_SALIENCE), 4)


def _tag(
    pair: tuple[str, str],
    score: float,
    ties: list[_Tie],
    salience: dict[str, float],
    acting: set[str],
    mentions: Sequence[Mention],
    sentences: Sentences,
) -> PairTag:
    a, b = pair
    shown = _foremost(ties)[: weights.MOST_SPANS // 2]
    spans = [span for tie in shown for span in (tie.a.span, tie.b.span)]
    stance = sentences.stance()
    if shown:
        stance = sentences.stance(shown[0].place, shown[0].spots)
    else:
        spans = [next(m.span for m in mentions if m.code == code) for code in pair]
    return PairTag(
        a=a,
        b=b,
        relation=_relation(pair, ties, salience, acting),
        stance=stance,
        score=score,
        spans=tuple(dict.fromkeys(spans)),
    )


def _foremost(ties: list[_Tie]) -> list[_Tie]:
    """Return the ties, the one that tells the news first: the headline's, then the lead's."""
    best = sorted(ties, key=lambda tie: -tie.points)
    near = [tie for tie in best if tie.points >= weights.FOREMOST * best[0].points]
    first = min(near, key=lambda tie: (_FIELDS.index(tie.place[0]), tie.place[1]), default=None)
    return best if first is None else [first, *(tie for tie in best if tie is not first)]


_FIELDS: tuple[Field, ...] = ("headline", "summary", "body")


def _relation(
    pair: tuple[str, str], ties: list[_Tie], salience: dict[str, float], acting: set[str]
) -> Relation:
    if not acting.issuperset(pair):
        return Relation.SETTING
    if not ties:
        return Relation.CO_MENTION
    outdone = min(salience[code] for code in pair) * weights.THIRD_PARTY
    if all(tie.told or any(salience[code] > outdone for code in tie.ahead) for tie in ties):
        return Relation.THIRD_PARTY
    return Relation.BETWEEN
