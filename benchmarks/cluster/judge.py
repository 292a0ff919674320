"""The account of a cluster's faults."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from benchmarks.cluster.flow import Flow
from benchmarks.support import stand
from benchmarks.unattended.judge import Line
from benchmarks.unattended.program import Program
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import STORIES
from streams.model.story import Story

AFTER_SECONDS = 15.0
"""So long after a change of the brokers it still counts as one."""


class Fault(NamedTuple):
    """What was done to brokers, by the clock: away from `down`, all in step again at `whole`."""

    name: str
    began: float
    down: float
    back: float
    whole: float
    stands: bool = False
    """Meanwhile nothing can be written: too few are left."""

    def holds(self, at: float) -> bool:
        """Say whether a story of that time may be late: brokers were going or coming.

        A cluster of which one has been away for a while works as ever.
        """
        last = self.whole + AFTER_SECONDS
        if self.stands:
            return self.began <= at <= last
        return self.began <= at <= self.down + AFTER_SECONDS or self.back <= at <= last


def account(
    flow: Flow,
    program: Program,
    faults: Sequence[Fault],
    kafka: KafkaAccess,
    *,
    code: int | None,
    seconds: float,
) -> list[Line]:
    """Write every figure in a line."""
    lost, renamed = flow.missing(), [name for name, ids in flow.ids.items() if len(ids) > 1]
    uncalled = [headline for headline in flow.arrived if headline not in flow.expected]
    ends = [f"{n} times {cause}" for cause, n in sorted(program.ends.items())]
    errors = [f"{n} times {event}" for event, n in program.errors.most_common()]
    return [
        Line("stories made", str(flow.made)),
        Line("alerts expected", str(len(flow.expected))),
        Line("lost", str(len(lost)), not lost, lost),
        Line("under another id", str(len(renamed)), not renamed, renamed),
        Line("uncalled for", str(len(uncalled)), not uncalled, uncalled),
        Line("repeats of a webhook-id", str(flow.requests.total() - len(flow.requests))),
        *_latencies(flow, faults, put_at(kafka)),
        *(_came_back(flow, fault) for fault in faults),
        Line("services that ended by themselves", str(program.ends.total()), None, ends),
        Line("ends of the run itself", str(len(program.ended)), not program.ended, program.ended),
        Line("lines logged as errors", str(program.errors.total()), None, errors),
        Line("exit code of the run", str(code), code == 0),
        Line("seconds to stop", f"{seconds:.1f}"),
    ]


def put_at(kafka: KafkaAccess) -> dict[str, float]:
    """Return when each story was first put on Kafka, by its headline."""
    put: dict[str, float] = {}
    with closing(stand.Reader(kafka, STORIES.name)) as reader:
        for record in reader.rest():
            put.setdefault(decode(record.value, Story).headline, record.timestamp / 1000)
    return put


def _latencies(flow: Flow, faults: Sequence[Fault], put: Mapping[str, float]) -> list[Line]:
    calm, away = list[float](), list[float]()
    for headline, at in flow.arrived.items():
        since = put.get(headline)
        if since is None or any(fault.holds(since) for fault in faults):
            continue
        one_away = any(fault.began <= since <= fault.whole for fault in faults)
        (away if one_away else calm).append(at - since)
    return [
        Line(f"stories to webhook {when}, s", _percentiles(found))
        for when, found in (("with all brokers", calm), ("with one away", away))
    ]


def _percentiles(found: list[float]) -> str:
    if not found:
        return "none"
    p50, p99 = (stand.percentile(found, share) for share in (0.5, 0.99))
    return f"p50 {p50:.2f}, p99 {p99:.2f}, max {max(found):.2f} of {len(found)}"


def _came_back(flow: Flow, fault: Fault) -> Line:
    """Tell how long after the fault the first alert came of a story made after it."""
    began = fault.back if fault.stands else fault.down
    came = [
        flow.arrived[headline]
        for headline, made in flow.expected.items()
        if made >= began and headline in flow.arrived
    ]
    first = f"{min(came) - began:.1f}" if came else "never"
    return Line(f"{fault.name}: next alert after, s", first)
