"""How a topic that is there differs from what wirewatch needs, and what to do about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connectors.lengths import in_words
from streams.contract.topics import DAY, Topic

FOREVER: Final = -1
MILLENNIUM: Final = 365_000 * DAY * 1000
POLICY, KEPT, LARGEST, SPACE, ENOUGH, PACKED = (
    "cleanup.policy",
    "retention.ms",
    "max.message.bytes",
    "retention.bytes",
    "min.insync.replicas",
    "compression.type",
)
BROKERS: Final = 3
"""From so many brokers on, records are kept on so many of them."""
INSYNC: Final = 2
"""And so many must have a record before it counts as taken: one may be away, none is lost."""
LOST: Final = "what Kafka has already compacted away can't be brought back"
SHORTER: Final = (
    "records are kept for {found}, not for {wanted} as the documentation promises; left as it is, "
    "since somebody may have chosen it: set retention.ms with kafka-configs to change it"
)
LONGER: Final = "records are kept for {found}, not for {wanted}; left as it is: that does no harm"
LIMITED: Final = (
    "left as it is, since somebody may have chosen it: when the topic grows beyond it, records are "
    "gone sooner. Set retention.bytes to -1 with kafka-configs to change it"
)
ANY_NUMBER: Final = "left as it is: this topic works with any number of partitions"
FIXED_NUMBER: Final = (
    "left as it is, but it must be changed: what gather remembers is tied to these partitions, and "
    "moving them would part alerts from their memory. Stop wirewatch once it has worked through "
    "everything, delete the topics `matches` and `wirewatch-open_alerts-changelog` (with your "
    "prefix), and run `wirewatch init`. Alerts that are open then are forgotten: what is reported "
    "of them later opens new ones"
)
TOO_FEW_COPIES: Final = (
    "left as it is: moving records between brokers is for kafka-reassign-partitions. Until then a "
    "broker that is lost may take records with it"
)
BLOCKS: Final = (
    "left as it is, since somebody may have chosen it: nothing can be written while one broker is "
    "away. Set min.insync.replicas to one less than there are copies with kafka-configs to change "
    "it"
)
AS_SENT: Final = "producer"
UNREADABLE: Final = "snappy"
"""What kafka-python doesn't read without a library more."""
PACKED_AGAIN: Final = (
    "left as it is: Kafka packs all anew, which costs it time; "
    "`compression` in wirewatch.toml saves that"
)


@dataclass(frozen=True, kw_only=True)
class Replication:
    """On how many brokers each record of a topic is, of how many that there are."""

    copies: int
    brokers: int


@dataclass(frozen=True, kw_only=True)
class SettingDifference:
    """One setting that isn't as wanted. `change`: it is to be set; else it stays, for `reason`."""

    setting: str
    found: str
    wanted: str
    change: bool
    reason: str = ""
    harmless: bool = False
    """Nothing that is promised depends on it."""
    unfit: bool = False
    """Wirewatch can't work with it."""
    refused: str = ""
    """Why Kafka did not set it when asked to."""


def layout(brokers: int | None) -> tuple[int, dict[str, str]]:
    """Return how many copies a new topic has, and what is set for that.

    With few brokers, or an unknown number, both are left to Kafka's own defaults (-1).
    """
    if brokers is None or brokers < BROKERS:
        return -1, {}
    return BROKERS, {ENOUGH: str(INSYNC)}


def differences(
    topic: Topic,
    found: Mapping[str, str],
    partitions: int,
    replication: Replication | None = None,
) -> list[SettingDifference]:
    """Compare a topic with what is wanted. What Kafka didn't tell is passed over."""
    compared = (
        *(() if replication is None else (_copies(replication), _enough(replication, found))),
        _policy(topic, found),
        _kept(topic, found),
        _largest(topic, found),
        _space(found),
        _packed(found),
        _partitions(topic, partitions),
    )
    return [difference for difference in compared if difference is not None]


def _policy(topic: Topic, found: Mapping[str, str]) -> SettingDifference | None:
    there, wanted = found.get(POLICY), topic.config[POLICY]
    if there is None or _names(there) == _names(wanted):
        return None
    compacted = "compact" in _names(there) - _names(wanted)
    return SettingDifference(
        setting=POLICY,
        found=there,
        wanted=wanted,
        change=True,
        reason=LOST if compacted else "",
    )


def _names(policy: str) -> set[str]:
    return {name.strip() for name in policy.split(",")}


def _kept(topic: Topic, found: Mapping[str, str]) -> SettingDifference | None:
    there, wanted = found.get(KEPT), topic.config[KEPT]
    if there is None or there == wanted:
        return None
    longer = int(there) == FOREVER or (int(wanted) != FOREVER and int(there) > int(wanted))
    return SettingDifference(
        setting=KEPT,
        found=there,
        wanted=wanted,
        change=False,
        reason=(LONGER if longer else SHORTER).format(found=_time(there), wanted=_time(wanted)),
        harmless=longer,
    )


def _time(milliseconds: str) -> str:
    length = int(milliseconds)
    if length == FOREVER or length > MILLENNIUM:  # many set the largest number that there is
        return "ever"
    return in_words(timedelta(milliseconds=length))


def _largest(topic: Topic, found: Mapping[str, str]) -> SettingDifference | None:
    there, wanted = found.get(LARGEST), topic.config[LARGEST]
    if there is None or int(there) >= int(wanted):
        return None
    return SettingDifference(setting=LARGEST, found=there, wanted=wanted, change=True)


def _space(found: Mapping[str, str]) -> SettingDifference | None:
    there = found.get(SPACE)
    if there is None or int(there) == FOREVER:
        return None
    return SettingDifference(
        setting=SPACE, found=there, wanted=str(FOREVER), change=False, reason=LIMITED
    )


def _packed(found: Mapping[str, str]) -> SettingDifference | None:
    there = found.get(PACKED, AS_SENT)
    if there == AS_SENT:
        return None
    unreadable = there == UNREADABLE
    return SettingDifference(
        setting=PACKED,
        found=there,
        wanted=AS_SENT,
        change=unreadable,
        reason="" if unreadable else PACKED_AGAIN,
        harmless=not unreadable,
    )


def _partitions(topic: Topic, there: int) -> SettingDifference | None:
    if there == topic.partitions:
        return None
    return SettingDifference(
        setting="partitions",
        found=str(there),
        wanted=str(topic.partitions),
        change=False,
        reason=FIXED_NUMBER if topic.fixed else ANY_NUMBER,
        harmless=not topic.fixed,
        unfit=topic.fixed,
    )


def _copies(there: Replication) -> SettingDifference | None:
    if there.brokers < BROKERS or there.copies >= BROKERS:
        return None
    return SettingDifference(
        setting="replication factor",
        found=str(there.copies),
        wanted=str(BROKERS),
        change=False,
        reason=TOO_FEW_COPIES,
    )


def _enough(there: Replication, found: Mapping[str, str]) -> SettingDifference | None:
    """Compare how many brokers must have a record: it depends on how many are to have it."""
    if ENOUGH not in found:
        return None
    least, wanted = int(found[ENOUGH]), INSYNC if there.copies >= BROKERS else 1
    if least < wanted or least > there.copies:  # the latter: no record can be written at all
        return SettingDifference(setting=ENOUGH, found=str(least), wanted=str(wanted), change=True)
    if least == 1 or least < there.copies:
        return None
    return SettingDifference(
        setting=ENOUGH, found=str(least), wanted=str(wanted), change=False, reason=BLOCKS
    )
