"""What `wirewatch status` knows: for programs as JSON, for people as a screen."""

from datetime import datetime

import msgspec

SERVICES = ("deliver", "poll", "work")
"""What alerts need to go out."""


class ServiceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A service that runs on this data folder, or was killed there: `seen` says which."""

    service: str
    pid: int
    started: datetime
    seen: datetime
    ended: bool = False
    """Whether it was killed: its process is gone, and nothing runs in its place."""
    of_run: bool = False
    """Whether a `wirewatch run` started it, and starts it again."""


class StageLag(msgspec.Struct, frozen=True, kw_only=True):
    """How many records a stage has yet to process, and how old the oldest of them is.

    `never_committed` counts the partitions with records of which no reader ever took any.
    """

    stage: str
    topic: str
    behind: int
    never_committed: int = 0
    oldest: datetime | None = None


class FeedCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many feeds are in each state. `unread` are those that nobody could read for a day."""

    states: dict[str, int]
    unread: tuple[str, ...] = ()


class CanaryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The last canary that came: when it was sent, and when it arrived.

    `late` is since when the operator has been told that none comes. `limit` is how old the last
    one may be, in seconds.
    """

    limit: float
    sent: datetime | None = None
    arrived: datetime | None = None
    late: datetime | None = None


class OutboxCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries by state, when the oldest pending one was added, and whose receivers fail.

    `stopped` are the subscribers whose last event was given up, and why.
    """

    states: dict[str, int]
    oldest: datetime | None = None
    failing: dict[str, datetime] = {}
    stopped: dict[str, str] = {}


class DeadLetterCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Records that couldn't be processed: all that are kept, and those of the last day.

    Those that were put back since are among the `kept`, but not in `last_day`.
    """

    kept: int
    last_day: int


class DiskSpace(msgspec.Struct, frozen=True, kw_only=True):
    """The disk that the data folder is on, in bytes."""

    free: int
    total: int


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that needs a person, and what to do about it."""

    what: str
    remedy: str


class BrokenConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Configuration files with faults, and when what is in force in their place was good."""

    files: tuple[str, ...]
    faults: tuple[str, ...]
    since: datetime


class DeploymentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment at a moment. What can't be known is `None`."""

    at: datetime
    data: str
    kafka: str | None
    private_kafka: bool
    kafka_fault: str | None = None
    """Why Kafka can't be asked."""
    kafka_silent: dict[str, str] = {}
    """Which of its addresses don't answer though others do, and why."""
    expected: tuple[str, ...] = SERVICES
    """The services that a run starts."""
    services: tuple[ServiceStatus, ...] = ()
    lag: tuple[StageLag, ...] | None = None
    canary: CanaryStatus | None = None
    """`None` if none are sent, or this data folder isn't deliver's."""
    feeds: FeedCounts | None = None
    outbox: OutboxCounts | None = None
    dead_letters: DeadLetterCounts | None = None
    disk: DiskSpace | None = None
    faults: tuple[str, ...] = ()
    """What couldn't be read, and why."""
    broken: BrokenConfig | None = None
    """Faults of the configuration files, if the services don't go by what they say."""
    problems: tuple[Problem, ...] = ()
