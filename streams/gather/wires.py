"""How wires and sites say that a story is corrected, held back or killed."""

import re

from streams.story import Story

_SLUG = re.compile(
    r"\s*(?:CORRECTION|CORRECTED|WITHHELD|HOLD|EMBARGO|KILL|KILLED|WITHDRAWN|RETRACTION|RETRACTED)"
    r"(?: KILL| CORRECTION)?\s*[:–-]+\s*"
)
_NOTE = re.compile(
    r"\b(?:An earlier version of this|This (?:story|article|report) (?:has been|was) corrected"
    r"|Corrects? (?:to|that|the|spelling)\b|Correction ?[:(])"
)


def bare(headline: str) -> str:
    """Give a headline without what a wire writes before it: `KILL: `, `CORRECTION - `."""
    return _SLUG.sub("", headline, count=1) if _SLUG.match(headline) else headline


def says_corrected(story: Story) -> bool:
    """Say whether a story's text has a note that it was corrected."""
    return bool(_NOTE.search(story.summary) or _NOTE.search(story.body))
