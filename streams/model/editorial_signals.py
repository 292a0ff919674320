"""What wires write before a headline to say that its story is corrected, held or killed. Pure.

The one list of these words: poll reads the status of a wire's story by it, and gather compares
headlines without them.
"""

import re
from collections.abc import Iterable, Iterator

from streams.model.story import Status, Story

MOST_CHARACTERS = 1_000
"""Characters read of a headline: poll keeps no more."""
ADVISORY = "advisory"
"""The flag of a note to editors. It is kept, withheld: no reader waits for it."""

_SLUGS = {
    Status.CORRECTED: "CORRECTION CORRECTED CORRECTS CORRECTIVE",
    Status.WITHHELD: "HOLD WITHHOLD WITHHELD EMBARGO EMBARGOED ADVISORY",
    # Not KILLED: that stands in the headlines of every outlet, and no wire uses it so.
    Status.CANCELED: "KILL WITHDRAWN WITHDRAWAL RETRACTION RETRACTED RETRACTS",
}
SLUGS = {word: status for status, words in _SLUGS.items() for word in words.split()}
IN_BRACKETS = frozenset({"CORRECTION", "CORRECTED", "WITHDRAWN", "RETRACTION", "RETRACTED"})
"""Those that stand in brackets too."""
EMBARGOES = frozenset({"EMBARGO", "EMBARGOED"})
SEVERITY = (Status.USABLE, Status.CORRECTED, Status.WITHHELD, Status.CANCELED)
"""The last one that is said of a story holds."""

# A slug stands in capitals before a colon or a dash; a hyphen without spaces around it is one
# only behind a participle, for `HOLD-UP` and `KILL-SWITCH` are words.
_BEFORE = re.compile(
    r"(?:(?:URGENT|MANDATORY|BC|UPDATE|REFILE|REPEAT|RPT|WRAPUP|ATTENTION)(?:\s?\d+)?\s*[-–—:]*\s*)?"
    rf"(?P<word>{'|'.join(sorted(SLUGS, key=len, reverse=True))})\b"
    r"(?:\s(?:NOTICE|ADVISORY|NOTE|(?P<also>KILL|CORRECTION)|UNTIL\b[^:]{0,60}|\d+))?"
    r"(?P<mark>\s*[:：]|\s+[-–—]{1,2}\s|[–—]|-)\s*"
)
_TIGHT = re.compile(r"\w*(?:ED|TION|AWN|AWAL)$|CORRECTS|RETRACTS|CORRECTIVE|ADVISORY")
_BRACKETS = re.compile(
    r"^\s*[(\[](?P<first>\w+)[)\]]|[(\[](?P<last>\w+)[)\]]\s*$",
)


def slug(headline: str) -> tuple[Status, tuple[str, ...]]:
    """Return what a headline says of its story's status, and the slugs that say so."""
    found = [*_leading(headline), *_bracketed(headline)]
    return worst(SLUGS[word] for word in found), tuple(found)


def is_advisory(story: Story) -> bool:
    """Say whether a story is a note to editors that kills nothing.

    Such a note may have the headline of the story that it is about, which stands, or is to come.
    """
    return story.status is Status.WITHHELD and ADVISORY in story.flags


def bare(headline: str) -> str:
    """Return a headline without the slugs in front of it; of a longer text the beginning."""
    rest = headline[:MOST_CHARACTERS].strip()
    while match := _slug_at_start(rest):
        rest = rest[match.end() :]
    return rest


def worst(statuses: Iterable[Status | None]) -> Status:
    """Return the gravest of statuses; usable, if none was said."""
    return max((one for one in statuses if one), key=SEVERITY.index, default=Status.USABLE)


def _leading(headline: str) -> Iterator[str]:
    """Return the slugs in front, one behind the other: `CORRECTED-UPDATE 2-`."""
    rest = headline[:MOST_CHARACTERS].strip()
    while match := _slug_at_start(rest):
        yield match["word"]
        if match["also"]:
            yield match["also"]
        rest = rest[match.end() :]


def _slug_at_start(text: str) -> re.Match[str] | None:
    match = _BEFORE.match(text)
    if match and match["mark"] == "-" and not _TIGHT.match(match["word"]):
        return None
    return match


def _bracketed(headline: str) -> Iterator[str]:
    """Return the slugs in brackets at either end, in letters of any size."""
    for match in _BRACKETS.finditer(headline):
        word = (match["first"] or match["last"]).upper()
        if word in IN_BRACKETS:
            yield word
