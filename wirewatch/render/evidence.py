"""A tagged story for people: the text with its evidence marked, and what it came to."""

from collections.abc import Iterable, Iterator
from textwrap import shorten
from types import MappingProxyType

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connectors.delivery.sinks.excerpts import tied
from connectors.delivery.sinks.terminal_text import plain
from streams.model.story import Story
from streams.model.tags import FIELDS, ReaderState, Span, Tags
from streams.tagging.near_examples import Near

COUNTRY_STYLE = "bold green"
TOPIC_STYLE = "bold magenta"
LONGEST = 3_000
"""Characters of a field shown; evidence below is counted all the same."""
THRESHOLD = 0.5
"""What a watch asks of a pair or a topic unless it says otherwise."""
WORDS = 6
EXAMPLE = 120
"""Characters shown of an example."""
NONE: Near = MappingProxyType({})
TIED = 3
"""Pairs whose sentences are shown."""


def render(story: Story, tags: Tags, near: Near = NONE, *, main: float) -> RenderableType:
    """Lay a story out: marked text, the scores, and the examples that it is most like.

    A main country has a salience of `main`.
    """
    marks = [(span, COUNTRY_STYLE) for tag in tags.countries for span in tag.spans]
    marks += [(span, TOPIC_STYLE) for topic in tags.topics for span in topic.spans]
    fields = [
        (name, getattr(story, name), style)
        for name, style in (("headline", "bold"), ("summary", "italic"), ("body", ""))
    ]
    shown = [marked(name, text, marks, style) for name, text, style in fields if text]
    if tags.cut:
        shown.append(Text(f"(of {', '.join(tags.cut)} only the beginning was read)", style="dim"))
    if tags.unsupported:
        shown.append(Text(unsupported(tags), style="yellow"))
    if tags.reader not in {ReaderState.READ, ReaderState.NOT_ASKED}:
        shown.append(Text(f"(second reader: {tags.reader}; topics by words alone)", style="dim"))
    return Group(*shown, Text(), table(tags, main), *nearest_examples(near))


def nearest_examples(near: Near) -> Iterator[Text]:
    """Return a line for each example that the story is most like, after an empty one."""
    if near:
        yield Text()
    for slug, examples in sorted(near.items()):
        for example in examples:
            text = shorten(plain(example.text), EXAMPLE, placeholder=" ...")
            counts = "counts" if example.counts else "doesn't count"
            yield Text.assemble(
                (slug, "bold"),
                f", nearest example, {counts} ({example.likeness:.2f}): {text}",
                (f" [{plain(example.why)}]", "dim"),
            )


def tied_pairs(story: Story, tags: Tags) -> Iterator[Text]:
    """Return the sentence that ties each of the surest pairs, with who and what in it marked."""
    for pair in tags.pairs[:TIED]:
        sentence = pair.sentence
        if sentence is not None and sentence.field in FIELDS and pair.score >= THRESHOLD:
            what = [s for topic in tags.topics for s in topic.spans if sentence.holds(s)]
            who = [span for span in pair.spans if sentence.holds(span)]
            text: str = getattr(story, sentence.field)
            yield Text.assemble((pair.name, "bold"), " by: ", tied(text, sentence, who, what))


def unsupported(tags: Tags) -> str:
    """Say that no lexicon covers a story's language."""
    return f"unsupported language: {tags.language} (no lexicon covers it: names may be missing)"


def marked(field: str, text: str, marks: Iterable[tuple[Span, str]], style: str) -> Text:
    """Return a field's text with its evidence in colour."""
    shown = Text(plain_lines(text[:LONGEST]), style=style)
    for span, colour in marks:
        if span.field == field and span.end <= LONGEST:
            shown.stylize(colour, span.start, span.end)
    return shown.append(" ...") if len(text) > LONGEST else shown


def table(tags: Tags, main: float) -> Table:
    """Return the scores, the thresholds they are held against, and the words that made them."""
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("found", "score", "wants", "by", "", "because of"):
        shown.add_column(
            heading, justify="right" if heading in {"score", "wants", "by"} else "left"
        )
    for country in tags.countries:
        verdict = "main country" if country.main else "mentioned"
        _row(shown, country.code, country.salience, main, verdict, country.spans)
    for pair in tags.pairs:
        verdict = f"{pair.relation}, {pair.stance}"
        _row(shown, pair.name, pair.score, THRESHOLD, verdict, pair.spans)
    for topic in tags.topics:
        verdict = "background" if topic.background else "main topic"
        if topic.reader is not None:
            verdict += f", words {topic.cues or 0:.2f}, reader {topic.reader:.2f}"
        _row(shown, topic.slug, topic.score, THRESHOLD, verdict, topic.spans)
    return shown


def _row(
    shown: Table, name: str, score: float, wants: float, verdict: str, spans: Iterable[Span]
) -> None:
    words = list(dict.fromkeys(plain(span.surface) for span in spans))
    more = f" and {len(words) - WORDS} more" if len(words) > WORDS else ""
    shown.add_row(
        Text(name, "bold" if score >= wants else "dim"),
        f"{score:.2f}",
        f"{wants:.2f}",
        f"{score - wants:+.2f}",
        verdict,
        Text(", ".join(words[:WORDS]) + more),
    )


def plain_lines(text: str) -> str:
    """Take out what could drive a terminal, and keep the lines and every offset."""
    return "\n".join(plain(line) for line in text.split("\n"))
