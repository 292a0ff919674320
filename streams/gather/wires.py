"""How sites say in a text that it was corrected."""

import re

from streams.story import Story

_NOTE = re.compile(
    r"\b(?:An earlier version of this|This (?:story|article|report) (?:has been|was) corrected"
    r"|Corrects? (?:to|that|the|spelling)\b|Correction ?[:(])"
)


def says_corrected(story: Story) -> bool:
    """Say whether a story's text has a note that it was corrected."""
    return bool(_NOTE.search(story.summary) or _NOTE.search(story.body))
