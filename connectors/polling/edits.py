"""The operator's edits of the list of feeds, for all who go by it while poll runs."""

from collections.abc import Callable, Sequence

from connectors.sources.feed import Feed

Follow = Callable[[Sequence[Feed]], None]
"""Goes by another list of feeds from now on. Must not block."""


class Edits:
    """Hands each new list of feeds to its followers. For the event loop's thread."""

    def __init__(self) -> None:
        """Begin with the list that poll started with, which everyone has."""
        self._followers: list[Follow] = []
        self._last: tuple[Feed, ...] | None = None

    def follow(self, follower: Follow) -> None:
        """Hear of every list from now on, and of the last one if there was an edit before."""
        self._followers.append(follower)
        if self._last is not None:
            follower(self._last)

    def put(self, feeds: Sequence[Feed]) -> None:
        """Put a list into force."""
        self._last = tuple(feeds)
        for follower in self._followers:
            follower(self._last)


def polled(feeds: Sequence[Feed]) -> dict[str, Feed]:
    """Give the feeds that are to be polled, by id."""
    return {feed.id: feed for feed in feeds if not feed.paused}
