"""`wirewatch tag`: tag what is handed over, and show it to people or to programs."""

import sys
from collections.abc import Iterable

import msgspec

from streams.model.story import Story
from streams.model.tags import AnyField, CountryTag, PairTag, ReaderState, TopicTag
from streams.model.timestamps import Timestamps
from streams.tagging import MAIN
from streams.tagging.near_examples import NearExample
from streams.tagging.reader import AnyTagger, nearest
from wirewatch.input.input_text import opened
from wirewatch.input.story_input import BadLine, json_lines, plain_text
from wirewatch.render.console import to_console
from wirewatch.render.evidence import render


class TopicLine(TopicTag, frozen=True, kw_only=True):
    """A topic with the examples that the story is most like, if a second reader read it."""

    nearest: tuple[NearExample, ...] = ()


class TagLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One tagged story as a line of JSON, with the id it came with.

    `unsupported` stands there where no lexicon covers the language, and is true.
    """

    id: str | int
    language: str | None
    unsupported: bool = False
    countries: tuple[CountryTag, ...]
    pairs: tuple[PairTag, ...]
    topics: tuple[TopicLine, ...]
    tagger: str
    reader: ReaderState
    cut: tuple[AnyField, ...]


_encoder = msgspec.json.Encoder()


def tag_input(given: str, tagger: AnyTagger, *, as_json: bool) -> int:
    """Tag a file, a text, or standard input (`-`); give the number of lines that were no story.

    Raises `OSError` or `InputError` when it can't be read.
    """
    with opened(given) as read:
        if not isinstance(read, str):
            return _tag_lines(read, tagger, as_json=as_json)
        show_tags(1, plain_text(read), tagger, as_json=as_json)
        return 0


def _tag_lines(lines: Iterable[bytes], tagger: AnyTagger, *, as_json: bool) -> int:
    bad = 0
    for item in json_lines(lines):
        if isinstance(item, BadLine):
            bad += 1
            sys.stderr.write(f"wirewatch: line {item.number} is not a story: {item.reason}\n")
        else:
            show_tags(*item, tagger, as_json=as_json)
    return bad


def show_tags(given: str | int, story: Story, tagger: AnyTagger, *, as_json: bool) -> None:
    """Tag a story, and print it for people or as a line of JSON."""
    tagged = tagger.tagged(story, Timestamps())
    tags, near = tagged.tags, nearest(tagger, tagged)
    if as_json:
        line = TagLine(
            id=given,
            language=tags.language,
            unsupported=tags.unsupported,
            countries=tags.countries,
            pairs=tags.pairs,
            topics=tuple(
                TopicLine(**msgspec.structs.asdict(topic), nearest=near.get(topic.slug, ()))
                for topic in tags.topics
            ),
            tagger=tags.tagger,
            reader=tags.reader,
            cut=tags.cut,
        )
        sys.stdout.buffer.write(_encoder.encode(line) + b"\n")
    else:
        console = to_console()
        console.print(render(story, tags, near, main=MAIN))
        console.rule(style="dim")
