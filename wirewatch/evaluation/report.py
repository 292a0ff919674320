"""`wirewatch eval`: read labelled files, tag them, show how often tagger and label agree."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from rich.progress import track
from rich.table import Table
from rich.text import Text

from connectors.delivery.sinks.terminal_text import plain
from streams.matching.match import Watches
from streams.tagging.reader import AnyTagger
from wirewatch.counted import counted
from wirewatch.evaluation.counts import Counts
from wirewatch.evaluation.gold import LABELS, GoldError, read
from wirewatch.evaluation.measures import Disagreement, FileEvaluation, Tally
from wirewatch.render.console import to_console

LEADING = 120
ROWS = 12
"""Labels shown of a measure, the most frequent first; `--json` has them all."""


def evaluate(path: Path, tagger: AnyTagger, watches: Watches, *, quiet: bool) -> FileEvaluation:
    """Tag the labelled stories of a file. Raises `GoldError` or `OSError`."""
    lines = path.read_bytes().split(b"\n")
    stories = list(read(lines))
    labelled = frozenset[str]().union(*(gold.topics or () for gold in stories))
    account = FileEvaluation(labelled)
    console = to_console(stderr=True)
    for gold in track(stories, path.name, console=console, transient=True, disable=quiet):
        one = replace(gold, labelled=labelled)
        account.add(one, tagger.tag(gold.story), watches)
    if not any(map(bytes.strip, lines)):
        raise GoldError("it holds no story")
    if not account.tallies:
        raise GoldError(f"no story in it has a label: {LABELS}")
    return account


def show(path: Path, account: FileEvaluation, *, errors: int) -> None:
    """Print the account of a file for people."""
    console = to_console()
    console.print(Text(str(path), style="bold"))
    for measure, tally in account.tallies.items():
        console.print(_table(measure, tally))
        console.print()
    worst = sorted(account.disagreements, key=lambda one: -one.cost)[:errors]
    for one in worst:
        console.print(_disagreement(one), soft_wrap=True)


def as_json(path: Path, account: FileEvaluation, *, errors: int) -> None:
    """Print the account of a file as a line of JSON."""
    worst = sorted(account.disagreements, key=lambda one: -one.cost)[:errors]
    line = {
        "file": str(path),
        "measures": {
            measure: {
                "stories": tally.stories,
                "exact": tally.exact,
                "micro": _figures(tally.micro),
                "labels": {label: _figures(c) for label, c in sorted(tally.labels.items())},
            }
            for measure, tally in account.tallies.items()
        },
        "errors": [
            {
                "measure": one.measure,
                "id": one.gold.id,
                "wrong": one.wrong,
                "missed": one.missed,
                "tags": one.tags,
            }
            for one in worst
        ],
    }
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")


def _figures(counts: Counts) -> dict[str, Any]:
    return {
        "right": counts.right,
        "wrong": counts.wrong,
        "missed": counts.missed,
        "precision": round(counts.precision, 4),
        "recall": round(counts.recall, 4),
        "f1": round(counts.f1, 4),
        "precision_interval": [round(end, 4) for end in counts.precision_interval],
        "recall_interval": [round(end, 4) for end in counts.recall_interval],
    }


def _table(measure: str, tally: Tally) -> Table:
    exact = f"{counted(tally.stories, 'story')}, {tally.exact} right in every label"
    table = Table(box=None, pad_edge=False, title=f"{measure}: {exact}", title_justify="left")
    table.add_column(measure)
    for heading in ("precision", "95 %", "recall", "95 %", "F1", "right", "wrong", "missed"):
        table.add_column(heading, justify="right")
    _row(table, "all", tally.micro)
    ordered = sorted(tally.labels.items(), key=lambda item: (-_size(item[1]), item[0]))
    for label, counts in ordered[:ROWS] if len(ordered) > 1 else ():
        _row(table, label, counts)
    return table


def _size(counts: Counts) -> int:
    return counts.right + counts.wrong + counts.missed


def _row(table: Table, label: str, counts: Counts) -> None:
    (p_low, p_high), (r_low, r_high) = counts.precision_interval, counts.recall_interval
    table.add_row(
        label,
        f"{counts.precision:.3f}",
        f"{p_low:.2f}-{p_high:.2f}",
        f"{counts.recall:.3f}",
        f"{r_low:.2f}-{r_high:.2f}",
        f"{counts.f1:.3f}",
        *map(str, (counts.right, counts.wrong, counts.missed)),
    )


def _disagreement(one: Disagreement) -> Text:
    story = one.gold.story
    text = Text()
    text.append(f"{one.measure}  ", "dim")
    text.append(" ".join(f"+{label}" for label in one.wrong), "red")
    text.append(" " if one.wrong and one.missed else "")
    text.append(" ".join(f"-{label}" for label in one.missed), "yellow")
    text.append(f"  {one.gold.id}  ", "dim")
    text.append(plain((story.headline + " | " + story.body)[:LEADING]))
    for country in one.tags.countries[:5]:
        words = ", ".join(dict.fromkeys(plain(span.surface) for span in country.spans[:4]))
        text.append(f"\n    {country.code} {country.salience:.2f} {words}", "dim")
    for topic in one.tags.topics:
        words = ", ".join(dict.fromkeys(plain(span.surface) for span in topic.spans[:6]))
        text.append(f"\n    {topic.slug} {topic.score:.2f} {words}", "dim")
    return text
