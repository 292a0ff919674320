"""From the entries of a document to its stories, and which of them are new. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from connectors.formats.entry import Parsed
from connectors.polling.entry_aliases import Marked
from connectors.polling.entry_stories import stories
from connectors.polling.feed import Feed
from connectors.polling.feed_state import SeenStory
from connectors.polling.identity import ANY_VERSION, KnownEntries, KnownStory, recognise
from connectors.polling.poll_result import DocumentResult
from streams.model.story import Story, in_other_words

NUMBER = "#"


def understand(
    feed: Feed,
    parsed: Parsed,
    marked: Sequence[Marked],
    known: KnownEntries,
    now: datetime,
    *,
    first: bool,
    whole: bool,
) -> DocumentResult:
    """Return what a document tells. `first`: of a new feed. `whole`: see `DocumentResult`."""
    # What shows each story once looks all new every time, and is no flood.
    found = recognise(marked, known, first=first or not whole)
    versions = known.versions()
    made = stories(feed, parsed, found.ids, now, first_fetch=first)
    told = [_as_edited(story, versions.get(story.id)) for story in made.by_id.values()]
    by_id = {story.id: story for story in told}
    # What couldn't be told isn't kept as seen, so it looks new at every poll.
    untold = sum(story_id not in versions for story_id in made.faults)
    return DocumentResult(
        news=tuple(story for story in told if _is_news(story, versions.get(story.id))),
        seen=tuple(
            _seen(one, by_id[story_id])
            for one, story_id in zip(marked, found.ids, strict=True)
            if story_id in by_id
        ),
        different=found.different - untold,
        new=found.different - found.recognised - untold,
        by_title=found.by_title,
        lost=parsed.lost + len(made.faults),
        faults=tuple(made.faults.values()),
        format=parsed.format,
        embargo=_next_embargo(told, now),
        dates=tuple(story.published for story in told if story.published),
        whole=whole,
    )


def _next_embargo(told: Sequence[Story], now: datetime) -> float | None:
    ends = (story.embargo for story in told if story.embargo is not None)
    return min((end.timestamp() for end in ends if end > now), default=None)


def old_news(read: DocumentResult, known_since: float | None) -> DocumentResult:
    """Mark as backfill what is dated before a feed's stories are known: it was told long ago."""
    if known_since is None:
        return read
    news = (
        msgspec.structs.replace(story, backfill=True)
        if story.published is not None and story.published.timestamp() < known_since
        else story
        for story in read.news
    )
    return replace(read, news=tuple(news))


def before_its_page(story: Story) -> Story:
    """Return a story of a full-text feed as it goes out first: its page tells what an edit came to.

    A feed's first words hold less than the page did, so much would seem to be gone from them.
    """
    return msgspec.structs.replace(story, edited=False) if story.url else story


def _is_news(story: Story, before: str | None) -> bool:
    """Say whether a story isn't there as it was sent last."""
    if before == ANY_VERSION:
        return story.revision is not None
    return before != _sent_as(story)


def _sent_as(story: Story) -> str:
    """Return what a version is remembered by: its words, and its number if it has one.

    An older version may come late, in the words that a newer one has: a kill, most of all.
    """
    return story.version if story.revision is None else f"{story.version}{NUMBER}{story.revision}"


def _as_edited(story: Story, before: str | None) -> Story:
    """Mark a story that had other words when it was seen before."""
    if before is None or not in_other_words(story, before.partition(NUMBER)[0]):
        return story
    return msgspec.structs.replace(story, edited=True)


def _seen(one: Marked, story: Story) -> SeenStory:
    known = KnownStory(story.id, _sent_as(story), one.title, one.place)
    return SeenStory(story=known, aliases=tuple(one.aliases.values()))
