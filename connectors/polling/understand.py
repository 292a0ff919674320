"""From the entries of a document to its stories, and which of them are new. Pure."""

from collections.abc import Sequence
from datetime import datetime

from connectors.feed_state import Seen
from connectors.polling.outcome import Read
from connectors.sources.entries import stories
from connectors.sources.entry import Parsed
from connectors.sources.feed import Feed
from connectors.sources.identity import ANY_VERSION, Known, KnownStory, Marked, recognise
from streams.story import Story


def understand(
    feed: Feed,
    parsed: Parsed,
    marked: Sequence[Marked],
    known: Known,
    now: datetime,
    *,
    first: bool,
    whole: bool,
) -> Read:
    """Give what a document tells. `first`: of a feed not read before. `whole`: see `Read`."""
    # What shows each story once looks all new every time, and is no flood.
    found = recognise(marked, known, first=first or not whole)
    told = stories(feed, parsed, found.ids, now, first_fetch=first)
    versions = known.versions()
    by_id = {story.id: story for story in told}
    return Read(
        news=tuple(
            story for story in told if versions.get(story.id) not in (story.version, ANY_VERSION)
        ),
        seen=tuple(
            _seen(one, by_id[story_id]) for one, story_id in zip(marked, found.ids, strict=True)
        ),
        different=found.different,
        new=found.different - found.recognised,
        by_title=found.by_title,
        lost=parsed.lost,
        format=parsed.format,
        dates=tuple(story.published for story in told if story.published),
        whole=whole,
    )


def _seen(one: Marked, story: Story) -> Seen:
    known = KnownStory(story.id, story.version, one.title, one.place)
    return Seen(story=known, aliases=tuple(one.aliases.values()))
