"""What poll remembers of a feed. Times are seconds since the epoch."""

from collections.abc import Mapping

import msgspec

from connectors.http.fetch import Validators
from streams.model.feed_health import FeedState

NO_VALIDATORS = Validators()


class FeedMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed as it was after its last poll."""

    url: str
    """The operator's address; another one starts anew."""
    validators: Validators = NO_VALIDATORS
    state: FeedState = FeedState.OK
    next_poll: float = 0.0
    wait: float = 0.0
    """Seconds between the last poll and the next; 0: an older release didn't write it down."""
    interval: float = 0.0
    """Seconds between two polls while all is well, as learnt so far; 0: not yet."""
    last_ok: float | None = None
    """When it was last read; `None` before the first time."""
    last_new: float | None = None
    """When it last brought a new story."""
    failures: int = 0
    """Failed polls in a row."""
    weight: float = 0.0
    """The same, weighed by how much each says of the feed."""
    digest: str = ""
    """Of the last body that could be read: the same again needs no parsing."""
    entries: int = 0
    format: str = ""
    asked: float | None = None
    """Seconds between two polls that the feed itself asks for."""
    rhythm: float | None = None
    """The usual seconds between two new stories."""
    lull: float | None = None
    """The longest seconds between two new stories, of late."""
    gap: tuple[float, float] | None = None
    """The last time in which stories may have come and gone unseen."""
    moved_to: str | None = None
    moved: int = 0
    """How many times in a row it was found to have moved there for good."""
    marks: Mapping[str, str] = {}
    """Of a folder of wire files: what was known of each file, by its address."""
    tidied: float = 0.0
    """When its old stories were last forgotten."""
    rest: int = 0
    """Of a feed too large for one poll: the number of the entry to go on from."""
    backlog: bool = False
    """Whether what it showed at first is still being read: old news, which raises no alert."""
    known_since: float | None = None
    """Of a feed whose stories were read back from Kafka: since when they are known. What is dated
    before is old news, which raises no alert."""
    embargo: float | None = None
    """When the next embargo ends of what its document holds: then it is read again as it is."""
    missed: int = 0
    """Polls in a row that found what a hub should have pushed."""

    def embargo_ended(self, now: float) -> bool:
        """Say whether an embargo has ended since the document was read."""
        return self.embargo is not None and self.embargo <= now
