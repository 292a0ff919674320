"""What came of one poll of a feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.http.fetch import NO_VALIDATORS, Validators
from connectors.polling.feed_state import SeenStory
from connectors.websub.protocol import Offer
from streams.model.feed_health import FeedState
from streams.model.story import Story


@dataclass(frozen=True, kw_only=True)
class DocumentResult:
    """What a document told. `new` of its `different` entries weren't seen before.

    `news` are new stories and new versions of old ones; `by_title` entries had new guids, and
    were known by their titles; `asked` is the seconds between two polls that the feed or its
    server asks for; `dates` are those of the entries. `whole` documents show again what they
    showed before; wire files are each read once, and hubs push what is new.
    """

    news: tuple[Story, ...] = ()
    seen: tuple[SeenStory, ...] = ()
    different: int = 0
    new: int = 0
    by_title: int = 0
    lost: int = 0
    faults: tuple[Exception, ...] = ()
    """What went wrong with entries that no story could be made of; they are lost too."""
    format: str = ""
    asked: float | None = None
    dates: tuple[datetime, ...] = ()
    whole: bool = True
    digest: str = ""
    embargo: float | None = None
    """When the next embargo ends of those that its stories are under."""
    rest: int = 0
    """The number of the first entry that there was no time for; 0 if all were read."""
    validators: Validators = NO_VALIDATORS
    marks: Mapping[str, str] | None = None
    """Of wire files: what is known of each, by its address."""
    offer: Offer | None = None
    """The hub that would push it."""


@dataclass(frozen=True, kw_only=True)
class PollResult:
    """A poll: a document, none because nothing changed, or why it failed.

    `seconds` is how long the server took, `after` how long it asked to be left alone,
    `moved_to` where it says that the feed is from now on.
    """

    state: FeedState = FeedState.OK
    detail: str = ""
    read: DocumentResult | None = None
    validators: Validators | None = None
    """New ones for a document that is as it was."""
    moved_to: str | None = None
    after: float | None = None
    status: int | None = None
    ours: bool = False
    """Whether it failed because this machine is off the network, or out of files or memory."""
    seconds: float = 0.0
    more: bool = False
    """Whether there is more to read right now."""
    unread: bool = False
    """Whether a page came that there was no time to read: that is not the feed's fault."""
    by_hub: bool = False
    """Whether a hub pushed it, rather than we polled."""
