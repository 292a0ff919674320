"""The canary: a made-up story that goes all the way every half minute, to see that the way is open.

It is known by its feed, whose name no feed of an operator can have. It fits one watch of its own
and no other; what comes of it reaches no subscriber.
"""

from datetime import datetime

from streams.model.story import Story, digest, story_version
from streams.model.watch import Watch

FEED = ".canary"
"""An operator's id never begins with a dot."""
HEADLINE = "wirewatch canary: the United States and Cambodia sign a defense agreement"
SUMMARY = "A made-up story by which wirewatch sees that alerts get through. It is no news."
WATCH = Watch(id=FEED, title="Canary", pairs=("KH-US",), words=("wirewatch canary",))
"""A pair too: a tagger that finds nothing any more must not look well."""


def canary_story(at: datetime) -> Story:
    """Return the canary that is sent at a time."""
    return Story(
        id=digest(("canary", at.isoformat())),
        version=story_version(headline=HEADLINE, summary=SUMMARY),
        feed=FEED,
        source="wirewatch",
        headline=HEADLINE,
        summary=SUMMARY,
        first_seen=at,
        language="en",
    )


def is_canary(story: Story) -> bool:
    """Say whether a story is a canary, and so nothing for people."""
    return story.feed == FEED
