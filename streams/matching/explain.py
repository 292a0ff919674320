"""Why a story fits a watch or doesn't: each part with what was found and what was wanted.

A part holds here exactly where it holds in `match`: both ask `streams.matching.criteria`.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from streams.matching.criteria import StoryView, asked
from streams.model.tags import CountryTag, PairTag, Span, Stance, TopicTag
from streams.model.watch import Watch

MOST_NAMED = 4
"""Things named of a kind that isn't what was asked for."""
STEP = 0.1
"""What a change to a watch counts for beside a score, in telling near misses from far ones."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a watch held against a story.

    `part` is the watch's key. `margin` is how far a score is above (below: negative) what it has to
    reach, `None` where no score was found. `changes` are the lines of `watches.toml` with which the
    part would have held; none: the story lacks it, whatever the threshold.
    """

    part: str
    passed: bool
    found: str
    wanted: str
    margin: float | None = None
    changes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A watch held against a story: the parts that failed come first, the nearest miss first."""

    watch: str
    title: str
    fits: bool
    checks: tuple[Check, ...]

    @property
    def missed(self) -> tuple[Check, ...]:
        """The parts that failed."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def distance(self) -> tuple[int, float]:
        """How far the story is from fitting: parts that no threshold would mend, then margins."""
        hopeless = sum(not check.changes for check in self.missed)
        return hopeless, sum(_distance(check) for check in self.missed)


def explain(seen: StoryView, watch: Watch) -> Explanation:
    """Hold a story against a watch, part by part."""
    checks = [
        _check(seen, watch, part.key, part.holds(names, part.find(seen, watch, names)))
        for part, names in asked(watch)
    ]
    if watch.everything or not watch.asks:
        checks.insert(0, _everything(watch))
    checks.sort(key=lambda check: (check.passed, not check.changes, _distance(check)))
    return Explanation(
        watch=watch.id,
        title=watch.title,
        fits=all(check.passed for check in checks),
        checks=tuple(checks),
    )


def nearest_first(explanations: Iterable[Explanation]) -> list[Explanation]:
    """Sort: what fits first, then what came nearest to it."""
    return sorted(explanations, key=lambda one: (not one.fits, one.distance))


def _distance(check: Check) -> float:
    """Return how far a part is from holding: what its score lacks, and a step for each change."""
    lacking = 0.0 if check.margin is None else max(0.0, -check.margin)
    return lacking + STEP * len(check.changes)


def _everything(watch: Watch) -> Check:
    return Check(
        part="everything",
        passed=watch.everything,
        found="a story" if watch.everything else "nothing that the watch asks for",
        wanted="any story",
    )


def _check(seen: StoryView, watch: Watch, key: str, passed: bool) -> Check:
    told = _TELLERS[key](seen, watch, key)
    kept = {"passed": passed, "changes": () if passed else told.changes}
    return msgspec.structs.replace(told, **kept)


def _pairs(seen: StoryView, watch: Watch, key: str) -> Check:
    named = [pair for pair in seen.tags.pairs if pair.name in watch.pairs]
    best = min(named, key=lambda pair: (len(_amiss(pair, watch)), -pair.score), default=None)
    return Check(
        part=key,
        passed=False,
        found=_none_of("pair", map(_pair, seen.tags.pairs)) if best is None else _pair(best),
        wanted=f"{_or(watch.pairs)} {_or(watch.relations)}{_stances(watch)}"
        f" >= {watch.min_pair_score:.2f}",
        margin=None if best is None else best.score - watch.min_pair_score,
        changes=() if best is None else tuple(_amiss(best, watch)),
        spans=() if best is None else best.spans,
    )


def _stances(watch: Watch) -> str:
    """Name the stances that a watch takes, or those that it leaves out if they are fewer."""
    left_out = [stance for stance in Stance if stance not in watch.stances]
    if len(left_out) > len(watch.stances):
        return f" and {_or(watch.stances)}"
    return f", not {_or(left_out)}" if left_out else ""


def _pair(pair: PairTag) -> str:
    return f"{pair.name} {pair.relation}, {pair.stance} {pair.score:.2f}"


def _amiss(pair: PairTag, watch: Watch) -> list[str]:
    """Return what would have to be written for a pair to be taken."""
    lines = []
    if pair.relation not in watch.relations:
        lines.append(_list("relations", (*watch.relations, pair.relation)))
    if pair.stance not in watch.stances:
        lines.append(_list("stances", (*watch.stances, pair.stance)))
    if pair.score < watch.min_pair_score:
        lines.append(_threshold("min_pair_score", pair.score))
    return lines


def _countries(seen: StoryView, watch: Watch, key: str) -> Check:
    tags = {tag.code: tag for tag in seen.tags.countries}
    scores = {code: tag.salience for code, tag in tags.items()}
    return _scored(key, "country", scores, tags, getattr(watch, key), watch.min_country_score)


def _topics(seen: StoryView, watch: Watch, key: str) -> Check:
    tags = {tag.slug: tag for tag in seen.tags.topics}
    scores = {slug: tag.score for slug, tag in tags.items()}
    return _scored(key, "topic", scores, tags, getattr(watch, key), watch.min_topic_score)


def _scored(
    key: str,
    kind: str,
    scores: Mapping[str, float],
    tags: Mapping[str, CountryTag] | Mapping[str, TopicTag],
    names: Sequence[str],
    least: float,
) -> Check:
    """Tell of tags by name: any one, all, or none of them."""
    known = scores.keys() & set(names)
    there = sorted(known, key=lambda name: (-scores[name], name))
    lacking = [name for name in names if name not in scores]
    if key.endswith("_none"):
        high = [name for name in there if scores[name] >= least]
        margin, changes = None, tuple(_without(key, name) for name in high)
    else:
        every = key.endswith("_all")
        score = min(map(scores.__getitem__, there[-1:] if every else there[:1]), default=None)
        margin = None if score is None or (every and lacking) else score - least
        changes = () if margin is None else (_threshold(f"min_{kind}_score", margin + least),)
    told = [_named_score(name, scores[name], tags[name]) for name in there]
    told += [f"no {name}" for name in lacking] if key.endswith("_all") and there else []
    all_there = (_named_score(name, score, tags[name]) for name, score in scores.items())
    return Check(
        part=key,
        passed=False,
        found=", ".join(told) or _none_of(kind, all_there),
        wanted=f"{_quantity(key, names)} >= {least:.2f}",
        margin=margin,
        changes=changes,
        spans=tuple(span for name in there for span in tags[name].spans),
    )


def _named_score(name: str, score: float, tag: CountryTag | TopicTag) -> str:
    facts = []
    if isinstance(tag, TopicTag) and tag.background:
        facts.append("background")
    if isinstance(tag, TopicTag) and tag.reader is not None:
        facts.append(f"words {tag.cues or 0:.2f}, reader {tag.reader:.2f}")
    return f"{name} {score:.2f}" + (f" ({', '.join(facts)})" if facts else "")


def _words(seen: StoryView, watch: Watch, key: str) -> Check:
    names: tuple[str, ...] = getattr(watch, key)
    there = [name for name in names if name in seen.said]
    found = ", ".join(map(_quoted, there)) or "none of them"
    changes: tuple[str, ...] = ()
    if key == "words_none":
        changes = tuple(_without(key, name) for name in there)
    elif key == "words_near" and there:
        lacking = [name for name in names if name not in seen.said]
        apart = "not in one sentence"
        found += f", no {', '.join(map(_quoted, lacking))}" if lacking else f", {apart}"
    return Check(
        part=key,
        passed=False,
        found=found,
        wanted=_quantity(key, [_quoted(name) for name in names]),
        changes=changes,
        spans=tuple(place.span for name in there for place in seen.said[name]),
    )


def _outlets(seen: StoryView, watch: Watch, key: str) -> Check:
    return _named(key, watch, seen.story.source or seen.story.feed, seen.outlets)


def _languages(seen: StoryView, watch: Watch, key: str) -> Check:
    return _named(key, watch, seen.language, {seen.language})


def _named(key: str, watch: Watch, found: str, called: Collection[str]) -> Check:
    """Tell of what a story has one of: its outlet, its language."""
    names: tuple[str, ...] = getattr(watch, key)
    changes: tuple[str, ...] = ()
    if key.endswith("_none"):
        changes = tuple(
            _without(key, name)
            for name in names
            if name.casefold() in called or name.partition("-")[0].casefold() in called
        )
    elif found:
        changes = (_list(key, (*names, found)),)
    return Check(
        part=key,
        passed=False,
        found=found or "unknown",
        wanted=_quantity(key, names),
        changes=changes,
    )


_TELLERS: Mapping[str, Callable[[StoryView, Watch, str], Check]] = MappingProxyType(
    {
        "pairs": _pairs,
        **dict.fromkeys(("countries", "countries_all"), _countries),
        **dict.fromkeys(("topics", "topics_all", "topics_none"), _topics),
        **dict.fromkeys(("words", "words_near", "words_none"), _words),
        **dict.fromkeys(("outlets", "outlets_none"), _outlets),
        **dict.fromkeys(("languages", "languages_none"), _languages),
    }
)


def _quantity(key: str, names: Sequence[str]) -> str:
    if key.endswith("_none"):
        return f"no {_or(names)}"
    if key.endswith("_near"):
        return f"{' and '.join(names)} in one sentence"
    return " and ".join(names) if key.endswith("_all") else _or(names)


def _none_of(kind: str, others: Iterable[str]) -> str:
    """Say that nothing asked for is there, and what is."""
    named = list(others)
    if not named:
        return f"no {kind} at all"
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"only {', '.join(named[:MOST_NAMED])}{more}"


def _threshold(key: str, score: float) -> str:
    """Return the line that lets a score in: rounded down, so that it does."""
    return f"{key} = {math.floor(score * 100) / 100:.2f}"


def _list(key: str, names: Sequence[str]) -> str:
    return f"{key} = [{', '.join(map(_quoted, names))}]"


def _without(key: str, name: str) -> str:
    return f"{key} without {_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _or(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
