"""A story on its way into an alert."""

from datetime import datetime
from typing import NamedTuple

from streams.grouping.signature import Signature
from streams.model.alert import Grouping, Text, Version
from streams.model.story import Story
from streams.model.watch import Match


class Joining(NamedTuple):
    """A story on its way into an alert: what it is known by, and why it goes there.

    `terms` are its terms as they weigh among the open alerts, `text` is the text there that it
    shares most with, `frame` the share. It `fits` the watch, unless a notice told of it. `before`
    are its versions that notices told of. `related` are alerts that it may belong to, though it
    opens its own. `rewritten`: nothing is left of what its entry said before.
    """

    match: Match
    known: Signature
    terms: dict[int, float]
    grouping: Grouping
    first: datetime
    text: Text | None = None
    frame: float = 0.0
    fits: bool = True
    before: tuple[Version, ...] = ()
    related: tuple[str, ...] = ()
    rewritten: bool = False


def time_of(story: Story) -> datetime:
    """Return when a story is from: its date if that can be right, else when it was seen."""
    dated = story.published
    return dated if dated is not None and dated <= story.first_seen else story.first_seen
