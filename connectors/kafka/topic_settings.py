"""How a topic that is there differs from what wirewatch needs, and what to do about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from streams.contract.topics import DAY, Topic

FOREVER: Final = -1
POLICY, KEPT, LARGEST, SPACE = (
    "cleanup.policy",
    "retention.ms",
    "max.message.bytes",
    "retention.bytes",
)
LOST: Final = "what Kafka has already compacted away can't be brought back"
SHORTER: Final = (
    "records are kept for {found}, not for {wanted} as the documentation promises; left as it is, "
    "since somebody may have chosen it: set retention.ms with kafka-configs to change it"
)
LONGER: Final = "records are kept for {found}, not for {wanted}; left as it is: that does no harm"
LIMITED: Final = "left as it is: when the topic grows beyond it, records are gone sooner"
ANY_NUMBER: Final = "left as it is: this topic works with any number of partitions"
FIXED_NUMBER: Final = (
    "left as it is, but it must be changed: what gather remembers is tied to these partitions, and "
    "moving them would part alerts from their memory. Stop wirewatch once it has worked through "
    "everything, delete the topics `matches` and `wirewatch-open_alerts-changelog` (with your "
    "prefix), and run `wirewatch init`. Alerts that are open then are forgotten: what is reported "
    "of them later opens new ones"
)


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


def differences(topic: Topic, found: Mapping[str, str], partitions: int) -> list[SettingDifference]:
    """Compare a topic with what is wanted. Settings that Kafka didn't tell are passed over."""
    compared = (
        _policy(topic, found),
        _kept(topic, found),
        _largest(topic, found),
        _space(found),
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
        reason=(LONGER if longer else SHORTER).format(found=_days(there), wanted=_days(wanted)),
        harmless=longer,
    )


def _days(milliseconds: str) -> str:
    days = int(milliseconds) / (DAY * 1000)
    return "ever" if int(milliseconds) == FOREVER else f"{days:.3g} days"


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
    )
