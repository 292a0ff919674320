"""How countries meet, and how the text puts it, in single sentences that were written for it.

FILE is `relation_sentences.txt` beside this script, or another of its form: a line has a text, `|`
and its pairs, each with the relation it must have and perhaps `/` and a stance; `no` is any
relation but `between`, or no pair at all. A line that begins with `##` names the set that follows.
Each text is read as the body of a story. A text is right where all its pairs and stances are.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.support.options import Options, existing
from streams.model.story import Story
from streams.tagging import tag

SENTENCES = Path(__file__).with_name("relation_sentences.txt")


def main(files: Sequence[Path], *, errors: bool) -> None:
    """Read each file, and print what was found."""
    console = Console()
    for path in files:
        table = Table(box=None, pad_edge=False, title=path.name, title_justify="left")
        for heading in ("set", "texts", "right", "pairs", "right"):
            table.add_column(heading, justify="left" if heading == "set" else "right")
        for name, lines in _sets(path):
            wrong = {text: _wrong(text, pairs) for text, pairs in lines}
            failed = [text for text in wrong if wrong[text]]
            pairs = sum(len(pairs) for _, pairs in lines)
            bad = sum(len(of) for of in wrong.values())
            numbers = (len(lines), len(lines) - len(failed), pairs, pairs - bad)
            table.add_row(name, *map(str, numbers))
            for text in failed if errors else ():
                console.print(f"{text}\n    {'; '.join(wrong[text])}", highlight=False)
        console.print(table)


def _sets(path: Path) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    name, lines = "", list[tuple[str, list[str]]]()
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            if lines:
                yield name, lines
            name, lines = line.removeprefix("## "), []
        elif line and not line.startswith("#"):
            text, _, pairs = line.partition(" | ")
            lines.append((text, pairs.split(", ")))
    yield name, lines


def _wrong(text: str, pairs: Sequence[str]) -> list[str]:
    """Return the pairs that came out in another way, each with how it should have."""
    now = datetime.now(UTC)
    story = Story(id="1", version="1", feed="f", source="s", first_seen=now, headline="", body=text)
    found = {pair.name: pair for pair in tag(story).pairs}
    wrong: list[str] = []
    for wanted in pairs:
        name, _, relation_and_stance = wanted.partition(" ")
        relation, _, stance = relation_and_stance.partition("/")
        pair = found.get(name)
        got = str(pair.relation) if pair else "no"
        right = got != "between" if relation == "no" else got == relation
        if not right or (stance and pair and str(pair.stance) != stance):
            wrong.append(f"{wanted}: {got}/{pair.stance if pair else ''}")
    return wrong


if __name__ == "__main__":
    options = Options(__doc__, takes="seconds")
    options.add_argument(
        "files", nargs="*", type=existing, default=[SENTENCES], metavar="FILE", help="sentences"
    )
    options.add_argument("--errors", action="store_true", help="list the texts that came out wrong")
    given = options.given()
    main(given.files, errors=given.errors)
