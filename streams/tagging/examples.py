"""Examples by which the second reader learns a topic: short texts that count, and that don't.

A file has a line for each: `+` counts, `-` doesn't; the text; after a bar, why. Lines that begin
with `#` are for people. One file is of no topic: what most news is. Pure.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from streams.model.story import digest

FEWEST = 20
"""Examples each way that it takes for a topic to be learnt at all."""
LONGEST = 1_000
NO_TOPIC = "none"
"""The name of the file of ordinary news: it counts for no topic, and against each."""
SUFFIX = ".txt"


class Example(NamedTuple):
    """A text, whether it counts for the topic, and why."""

    text: str
    counts: bool
    why: str


class Examples(NamedTuple):
    """A topic's examples."""

    slug: str
    all: tuple[Example, ...]


def read_examples(slug: str, text: str) -> tuple[Examples, list[tuple[int, str]]]:
    """Return a topic's examples, and each fault with its line."""
    found: dict[str, Example] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        mark, (told, bar, why) = line[:2], line[2:].rpartition("|")
        text_, why = told.strip(), why.strip()
        if mark not in {"+ ", "- "}:
            faults.append((number, "begin the line with + or -, and a space"))
        elif not (bar and text_ and why):
            faults.append((number, "write the text, a bar |, and why it counts or doesn't"))
        elif slug == NO_TOPIC and mark == "+ ":
            faults.append((number, "a text that counts belongs in its topic's file: begin with -"))
        elif len(text_) > LONGEST:
            faults.append((number, f"the text is longer than {LONGEST} characters"))
        elif text_.casefold() in found:
            faults.append((number, "this text stands in the file already"))
        else:
            found[text_.casefold()] = Example(text_, mark == "+ ", why)
    return Examples(slug, tuple(found.values())), faults


def with_line(text: str, line: str) -> str:
    """Return a file's text with this example at its end, and without a line of the same story.

    A file that holds a text twice is refused, and the last verdict on a story is the one to keep.
    """
    others = [one for one in text.splitlines() if _told(one) != _told(line)]
    return "\n".join([*others, line, ""])


def too_few(examples: Examples) -> str | None:
    """Return what is missing for a topic to be learnt, `None` if nothing is."""
    if examples.slug == NO_TOPIC:
        return None
    for counts, sign in ((True, "+"), (False, "-")):
        have = sum(one.counts is counts for one in examples.all)
        if have < FEWEST:
            return f"{have} lines with {sign}: a topic is learnt from {FEWEST} or more of each"
    return None


@cache
def shipped_examples() -> tuple[Examples, ...]:
    """Return the examples of the shipped topics, by slug."""
    folder = files("streams.tagging").joinpath("data", "examples")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(SUFFIX)), key=str)
    return tuple(
        read_examples(path.name.removesuffix(SUFFIX), path.read_text(encoding="utf-8"))[0]
        for path in paths
    )


def with_own(own: Iterable[Examples]) -> tuple[Examples, ...]:
    """Return all examples by slug; the operator's come beside the shipped ones of a topic."""
    by_slug = {one.slug: one.all for one in shipped_examples()}
    for one in own:
        known = {example.text.casefold() for example in one.all}
        shipped = (e for e in by_slug.get(one.slug, ()) if e.text.casefold() not in known)
        by_slug[one.slug] = (*shipped, *one.all)
    return tuple(Examples(slug, by_slug[slug]) for slug in sorted(by_slug))


def taught(topics: Iterable[Examples]) -> tuple[Examples, ...]:
    """Return the examples of topics alone, without those of none."""
    return tuple(topic for topic in topics if topic.slug != NO_TOPIC)


def examples_digest(topics: Iterable[Examples]) -> str:
    """Return what names these very examples."""
    return digest(
        f"{topic.slug} {'+' if one.counts else '-'} {one.text}"
        for topic in topics
        for one in topic.all
    )


def _told(line: str) -> str | None:
    """Return the text of an example's line as files compare it, `None` if it is none."""
    return line[2:].rpartition("|")[0].strip().casefold() if line[:2] in {"+ ", "- "} else None
