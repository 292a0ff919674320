"""What came of one poll of a feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.feed_state import Seen
from connectors.sources.fetch import Validators
from connectors.websub import Offer
from streams.feed_health import FeedState
from streams.story import Story


@dataclass(frozen=True, kw_only=True)
class Read:
    """A document that was read whole. `new` of its `different` entries weren't seen before.

    `asked` is the seconds between two polls that it or its server asks for, `dates` those of
    its entries; `flood` says that nearly all looked new, and `by_title` how many weren't.
    """

    digest: str
    validators: Validators
    stories: tuple[Story, ...] = ()
    news: tuple[Story, ...] = ()
    seen: tuple[Seen, ...] = ()
    different: int = 0
    new: int = 0
    flood: bool = False
    by_title: int = 0
    lost: int = 0
    format: str = ""
    asked: float | None = None
    dates: tuple[datetime, ...] = ()
    marks: Mapping[str, str] | None = None
    offer: Offer | None = None
    """The hub that would push it."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A poll: a document, none because nothing changed, or why it failed.

    `seconds` is how long the server took, `after` how long it asked to be left alone,
    `moved_to` where it says that the feed is from now on.
    """

    state: FeedState = FeedState.OK
    detail: str = ""
    read: Read | None = None
    validators: Validators | None = None
    """New ones for a document that is as it was."""
    moved_to: str | None = None
    after: float | None = None
    status: int | None = None
    seconds: float = 0.0
    by_hub: bool = False
    """Whether a hub pushed it, rather than we polled."""
