"""What to do after a page was asked for. Pure."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from connectors.formats.entry import Entry
from connectors.http.fetch import Failed
from connectors.http.robots_cache import AWAY
from connectors.pages.resemblance import UNLIKE, resembles
from streams.model.feed_health import FeedState
from streams.model.story import TAKEN_BACK, Story, story_version

PAUSES = (60.0, 600.0, 3_600.0, 21_600.0)
"""Seconds to the next try, after each that failed; then it is given up."""
SURE_AFTER = 600.0
"""Seconds after which a page that is gone is asked for once more, to be sure of it."""
LONGEST = 86_400.0
FINAL_STATUSES = frozenset((401, 402, 403, 405, 406, 451))
FINAL_STATES = frozenset((FeedState.BLOCKED, FeedState.TOO_LARGE))
FROM_PAGE = "text from its web page"
"""The flag of a version whose body was read from the story's page."""


def wanted(stories: Iterable[Story]) -> tuple[list[Story], list[str]]:
    """Return the stories whose pages are to be fetched, and the ids of those that are withdrawn.

    What a feed held when it was first polled is old news: its pages are let be.
    """
    pages, withdrawn = [], []
    for story in stories:
        if story.status in TAKEN_BACK:
            withdrawn.append(story.id)
        elif story.url and not story.backfill:
            pages.append(story)
    return pages, withdrawn


def pause(failed: Failed, attempts: int) -> float | None:
    """Return the seconds to the next try after `attempts`; `None` when there is none."""
    if failed.state in FINAL_STATES or failed.status in FINAL_STATUSES:
        return None
    if failed.state is FeedState.REFUSED and failed.reason != AWAY:
        return None
    if failed.state is FeedState.GONE:
        return SURE_AFTER if attempts <= len(PAUSES) + 1 else None
    if attempts > len(PAUSES):
        return None
    return min(max(PAUSES[attempts - 1], failed.after or 0.0), LONGEST)


def taken_back(failed: Failed, before: str | None) -> bool:
    """Say whether the publisher took the page away for good; `before` is why it didn't come then.

    A server may slip once, so it must say so twice in a row.
    """
    return failed.state is FeedState.GONE and failed.reason == before


def not_its_own(story: Story, url: str, entry: Entry) -> str | None:
    """Say why what came, from `url` in the end, isn't the page of the story; `None` if it is."""
    if _is_front(url) and not _is_front(story.url or ""):
        return "the site sends on to its front page"
    told = story.summary or story.body
    return None if resembles(story.headline, told, entry.content) else UNLIKE


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def with_text(story: Story, entry: Entry) -> Story | None:
    """Return the story with its page's text; `None` when the feed itself gave as much."""
    text = entry.content
    if len(text) <= max(len(story.body), len(story.summary)):
        return None
    cuts = dict(zip(story.cut, story.cut_digests, strict=True))
    cuts.pop("body", None)
    cuts |= dict(zip(entry.cut, entry.cut_digests, strict=True))
    return msgspec.structs.replace(
        story,
        body=text,
        version=story_version(
            headline=story.headline, summary=story.summary, body=text, status=story.status
        ),
        cut=tuple(cuts),
        cut_digests=tuple(cuts.values()),
        flags=(*story.flags, FROM_PAGE),
    )
