"""Values that a later release may add to: what this one doesn't know is kept as it came."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A text of which some values are known; any other is none of them, and no error.

    So records of a later release are read, passed on with the very value that they had, and
    treated by it like "something else".
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        other = str.__new__(cls, value)
        other._name_ = other._value_ = value
        return other

    @property
    def known(self) -> bool:
        """Whether it is one of the values that this release has."""
        return any(self is one for one in type(self))
