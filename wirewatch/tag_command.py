"""`wirewatch tag`: tag what is handed over, and show it to people or to programs."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import msgspec

from streams.story import Story
from streams.tagging import MAIN, Tagger
from streams.tags import CountryTag, Field, PairTag, TopicTag
from wirewatch.console import to_console
from wirewatch.evidence import render
from wirewatch.told import BadLine, is_file, json_lines, lines_or_text, plain_text


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One tagged story as a line of JSON, with the id it came with."""

    id: str | int
    language: str | None
    countries: tuple[CountryTag, ...]
    pairs: tuple[PairTag, ...]
    topics: tuple[TopicTag, ...]
    tagger: str
    cut: tuple[Field, ...]


_encoder = msgspec.json.Encoder()


def tag_input(given: str, tagger: Tagger, *, as_json: bool) -> int:
    """Tag a file, a text, or standard input (`-`); give the number of lines that were no story.

    Raises `OSError` when the file can't be read.
    """
    if given == "-":
        return _tag_stream(sys.stdin.buffer, tagger, as_json=as_json)
    if is_file(given):
        with Path(given).open("rb") as stream:
            return _tag_stream(stream, tagger, as_json=as_json)
    show_tags(1, plain_text(given), tagger, as_json=as_json)
    return 0


def _tag_stream(stream: BinaryIO, tagger: Tagger, *, as_json: bool) -> int:
    read = lines_or_text(stream)
    if isinstance(read, str):
        show_tags(1, plain_text(read), tagger, as_json=as_json)
        return 0
    return _tag_lines(read, tagger, as_json=as_json)


def _tag_lines(lines: Iterable[bytes], tagger: Tagger, *, as_json: bool) -> int:
    bad = 0
    for item in json_lines(lines):
        if isinstance(item, BadLine):
            bad += 1
            sys.stderr.write(f"wirewatch: line {item.number} is no story: {item.reason}\n")
        else:
            show_tags(*item, tagger, as_json=as_json)
    return bad


def show_tags(given: str | int, story: Story, tagger: Tagger, *, as_json: bool) -> None:
    """Tag a story, and print it for people or as a line of JSON."""
    tags = tagger.tag(story)
    if as_json:
        line = Line(
            id=given,
            language=tags.language,
            countries=tags.countries,
            pairs=tags.pairs,
            topics=tags.topics,
            tagger=tags.tagger,
            cut=tags.cut,
        )
        sys.stdout.buffer.write(_encoder.encode(line) + b"\n")
    else:
        console = to_console()
        console.print(render(story, tags, main=MAIN))
        console.rule(style="dim")
