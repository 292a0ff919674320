"""What subscribers get: events in the life of an alert."""

import zlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from streams.encoder import Embedding
from streams.model.open_enum import OpenEnum
from streams.model.spike import DaySpike
from streams.model.story import TAKEN_BACK, Status, Story, digest
from streams.model.tags import Score, Tags
from streams.model.timestamps import Time, Timestamps
from streams.model.watch import WINDOW_HOURS, Severity, Why


class Kind(OpenEnum):
    """What happened to an alert."""

    OPENED = "opened"
    JOINED = "joined"
    """A story is in it that brings nothing new: recorded, and delivered to nobody."""
    UPDATED = "updated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    SPIKE = "spike"
    """Many more stories than usual on a day: the only event of an alert of its own (`spike`)."""


class Bond(OpenEnum):
    """What ties a story to an alert."""

    FIRST = "first"
    """Nothing open was like it: it opens the alert."""
    SAME_STORY = "same_story"
    """Another version of a story that is in the alert."""
    COPY = "copy"
    """The text of a story in the alert, edited, cut or under another headline."""
    REPORT = "report"
    """Other words for the same happening."""
    RULING = "ruling"
    """A person said so."""


class Grouping(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Why a story is in its alert: the bond, how sure it is against what it takes, the evidence.

    `score` and `threshold` are those of the bond; for `first`, those of the nearest alert, which
    is `nearest`; for a `ruling`, that is the other alert, and `by` is who said so. `evidence` are
    the terms that weighed most, `meaning` is the likeness of the embeddings by `encoder`, if both
    texts had one.
    """

    bond: Bond
    score: Score = 1.0
    threshold: Score = 0.0
    nearest: str | None = None
    evidence: tuple[str, ...] = ()
    meaning: Score | None = None
    encoder: str = ""
    instalment: bool = False
    """The nearest alert has the same form with other figures: another round of it."""
    by: str = ""
    """Not in records of the first release: there only `reason` names the person."""


class Change(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a correction changed, or an update brings: `what` says of which kind it is.

    Of a correction it is `headline` or `figures`. What is new in an update is among `figures`,
    `names` (people, ships, places), `countries`, or an `act` that was announced and is done now.
    Where two alerts became one, `alert` has the headlines of the one that ended and of the one that
    goes on, and `outlets` who told that one before and tells it now.
    """

    what: str
    before: str
    after: str


class AlertEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One event of one alert. `event` is the id to drop repeats by; `reason` names the cause.

    `stories` are the ids of the stories in the alert so far (left out of `joined`), `outlets` who
    carried them. `story` is the version that the event rests on; of one that `joined` without its
    texts. `window_hours` is how long nothing new came to an alert that `closed` by itself.
    """

    alert: str
    event: str
    kind: Kind
    reason: str
    watch: str
    title: str
    story: Story
    tags: Tags
    why: Why
    outlets: tuple[str, ...]
    times: Timestamps
    stories: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    """Alerts that were open when this one `opened` and may be of the same event, nearest first: it
    wasn't sure enough to join. `grouping` says how near the nearest was, and by what. Where a
    person parted a story, the alert that it left, or opened. Two that a person joined aren't
    related but one: there `grouping.nearest` is the other."""
    grouping: Grouping | None = None
    changes: tuple[Change, ...] = ()
    severity: Severity = Severity.NORMAL
    shadow: bool = False
    """Recorded only: nobody gets it."""
    window_hours: int | None = None
    """Not in records of the first release."""
    spike: DaySpike | None = None
    """Of an event of the kind `spike`: how many stories there were, and which. `story` is one."""


class Text(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A text that is in an alert in its own words: enough of it to know its copies by.

    `sketch` are the smallest hashes of its pieces, 4 bytes each, all of those under `limit`;
    `figures` are its numbers, days and months.
    """

    source: str
    headline: str
    sketch: bytes
    limit: int
    figures: tuple[str, ...]
    story: str = ""
    """The story whose words it has; not in records of the first release."""
    named: bytes = b""
    """Of a short text, whom and what it names: 4 bytes each."""
    roles: tuple[str, ...] = ()
    """Of a short text, who does what to whom by its headline: `A verb B`."""
    kinds: tuple[str, ...] = ()
    """Of a text of a few sentences, which kinds of things and persons it tells of: `group kind`."""


class Version(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One version of a story: what says whether another one is newer.

    `seen` is when it was found, `dated` when its outlet says it is from, `revision` its outlet's
    number of it, `size` the length of its text. `fits`: it matched the watch; a version that only
    a notice told of doesn't. `gone`: nobody sent it, the story's page is gone.
    """

    version: str
    status: Status
    seen: Time
    dated: Time
    revision: int | None = None
    size: int = 0
    fits: bool = False
    gone: bool = False


class Member(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A story of an alert: what is known of its versions, and whose words it has.

    `names` are its outlet's and those that it credits. `first` is the time it was told first,
    `text` the story whose words it copies: its own id where they are its own. `headline`, `opening`
    (its first sentence) and `notes` (of corrections) are of its newest text; `None`: not known.
    """

    names: tuple[str, ...]
    outlet: str
    versions: tuple[Version, ...]
    first: Time
    text: str
    headline: str = ""
    opening: str = ""
    notes: tuple[int, ...] | None = ()
    story: str = ""
    """The story's id, where it is kept under another: its entry tells of another event by now."""

    @property
    def was_told(self) -> bool:
        """Whether a version of it was to be read: else it is the note of a kill or a hold."""
        return any(one.status not in TAKEN_BACK for one in self.versions)


class Face(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What heads an alert: its last event, without what the alert knows.

    Of texts and evidence it has no more than shows which words decided; in records of an earlier
    release nothing.
    """

    title: str
    story: Story
    tags: Tags
    why: Why
    times: Timestamps
    severity: Severity = Severity.NORMAL
    shadow: bool = False


class HeldFact(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A new fact that came too soon after what was told: it is told once the hour is over.

    Of a story in one `version` of it; `facts` and `marks` are what it will be remembered by.
    """

    story: str
    version: str
    face: Face
    changes: tuple[Change, ...]
    facts: tuple[str, ...]
    marks: tuple[int, ...]


class AlertState(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What gather remembers of an alert: while it is open, and for some days after.

    `first` and `last` are the times of its earliest and latest story, `active` is when it last
    got one. `stories` are those in it by their ids, the one that opened it first. `terms` are the
    heaviest terms of all its reports, 5 bytes each: a hash and a weight; `free` those that are the
    same in all languages; `languages` are those of the reports, `embeddings` those of the first
    report in each. `own` are the outlets that told it in their own words. `face` is its last event.
    `withdrawn`: nobody tells it any more.
    """

    alert: str
    watch: str
    first: Time
    last: Time
    active: Time
    packed_stories: bytes = b""
    """An alert of a long affair has hundreds: as objects they take five times as much room."""
    unpacked: dict[str, Member] = msgspec.field(name="members", default_factory=dict)
    """In records of an earlier release: the stories, not packed."""
    known_before: dict[str, tuple[str, ...]] = msgspec.field(name="stories", default_factory=dict)
    """In records of the first release: the digests of each story's versions, and no more."""
    outlets: tuple[str, ...]
    own: tuple[str, ...]
    texts: tuple[Text, ...]
    terms: bytes
    free: bytes
    languages: tuple[str, ...]
    embeddings: dict[str, Embedding] = msgspec.field(default_factory=dict)
    facts: tuple[str, ...]
    said: bytes = b""
    """Marks of the names, figures and countries in its texts: what isn't among them is new."""
    told: Time
    held: tuple[HeldFact, ...] = ()
    face: Face
    window_hours: int = WINDOW_HOURS
    reports: int = 1
    """Stories that told it in other words than those before; copies don't count."""
    official: bool = False
    withdrawn: bool = False
    closed: bool = False
    left_out: int = 0
    """Stories that joined beyond what is remembered."""

    @property
    def stories(self) -> Mapping[str, Member]:
        """The stories in it by their ids, the one that opened it first."""
        return unpack_stories(self.packed_stories) if self.packed_stories else self.unpacked

    @property
    def story_ids(self) -> tuple[str, ...]:
        """The ids of the stories that told it, also of those taken back; of no kill's note."""
        told = (one.story or name for name, one in self.stories.items() if one.was_told)
        return tuple(dict.fromkeys(told))


_members = msgspec.msgpack.Decoder(dict[str, Member])


def pack_stories(stories: Mapping[str, Member]) -> bytes:
    """Pack the stories of an alert, in their order."""
    return zlib.compress(msgspec.msgpack.encode(dict(stories)), 1) if stories else b""


@lru_cache(maxsize=16)  # A step asks several times for those of one alert.
def unpack_stories(packed: bytes) -> Mapping[str, Member]:
    """Unpack the stories of an alert, in their order."""
    return MappingProxyType(_members.decode(zlib.decompress(packed)) if packed else {})


def alert_id(*, watch: str, story: str) -> str:
    """Return the id of the alert that a story raises for a watch."""
    return digest(("alert", watch, story))


def event_id(*, alert: str, kind: Kind, version: str) -> str:
    """Return the id of an event: the same input always gives the same event."""
    return digest(("event", alert, kind, version))
