"""What a watch of a pair raises on labelled stories: alerts, relation and stance.

FILE holds a story a line, in one of two forms. With `gold` it has `alert`, `pair` (`KH-US`),
`relation`, `stance` and `unsure`; it is read whole, then as feeds send it (the headline and 240
characters), then as its headline alone. With `alert` and `kind` it is read as it is and counted by
kind. The watches are those of the folder, or those that ship. Each error is listed.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.support.options import Options, existing
from streams.matching.match import Watches
from streams.model.tags import PairTag, Tags
from streams.tagging import Tagger
from wirewatch.config import load
from wirewatch.evaluation.counts import Counts
from wirewatch.input.story_input import StoryInput, told_story

EXCERPT = 240
FORMS: dict[str, Callable[[str], str]] = {
    "whole text": lambda body: body,
    f"headline and {EXCERPT} characters": lambda body: body[:EXCERPT],
    "headline alone": lambda _: "",
}
Row = dict[str, Any]


class Result(NamedTuple):
    """A story with its tags, and whether a watch fired."""

    row: Row
    tags: Tags
    fired: bool


def main(files: Sequence[Path], config: Path) -> None:
    """Measure each file by itself, and print what was found."""
    loaded = load(config, os.environ)
    tagger, watches = Tagger(loaded.topics, loaded.offices), Watches(loaded.watches)
    watched = {pair for watch in loaded.watches for pair in watch.pairs}
    for path in files:
        rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
        if "gold" not in rows[0]:
            print(f"\n{path.name}: {len(rows)} stories, by kind")
            _by_kind([_result(row, row, tagger, watches) for row in rows])
            continue
        clear = [row for row in rows if not row["gold"]["unsure"]]
        for name, cut in FORMS.items():
            read = [{**row, "body": cut(row["body"])} for row in clear]
            results = [_result(row, row["gold"], tagger, watches) for row in read]
            print(f"\n{path.name}: {len(clear)} stories with clear labels, {name}")
            _alerts(results)
            _silent(results, watched)
            _relation(results)
            _stance(results)


def _result(row: Row, gold: Row, tagger: Tagger, watches: Watches) -> Result:
    told = StoryInput(
        headline=row.get("headline"),
        summary=row.get("summary"),
        body=row.get("body"),
        language=row.get("language"),
        published=row.get("published"),
    )
    story = told_story(told)
    tags = tagger.tag(story)
    return Result({**row, "gold": gold}, tags, bool(watches.fitting(story, tags)))


def _alerts(results: Iterable[Result]) -> None:
    counts = Counts()
    wrong: list[Result] = []
    for result in results:
        wanted = result.row["gold"]["alert"]
        counts += Counts(
            right=int(wanted and result.fired),
            wrong=int(result.fired and not wanted),
            missed=int(wanted and not result.fired),
        )
        if result.fired != wanted:
            wrong.append(result)
    print(
        f"  alerts: precision {counts.precision:.3f}, recall {counts.recall:.3f}"
        f" ({counts.right} right, {counts.wrong} false, {counts.missed} missed)"
    )
    for result in wrong:
        print(f"    {'false' if result.fired else 'missed':<6} {_shown(result)}")


def _silent(results: Iterable[Result], watched: Iterable[str]) -> None:
    """Count those that stay silent where a third country is the other party or one is the place."""
    others = [
        result
        for result in results
        if not result.row["gold"]["alert"]
        and (
            result.row["gold"]["pair"] not in watched or result.row["gold"]["relation"] != "between"
        )
    ]
    silent = sum(not result.fired for result in others)
    tied = [result for result in others if _of(result.tags, watched) == "between"]
    print(f"  third countries and places: {silent} of {len(others)} silent")
    print(f"    a watched pair is between in {len(tied)}")
    for result in tied:
        print(f"    {'fired' if result.fired else 'tied':<6} {_shown(result)}")


def _of(tags: Tags, watched: Iterable[str]) -> str | None:
    return next((tag.relation for tag in tags.pairs if tag.name in watched), None)


def _relation(results: Iterable[Result]) -> None:
    asked = [result for result in results if result.row["gold"]["pair"]]
    wrong = [r for r in asked if _found(r, "relation") != r.row["gold"]["relation"]]
    print(f"  relation of the pair told of: {len(asked) - len(wrong)} of {len(asked)} right")
    for result in wrong:
        gold = result.row["gold"]
        found = _found(result, "relation") or "no pair"
        print(f"    {gold['pair']} is {gold['relation']}, found {found}: {_shown(result)}")


def _stance(results: Iterable[Result]) -> None:
    """Hold the stance to its label, where the pair is found `between` as it is labelled."""
    asked = [
        result
        for result in results
        if result.row["gold"]["relation"] == _found(result, "relation") == "between"
    ]
    wrong = [r for r in asked if _found(r, "stance") != r.row["gold"]["stance"]]
    right = len(asked) - len(wrong)
    print(f"  stance: {right} of {len(asked)} right ({right / max(1, len(asked)):.2f})")
    for result in wrong:
        gold = result.row["gold"]
        print(f"    is {gold['stance']}, found {_found(result, 'stance')}: {_shown(result)}")


def _found(result: Result, what: str) -> str:
    tags = (tag for tag in result.tags.pairs if tag.name == result.row["gold"]["pair"])
    tag: PairTag | None = next(tags, None)
    return "" if tag is None else str(getattr(tag, what))


def _by_kind(results: Iterable[Result]) -> None:
    kinds: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        kinds[result.row["kind"]].append(result)
    kinds["all"] = [result for kind in kinds.values() for result in kind]
    for kind, found in kinds.items():
        wrong = [result for result in found if result.fired != result.row["alert"]]
        right = len(found) - len(wrong)
        print(f"  {kind}: {right} of {len(found)} right ({right / len(found):.2f})")
        for result in wrong if kind != "all" else ():
            print(f"    {'false' if result.fired else 'missed':<6} {_shown(result)}")


def _shown(result: Result) -> str:
    pairs = " ".join(f"{tag.name}:{tag.relation}:{tag.score:.2f}" for tag in result.tags.pairs[:3])
    return f"{result.row['id']}  {result.row['headline'][:80]}  [{pairs}]"


if __name__ == "__main__":
    options = Options(__doc__, takes="a few minutes")
    options.add_argument("files", nargs="+", type=existing, metavar="FILE", help="labelled stories")
    options.add_argument(
        "--config", type=existing, default=Path(), metavar="FOLDER", help="where watches.toml is"
    )
    given = options.given()
    main(given.files, given.config)
