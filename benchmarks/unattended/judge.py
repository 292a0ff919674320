"""What came, beside what had to come: pure functions, so that a test can see them fail."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, Self

SHORTEST_SECONDS = 600.0
CHANGES = frozenset({"updated", "corrected"})


@dataclass(frozen=True, kw_only=True)
class Expected:
    """An event that was published: one `opened`, and one `withdrawn` if it was killed after that.

    `at` is when its first feed showed it; `edited` allows it to be told anew.
    """

    watch: str
    at: float
    edited: bool = False
    killed: bool = False


@dataclass(frozen=True, kw_only=True)
class Received:
    """A request of a webhook. `taken`: it was answered by 200."""

    subscriber: str
    event: str
    """The `webhook-id`."""
    alert: str
    watch: str
    kind: str
    version: str
    """The story with its version that the event rests on."""
    raised: datetime
    at: float
    told: str = ""
    """The outlet and headline of that story, for the account."""
    signed: bool = True
    taken: bool = True

    @classmethod
    def read(
        cls, body: bytes, *, subscriber: str, event: str, at: float, signed: bool, taken: bool
    ) -> Self:
        """Read the body of a webhook."""
        data = json.loads(body)["data"]
        return cls(
            subscriber=subscriber,
            event=event,
            alert=data["alert"],
            watch=data["watch"],
            kind=data["kind"],
            version=f"{data['story']['id']}.{data['story']['version']}",
            told=f"{data['story']['source']}: {data['story']['headline']}",
            raised=datetime.fromisoformat(data["times"]["raised"]),
            at=at,
            signed=signed,
            taken=taken,
        )


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """Each fault in a line of its own, by its kind; and how long each alert took."""

    missing: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    other_id: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    uncalled: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


def judge_alerts(
    expected: Iterable[Expected], received: Sequence[Received], subscribers: Sequence[str]
) -> Alerts:
    """Compare what each subscriber took with what had to come."""
    found = Alerts()
    found.unsigned.extend(f"{one.subscriber} {one.event}" for one in received if not one.signed)
    known = {one.watch: one for one in expected}
    by_watch: defaultdict[tuple[str, str], list[Received]] = defaultdict(list)
    for one in received:
        if one.taken:
            by_watch[one.subscriber, one.watch].append(one)
    for subscriber, watch in by_watch:
        if watch not in known:
            found.uncalled.append(f"{subscriber} {watch}: nothing was published")
    for subscriber in subscribers:
        for wanted in known.values():
            taken = by_watch.get((subscriber, wanted.watch), [])
            _judge(wanted, taken, f"{subscriber} {wanted.watch}", found)
    return found


def _judge(expected: Expected, taken: list[Received], name: str, found: Alerts) -> None:
    times = Counter(one.event for one in taken)
    found.repeated.extend(f"{name}: {event} {n} times" for event, n in times.items() if n > 1)
    seen: dict[str, Received] = {}
    for one in taken:
        seen.setdefault(one.event, one)
    first = list(seen.values())
    kinds = [one.kind for one in first]
    if "opened" not in kinds:
        found.missing.append(f"{name}: opened")
    else:
        opened = next(one for one in first if one.kind == "opened")
        found.latencies.append(opened.at - expected.at)
    if expected.killed and "withdrawn" not in kinds:
        found.missing.append(f"{name}: withdrawn")
    same = Counter((one.kind, one.version) for one in first)
    same |= Counter((kind, "") for kind in kinds if kind in {"opened", "withdrawn"})
    twice = sorted({kind for (kind, _), n in same.items() if n > 1})
    found.other_id.extend(f"{name}: {kind} under several ids" for kind in twice)
    if len({one.alert for one in first}) > 1:
        found.other_id.append(f"{name}: several alerts")
    ordered = sorted(first, key=lambda one: one.raised)
    if ordered != first or (kinds and "opened" in kinds and kinds[0] != "opened"):
        found.disorder.append(f"{name}: {', '.join(kinds)}")
    for one in first:
        if not _called_for(one.kind, expected):
            found.uncalled.append(f"{name}: {one.kind} by {one.told}")


def _called_for(kind: str, expected: Expected) -> bool:
    if kind == "withdrawn":
        return expected.killed
    return kind == "opened" or (kind in CHANGES and expected.edited)


class Stories(NamedTuple):
    """Entries that no story on Kafka tells as they last stood, and entries under several ids."""

    missing: list[str]
    renamed: list[str]


def judge_stories(
    shown: Iterable[tuple[str, str]], stories: Iterable[tuple[str, str, str]]
) -> Stories:
    """Compare the feeds' entries with the stories that were made of them.

    `shown` are feed and headline of each entry, `stories` feed, headline and id.
    """
    ids: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for feed, headline, story in stories:
        ids[feed, headline].add(story)
    wanted = Counter(shown)
    return Stories(
        [f"{feed}: {headline}" for feed, headline in wanted if (feed, headline) not in ids],
        [
            f"{feed}: {headline}: {len(ids[feed, headline])} ids"
            for (feed, headline), entries in wanted.items()
            if len(ids[feed, headline]) > entries
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Done:
    """A fault that was done to the program; `ended` is when it could begin to recover."""

    name: str
    began: float
    ended: float


class Recovery(NamedTuple):
    """How long after a fault the first alert came whose story was published after it.

    `None` if none came before the next fault began: that one's time counts for both.
    """

    fault: Done
    seconds: float | None


def recoveries(
    faults: Sequence[Done], expected: Iterable[Expected], received: Iterable[Received]
) -> list[Recovery]:
    """Say how long each fault was felt."""
    came: dict[str, float] = {}
    for one in received:
        if one.taken and one.kind == "opened":
            came.setdefault(one.watch, one.at)
    pairs = sorted((came[one.watch], one.at) for one in expected if one.watch in came)
    found = []
    for number, fault in enumerate(faults):
        until = faults[number + 1].began if number + 1 < len(faults) else float("inf")
        first = next((at for at, published in pairs if published >= fault.ended), None)
        is_soon = first is not None and first <= until
        found.append(Recovery(fault, first - fault.ended if first and is_soon else None))
    return found


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What Kafka said at a moment: per group and partition, the next offset and the end."""

    at: float
    places: Mapping[str, tuple[int, int]]


def longest_stand(samples: Sequence[Sample]) -> tuple[float, str]:
    """Return for how long a committed offset stood still behind its partition's end, and which."""
    longest, which = 0.0, ""
    names = {name for sample in samples for name in sample.places}
    for name in sorted(names):
        told = [(s.at, *s.places[name]) for s in samples if name in s.places]
        for _, group in groupby(told, key=lambda one: one[1]):
            behind = [at for at, committed, end in group if committed < end]
            stood = behind[-1] - behind[0] if behind else 0.0
            if stood > longest:
                longest, which = stood, name
    return longest, which


def behind(sample: Sample | None) -> list[str]:
    """Name the partitions whose committed offset isn't their end."""
    if sample is None:
        return ["Kafka was never asked"]
    return [f"{name}: {a} of {b}" for name, (a, b) in sorted(sample.places.items()) if a != b]


class Line(NamedTuple):
    """A line of the account: `good` says whether it is as wanted, `None` that it only informs."""

    what: str
    value: str
    good: bool | None = None
    details: Sequence[str] = ()


def table(lines: Sequence[Line], most: int = 10) -> str:
    """Write the account."""
    marks = {True: "ok", False: "FAULT", None: ""}
    width = max(len(line.what) for line in lines)
    written = []
    for line in lines:
        written.append(f"{line.what:<{width}}  {line.value:<28}  {marks[line.good]}".rstrip())
        if line.good is not True:
            written += [f"    {detail[:150]}" for detail in line.details[:most]]
            if len(line.details) > most:
                written.append(f"    and {len(line.details) - most} more")
    return "\n".join(written)


def growth(sizes: Sequence[tuple[float, Counter[str]]]) -> dict[str, float]:
    """Return the MiB an hour by which each part grew in the last half, once all has warmed up.

    Nothing for less than ten minutes of samples: then all of it is warming up, and noise.
    """
    if not sizes or sizes[-1][0] - sizes[0][0] < SHORTEST_SECONDS:
        return {}
    quarter = len(sizes) // 4
    before, after = sizes[-2 * quarter : -quarter], sizes[-quarter:]
    hours = statistics.mean(at for at, _ in after) - statistics.mean(at for at, _ in before)
    return {
        name: (
            statistics.median(parts[name] for _, parts in after)
            - statistics.median(parts[name] for _, parts in before)
        )
        / 1024
        / (hours / 3600)
        for name in sizes[-1][1]
    }
