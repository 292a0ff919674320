"""Which alerts have which terms, in little room: most terms are those of one alert or a few."""

from collections.abc import Collection

FEW = 16
"""Up to so many names a tuple is smaller than a set, and as quick."""


class Postings:
    """The names of alerts by the hashes that they are found by.

    A name stands alone under a hash of its own, which costs nothing; a set of one takes 216 bytes.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._names: dict[int, str | tuple[str, ...] | set[str]] = {}

    def of(self, key: int) -> Collection[str]:
        """Return the names under a key, in any order."""
        names = self._names.get(key, ())
        return (names,) if isinstance(names, str) else names

    def add(self, key: int, name: str) -> None:
        """Put a name under a key."""
        names = self.of(key)
        if isinstance(names, set):
            names.add(name)
        elif not names:
            self._names[key] = name
        elif name not in names:
            more = (*names, name)
            self._names[key] = more if len(more) <= FEW else set(more)

    def remove(self, key: int, name: str) -> None:
        """Take a name from under a key, if it is there."""
        names = self.of(key)
        if isinstance(names, set) and len(names) > FEW:
            names.discard(name)
            return
        rest = tuple(one for one in names if one != name)
        if len(rest) > 1:
            self._names[key] = rest
        elif rest:
            self._names[key] = rest[0]
        else:
            self._names.pop(key, None)
