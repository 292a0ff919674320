"""The operator's edits of a list, for all who go by it while a service runs."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


class Edits(Generic[ItemT]):
    """Hands each new list to its followers. For the event loop's thread."""

    def __init__(self) -> None:
        """Begin with the list that the service started with, which everyone has."""
        self._followers: list[Callable[[Sequence[ItemT]], None]] = []
        self._last: tuple[ItemT, ...] | None = None

    def follow(self, follower: Callable[[Sequence[ItemT]], None]) -> None:
        """Hear of every list from now on, and of the last one if there was an edit before.

        A follower goes by the list from then on, and must not block.
        """
        self._followers.append(follower)
        if self._last is not None:
            follower(self._last)

    def leave(self, follower: Callable[[Sequence[ItemT]], None]) -> None:
        """Hear of no list any more."""
        self._followers.remove(follower)

    def put(self, items: Sequence[ItemT]) -> None:
        """Put a list into force."""
        self._last = tuple(items)
        for follower in self._followers:
            follower(self._last)
