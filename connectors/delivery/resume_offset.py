"""Where in `alerts` to go on reading, whatever was lost. Pure.

The outbox knows best: its positions were written together with what was read. Kafka keeps a
second one for the group, before which nothing was pending any more: for a deliver that lost its
outbox. To read too much is harmless, since the outbox knows what it had, and nobody gets what is
older than themselves; to read too little loses alerts. So in doubt it is the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class KnownOffsets:
    """What is known of where reading was. `places` are each partition's first and next offset."""

    places: Mapping[int, tuple[int, int]]
    log: str
    """The id of the log that Kafka has now."""
    kept_log: str | None
    """The id of the one that the outbox was filled from, `None` in a new outbox."""
    kept: Mapping[int, int]
    committed: Mapping[int, int]


@dataclass
class ResumePoint:
    """Where to begin, and what is to be said of it: an event of the log with its facts."""

    offsets: dict[int, int] = field(default_factory=dict)
    remarks: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)


def where_to_start(known: KnownOffsets) -> ResumePoint:
    """Decide where each partition is read from."""
    start = ResumePoint()
    another = known.kept_log not in (None, known.log)
    if another:
        cause = "the topic alerts was made anew: it is read from its beginning"
        start.remarks.append(("position_lost", {"cause": cause}))
    for partition, (first, end) in sorted(known.places.items()):
        wanted = None if another else _wanted(known, partition)
        if wanted is not None and first <= wanted <= end:
            start.offsets[partition] = wanted
            continue
        start.offsets[partition] = first
        if wanted is None:
            continue
        facts = {"partition": partition, "was_at": wanted, "goes_on_at": first}
        if wanted < first:
            cause = "alerts were deleted from Kafka before they were read"
            start.remarks.append(("alerts_lost", {"cause": cause, "most": first - wanted, **facts}))
        else:
            cause = "the topic ends before that: it is read from its beginning"
            start.remarks.append(("position_lost", {"cause": cause, **facts}))
    return start


def _wanted(known: KnownOffsets, partition: int) -> int | None:
    if known.kept_log is not None:
        return known.kept.get(partition)
    return known.committed.get(partition)
