"""What gather remembers of what notices told, beside the alerts."""

import msgspec

from streams.model.alert import Text, Version
from streams.model.timestamps import Time
from streams.model.watch import Match, Notice


class Waiting(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A match whose words were taken back before it came, so that it opened no alert.

    `text` are its words, `ends` the stories that took them back: where these, or others in these
    words, are told again, so is it.
    """

    match: Match
    text: Text
    ends: tuple[str, ...]


class Heard(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What gather remembers of a story that notices told of, whether an alert has it or not.

    It may open an alert by an older version yet. `notice` is the last one that took it back, cut,
    `text` what that one had: a story that it is about may come after it. `first` is when it was
    told first, if a version that matched came after it was taken back. `waiting` are its matches,
    one of each watch, whose words others took back.
    """

    story: str
    versions: tuple[Version, ...]
    names: tuple[str, ...] = ()
    notice: Notice | None = None
    text: Text | None = None
    first: Time | None = None
    waiting: tuple[Waiting, ...] = ()
