"""What changed between two versions of a text, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from streams.model.story import Story

MOST_WORDS = 1_500
"""Words of a text that are compared: what is looked for takes its time."""
AROUND = 8
"""Words shown on either side of a change."""
_WORD = re.compile(r"\s*\S+|\s+$")

Change = Literal["same", "gone", "new", "left out"]


class DifferencePart(NamedTuple):
    """A part of a text: the same in both, gone, new, or left out for being the same."""

    change: Change
    text: str


class FieldDifference(NamedTuple):
    """What changed in a field of a story."""

    field: str
    parts: tuple[DifferencePart, ...]


def story_differences(before: Story, after: Story) -> tuple[FieldDifference, ...]:
    """Return what changed in the texts of a story; nothing where only its status did."""
    texts = (
        ("headline", before.headline, after.headline),
        ("summary", before.summary, after.summary),
        ("text", before.body, after.body),
    )
    return tuple(
        FieldDifference(field, tuple(shortened(parts(old, new))))
        for field, old, new in texts
        if old != new
    )


def parts(before: str, after: str) -> list[DifferencePart]:
    """Return both texts as one row of parts: those of either, in order, are the text again."""
    old, old_rest = _words(before)
    new, new_rest = _words(after)
    found: list[DifferencePart] = []
    for change, first, last, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if change == "equal":
            found.append(DifferencePart("same", "".join(new[start:end])))
            continue
        if first < last:
            found.append(DifferencePart("gone", "".join(old[first:last])))
        if start < end:
            found.append(DifferencePart("new", "".join(new[start:end])))
    if old_rest == new_rest:
        return [*found, DifferencePart("same", new_rest)] if new_rest else found
    rest = (DifferencePart("gone", old_rest), DifferencePart("new", new_rest))
    return [*found, *(part for part in rest if part.text)]


def shortened(found: Sequence[DifferencePart]) -> Iterator[DifferencePart]:
    """Return the changes with some words around each."""
    for number, part in enumerate(found):
        words = _WORD.findall(part.text) if part.change == "same" else []
        before = AROUND if number else 0  # after a change
        after = AROUND if number + 1 < len(found) else 0  # before one
        if len(words) <= before + after + 1:
            yield part
            continue
        if before:
            yield DifferencePart("same", "".join(words[:before]))
        yield DifferencePart("left out", " … ")
        if after:
            yield DifferencePart("same", "".join(words[-after:]))


def _words(text: str) -> tuple[list[str], str]:
    """Return the first words of a text, and what comes after them."""
    words = _WORD.findall(text)
    return words[:MOST_WORDS], "".join(words[MOST_WORDS:])
