"""What the archive answers with."""

from datetime import datetime

import msgspec

from streams.model.alert import AlertEvent
from streams.model.delivery import DeliveryReport
from streams.model.tags import TaggedStory
from streams.model.timestamps import Time
from streams.model.verdict import Verdict


class StoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which stories are wanted; what is empty asks for nothing.

    `words` must all be in a story: a "phrase" in quotes, the beginning of a word with a star.
    `relation` is that of the `pair`, `role` that of the `topic`. `outlet` is its name, or its
    feed's id. `cursor` is that of the last row that was seen: older ones are wanted.
    """

    words: str = ""
    pair: str = ""
    relation: str = ""
    topic: str = ""
    role: str = ""
    country: str = ""
    language: str = ""
    outlet: str = ""
    watch: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 20
    cursor: str = ""


class AlertQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts are wanted; what is empty asks for nothing.

    `min_severity` is the least that is wanted, `outlet` the name of one that told it.
    """

    watch: str = ""
    pair: str = ""
    state: str = ""
    min_severity: str = ""
    outlet: str = ""
    since: datetime | None = None
    shadow: bool = False
    """Those too that nobody got."""
    limit: int = 20
    cursor: str = ""


class StoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a story, without its evidence. `cursor`: go on after it."""

    id: str
    version: str
    outlet: str
    feed: str
    headline: str
    url: str | None
    language: str | None
    status: str
    seen: Time
    published: Time | None
    countries: tuple[str, ...]
    pairs: tuple[str, ...]
    """Each as `KH-US:between`."""
    topics: tuple[str, ...]
    """Those that it is about; in the background are `background`."""
    background: tuple[str, ...]
    cursor: str


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it stands. `state` is open, withdrawn or closed. `cursor`: go on after it.

    `no_longer_matches`: the story that it is shown by was edited, and no longer matches the watch.
    """

    id: str
    watch: str
    title: str
    state: str
    severity: str
    pair: str
    headline: str
    outlet: str
    url: str | None
    published: Time | None
    opened: Time
    changed: Time
    outlets: tuple[str, ...]
    stories: int
    shadow: bool
    no_longer_matches: bool
    cursor: str


class AlertMember(msgspec.Struct, frozen=True, kw_only=True):
    """A story of an alert: `None` if the archive has it no more."""

    id: str
    story: StoryRow | None


class AlertDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All that the archive knows of an alert.

    `told` is the event that it is shown by, with the story's text and what decided, `tagged` that
    story with all its evidence, if it is there.
    """

    alert: AlertRow
    told: AlertEvent
    tagged: TaggedStory | None
    events: tuple[AlertEvent, ...]
    members: tuple[AlertMember, ...]
    deliveries: tuple[DeliveryReport, ...]
    verdicts: tuple[Verdict, ...]
