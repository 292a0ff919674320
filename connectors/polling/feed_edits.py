"""The operator's edits of the list of feeds, for all who go by it while poll runs."""

from collections.abc import Sequence

from connectors.polling import list_edits
from connectors.polling.feed import Feed

Edits = list_edits.Edits[Feed]


def polled(feeds: Sequence[Feed]) -> dict[str, Feed]:
    """Return the feeds that are to be polled, by id."""
    return {feed.id: feed for feed in feeds if not feed.paused}
