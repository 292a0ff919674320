"""What the archive counts."""

import msgspec

from streams.model.feed_health import FeedHealth
from streams.model.tags import TaggedStory
from streams.model.timestamps import Time
from wirewatch.archive.rows import AlertRow


class FacetCount(msgspec.Struct, frozen=True, kw_only=True):
    """In how many stories of a search something is. Asked for by `value`, these are found."""

    value: str
    stories: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """What the stories of a search are about and come from, what most have first.

    It is counted over the newest `hits`; `complete` says whether these are all.
    """

    hits: int
    complete: bool
    language: tuple[FacetCount, ...]
    outlet: tuple[FacetCount, ...]
    topic: tuple[FacetCount, ...]
    pair: tuple[FacetCount, ...]
    country: tuple[FacetCount, ...]


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """The stories of an hour or a day that begins `at`."""

    at: Time
    stories: int


class PairCount(msgspec.Struct, frozen=True, kw_only=True):
    """The stories with a pair of countries in a stretch of time.

    `usual` is the mean of the stretches of that length before; `None` if the archive doesn't go
    back so far.
    """

    pair: str
    stories: int
    usual: float | None


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A feed: how it is doing, its stories of a stretch of time, and its outlet's alerts of then.

    The shares are of all stories and all alerts of that time, 0 to 1.
    """

    health: FeedHealth
    stories: int
    story_share: float
    alerts: int
    alert_share: float


class WatchCount(msgspec.Struct, frozen=True, kw_only=True):
    """The alerts of a watch by how they stand; `shadow` are those that nobody got, in no other."""

    watch: str
    open: int
    withdrawn: int
    closed: int
    shadow: int
    last: Time
    """When the last one opened."""


class StoryVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One wording of a story; `shown` is the one that is searched, `first` when it came first.

    The story's own time is when its outlet last had it so.
    """

    tagged: TaggedStory
    shown: bool
    first: Time


class RelatedAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that has to do with another one.

    `why` is `named`, `names it` or `same stories`; or, where a person joined the two, `holds it` or
    `part of it`.
    """

    alert: AlertRow
    why: str
