"""What is measured of a tagged story. One entry a measure; a file gets those it has labels for."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from streams.matching.match import Watches
from streams.model.tags import Relation, Tags
from wirewatch.evaluation.counts import Counts, compare
from wirewatch.evaluation.gold import NO, YES, Gold


@dataclass(frozen=True)
class Disagreement:
    """One story on which tagger and label differ. `cost` counts the labels."""

    measure: str
    gold: Gold
    tags: Tags
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def cost(self) -> int:
        """How many labels differ."""
        return len(self.wrong) + len(self.missed)


@dataclass
class Tally:
    """The account of one measure: label by label, and story by story."""

    labels: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    stories: int = 0
    exact: int = 0

    @property
    def micro(self) -> Counts:
        """All labels together."""
        return sum(self.labels.values(), Counts())


@dataclass
class FileEvaluation:
    """All measures of one file, and every disagreement. `labelled` are the topics it labels."""

    labelled: frozenset[str] = frozenset()
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    disagreements: list[Disagreement] = field(default_factory=list)

    def add(self, gold: Gold, tags: Tags, watches: Watches) -> None:
        """Enter one story."""
        for measure, function in MEASURES.items():
            asked = function(gold, tags, watches)
            if asked is None:
                continue
            found, wanted, tolerated = asked
            tally = self.tallies[measure]
            tally.stories += 1
            tally.exact += not (found ^ wanted) - tolerated
            for label in found | wanted:
                one = frozenset({label})
                tally.labels[label] += compare(found & one, wanted & one, tolerated)
            wrong, missed = found - wanted - tolerated, wanted - found
            if wrong or missed:
                self.disagreements.append(
                    Disagreement(measure, gold, tags, tuple(sorted(wrong)), tuple(sorted(missed)))
                )


Labels = frozenset[str]
Asked = tuple[Labels, Labels, Labels] | None
"""Labels found, given, and tolerated; `None` when the story has no such label."""
NONE: Labels = frozenset()


def main_countries(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """Main countries against the file's main ones, or else against all it has."""
    wanted = gold.countries if gold.main is None else gold.main
    if wanted is None:
        return None
    tolerated = gold.tolerated if gold.main is None else NONE
    return frozenset(tag.code for tag in tags.countries if tag.main), wanted, tolerated


def all_countries(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """Every country found against every country given."""
    if gold.countries is None:
        return None
    return frozenset(tag.code for tag in tags.countries), gold.countries, gold.tolerated


def topics(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """Main topics; only those that the file labels can be wrong."""
    if gold.topics is None:
        return None
    found = frozenset(tag.slug for tag in tags.topics if not tag.background)
    return found & gold.labelled, gold.topics, NONE


def partners(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """Of given pairs, whether both countries are found at all. Says nothing of precision."""
    if not gold.pairs:
        return None
    codes = {tag.code for tag in tags.countries}
    return _pairs((a, b) for a, b in gold.pairs if {a, b} <= codes), _pairs(gold.pairs), NONE


def pairs_between(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """Of given pairs, those found `between`. Says nothing of precision."""
    if not gold.pairs:
        return None
    between = {(tag.a, tag.b) for tag in tags.pairs if tag.relation is Relation.BETWEEN}
    return _pairs(pair for pair in gold.pairs if pair in between), _pairs(gold.pairs), NONE


def top_partner(gold: Gold, tags: Tags, _: Watches) -> Asked:
    """With one pair given that holds the US: the most salient other country."""
    if len(gold.pairs) != 1 or "US" not in gold.pairs[0]:
        return None
    others = [tag.code for tag in tags.countries if tag.code != "US"]
    return frozenset(others[:1]), frozenset(gold.pairs[0]) - {"US"}, NONE


def alerts(gold: Gold, tags: Tags, watches: Watches) -> Asked:
    """Whether any watch fires, against yes and no."""
    if gold.alert not in {YES, NO}:
        return None
    fired = bool(watches.fitting(gold.story, tags))
    alert = frozenset({"alert"})
    return alert if fired else NONE, alert if gold.alert == YES else NONE, NONE


MEASURES: dict[str, Callable[[Gold, Tags, Watches], Asked]] = {
    "main countries": main_countries,
    "all countries": all_countries,
    "topics": topics,
    "partners found": partners,
    "pairs between": pairs_between,
    "top partner": top_partner,
    "alerts": alerts,
}


def _pairs(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(f"{a}-{b}" for a, b in pairs)
