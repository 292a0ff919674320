"""The operator's own topics: `topics/*.toml`, in the form of the shipped ones."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streams.tagging import CueTable, HideTable, TieTable, TopicFile
from streams.tagging.examples import NO_TOPIC
from wirewatch.config import rules
from wirewatch.config.check import Shape, check
from wirewatch.config.document import Document, Section
from wirewatch.config.faults import LineFault
from wirewatch.config.wording import shown

FOLDER = "topics"
MOST_POINTS = 5.0
RESERVED = f'"{NO_TOPIC}" names the file of examples of ordinary news: choose another slug'


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    title: str
    needs: tuple[str, ...] = ()


def topic(document: Document) -> tuple[TopicFile | None, list[LineFault]]:
    """Return the topic of a file, and all that is wrong with it; `None` if anything is."""
    root, *tables = document.sections
    of_head = {"slug": _slug, "title": rules.line_of_text, "needs": rules.country}
    head = check(root, Shape(kind=_Head, rules=of_head))
    problems = [LineFault(max(1, problem.line), problem.message) for problem in head.problems]
    cues: list[CueTable] = []
    hides: list[HideTable] = []
    ties: list[TieTable] = []
    for section in tables:
        if section.doubled and section.name == "cue":
            values, wrong = _table(section, CueTable)
            cues += [] if wrong else [CueTable(**values)]
        elif section.doubled and section.name == "hide":
            values, wrong = _table(section, HideTable)
            hides += [] if wrong else [HideTable(**values)]
        elif section.doubled and section.name == "tie":
            values, wrong = _table(section, TieTable)
            ties += [] if wrong else [TieTable(**values)]
        else:
            named = f"[[{section.name}]]" if section.doubled else f"[{section.name}]"
            said = f"{shown(named)} is not a table of this file: write [[cue]], [[hide]] or [[tie]]"
            wrong = [LineFault(section.line, said)]
        problems += wrong
    if len(ties) > 1:
        problems.append(LineFault(1, "more than one [[tie]]: a topic has at most one"))
    if not any(section.name == "cue" for section in tables):
        problems.append(LineFault(1, "no [[cue]]: nothing would ever speak for this topic"))
    if problems or document.problems or not head.whole:
        return None, problems
    return TopicFile(**head.values, cue=tuple(cues), hide=tuple(hides), tie=tuple(ties)), []


def _table(
    section: Section, kind: type[CueTable] | type[HideTable] | type[TieTable]
) -> tuple[Mapping[str, Any], list[LineFault]]:
    shape = Shape(
        kind=kind,
        rules={
            "words": rules.word,
            "near": rules.word,
            "points": _points,
            "beside": rules.country,
            "country": rules.country,
            "language": rules.language,
        },
    )
    checked = check(section, shape)
    problems = [LineFault(p.line, f"{section.name}: {p.message}") for p in checked.problems]
    if checked.values.get("words") == ():
        problems.append(
            LineFault(checked.lines["words"], f"{section.name}: words: the list is empty")
        )
    return checked.values, problems


def _slug(value: str) -> str:
    slug = rules.slug(value)
    if slug == NO_TOPIC:
        raise ValueError(RESERVED)
    return slug


def _points(value: float) -> float:
    if -MOST_POINTS <= value <= MOST_POINTS and value != 0:
        return value
    raise ValueError(f"{value:g} is not between -{MOST_POINTS:g} and {MOST_POINTS:g}, or is 0")
