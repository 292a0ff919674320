"""How sites say in a text that it was corrected."""

import re
from itertools import islice
from zlib import crc32

from streams.model.story import Story

NOTE_CHARACTERS = 200
MOST_NOTES = 8
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")
_NOTE = re.compile(
    r"\b(?:An earlier version of this|This (?:story|article|report) (?:has been|was) corrected"
    r"|Corrects? (?:to|that|the|spelling)\b|Correction ?[:(])"
)
_PART_OF_A_NOTE = ("orrect", "An earlier version")
"""Each note has one of these: a text without them is soon read."""


def notes(story: Story) -> tuple[int, ...]:
    """Return what a story's text says of corrections, each note as a number.

    A note stays in the text: an edit corrects something only if it adds one. It often stands at the
    end, so a story that has only the beginning of its text brings those of the whole along.
    """
    if story.whole is not None:
        return story.whole.notes
    said = (
        " ".join(_SENTENCE_END.split(text[found.start() :][:NOTE_CHARACTERS])[0].lower().split())
        for text in (story.summary, story.body)
        if any(part in text for part in _PART_OF_A_NOTE)
        for found in islice(_NOTE.finditer(text), MOST_NOTES)
    )
    return tuple(dict.fromkeys(crc32(note.encode("utf-8", "replace")) for note in said))
