"""The account of a run: what was measured beside what is wanted."""

import os
from collections import Counter
from collections.abc import Sequence

from benchmarks.support import stand
from benchmarks.unattended.judge import (
    Done,
    Line,
    Recovery,
    behind,
    growth,
    judge_alerts,
    judge_stories,
    longest_stand,
    recoveries,
)
from benchmarks.unattended.world import SUBSCRIBERS, World

BACK_SECONDS = 30.0
STAND_SECONDS = 30.0
"""A committed offset behind its end for longer stands still."""
STOP_SECONDS = 10.0
FLAT, GROWTH = ("poll", "deliver", "others"), 20
"""Parts whose memory depends on nothing that grows, and the MiB an hour that noise may look like.
That of `work` grows with the open alerts, up to their windows' end; Kafka's has a limit."""
KILLED = "SIGKILL"


def account(
    world: World, mode: str, *, code: int | None, stopped_in: float, orphans: Sequence[str]
) -> list[Line]:
    """Write every figure in a line; the faults come with details."""
    return [
        *_stories(world),
        *_alerts(world, mode),
        *_services(world, mode),
        *_kafka(world, mode),
        *_faults(world),
        Line("processes left behind", str(len(orphans)), not orphans, orphans),
        Line("load of the machine at last, cores", f"{os.getloadavg()[1]:.1f}, {os.cpu_count()}"),
        Line("exit code of the run", str(code), code == 0),
        Line("seconds to stop", f"{stopped_in:.1f}", stopped_in <= STOP_SECONDS),
    ]


def _stories(world: World) -> list[Line]:
    shown = [(f.temper.name, e.text.headline) for f in world.feeds.feeds for e in f.shown]
    found = judge_stories(shown, world.stories)
    return [
        Line("entries shown, versions in stories", f"{len(shown)}, {len(world.stories)}"),
        _none("entries without a story as they last stood", found.missing),
        _none("entries with several ids", found.renamed),
    ]


def _alerts(world: World, mode: str) -> list[Line]:
    received = world.receivers.received
    found = judge_alerts(world.expected.values(), received, SUBSCRIBERS)
    taken = [one for one in received if one.taken]
    kinds = {
        kind: sum(one.kind == kind for one in taken) for kind in sorted({o.kind for o in taken})
    }
    # A kill, or a full disk, between the receiver's answer and writing that down brings a repeat.
    once = mode in {"none", "stops"}
    lines = [
        Line("events published", str(len(world.expected))),
        Line("subscribers", str(len(SUBSCRIBERS))),
        Line("requests taken, refused", f"{len(taken)}, {len(received) - len(taken)}"),
        Line("taken by kind", ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))),
        _none("missing at a webhook", found.missing),
        _none("again under the same webhook-id", found.repeated, matters=once),
        _none("again under another id", found.other_id),
        _none("out of order", found.disorder),
        _none("uncalled for", found.uncalled),
        _none("with a bad signature", found.unsigned),
    ]
    if found.latencies:
        p50, p99 = (stand.percentile(found.latencies, share) for share in (0.5, 0.99))
        told = f"p50 {p50:.1f}, p99 {p99:.1f}, max {max(found.latencies):.1f}"
        lines.append(Line("published to webhook, s", told))
    return lines


def _none(what: str, found: Sequence[str], *, matters: bool = True) -> Line:
    return Line(what, str(len(found)), not found if matters else None, found)


def _services(world: World, mode: str) -> list[Line]:
    program = world.program
    ends = [f"{n} times {cause}" for cause, n in sorted(program.ends.items())]
    own = sum(n for cause, n in program.ends.items() if KILLED not in cause)
    errors = [f"{n} times {event}" for event, n in program.errors.most_common()]
    sizes = [parts.total() for _, parts in world.memory] or [0]
    growing = growth(world.memory)
    restless = {name: round(growing.get(name, 0.0)) for name in FLAT}
    told = ", ".join(f"{size // 1024}" for size in (sizes[0], max(sizes), sizes[-1]))
    parts = [
        f"{name}: {world.memory[0][1][name] // 1024}, then {size // 1024}"
        for name, size in sorted((world.memory[-1][1] if world.memory else Counter()).items())
    ]
    return [
        Line(
            "services that ended by themselves, killed",
            f"{own}, {program.ends.total() - own}",
            own == 0 if mode == "none" else None,
            ends,
        ),
        _none("ends of the run itself", program.ended),
        Line("lines logged as errors", str(program.errors.total()), None, errors),
        _none("stray lines in the log", program.stray, matters=mode == "none"),
        Line("PSS in MiB at first, at most, at last", told, None, parts),
        Line(
            "growth of poll, deliver and the run, MiB an hour",
            ", ".join(map(str, restless.values())),
            max(restless.values()) <= GROWTH if mode == "none" and growing else None,
            [f"{name}: {round(rate)}" for name, rate in growing.items()],
        ),
    ]


def _kafka(world: World, mode: str) -> list[Line]:
    last = world.samples[-1] if world.samples else None
    seconds, which = longest_stand(world.samples)
    good = seconds <= STAND_SECONDS if mode == "none" else None
    return [
        _none("partitions not committed to their end", behind(last)),
        Line("longest stand of a commit, s", f"{seconds:.0f} {which}", good),
        Line("dead letters", str(world.letters), world.letters == 0),
    ]


def _faults(world: World) -> list[Line]:
    done = world.faults.done
    if not done:
        return []
    found = recoveries(done, world.expected.values(), world.receivers.received)
    told = [one for one in found if one.seconds is not None]
    worst = max((one.seconds or 0.0 for one in told), default=None)
    # After the last fault something must have come: nothing covers for it.
    good = worst is not None and worst <= BACK_SECONDS and found[-1].seconds is not None
    slowest = sorted(told, key=lambda one: -(one.seconds or 0.0))
    return [
        Line("faults done", _count(done)),
        Line(
            "longest time to come back, s",
            "never" if worst is None else f"{worst:.1f}",
            good,
            [_tell(one) for one in slowest[:10]],
        ),
    ]


def _tell(recovery: Recovery) -> str:
    return f"{recovery.seconds:.1f} s after {recovery.fault.name} at {recovery.fault.began:.0f} s"


def _count(done: Sequence[Done]) -> str:
    names = sorted({one.name for one in done})
    return ", ".join(f"{sum(one.name == name for one in done)} {name}" for name in names)
