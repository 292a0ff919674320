"""How long a fetch may wait at the broker when there is nothing new.

Faust fixes it at 1.5 s. A broker answers a fetch as soon as any of its partitions has something
new, but a partition that the fetch leaves out, since its records are still waiting to be
taken, is not asked for until that fetch has ended. So a fetch that leaves partitions out is
short. One that asks for all of them may wait: an idle worker then costs the broker little. It
waits longer each time that nothing came, since a seek has to wait for its end too.
"""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

SHORT_MS = 50
LONG_MS = 1000


def next_wait(before: int, *, leaves_out: bool, came: bool) -> int:
    """Return the wait of the next fetch in milliseconds, given that of the one before."""
    return SHORT_MS if leaves_out or came else min(2 * before, LONG_MS)


def adapt_waits(consumer: AIOKafkaConsumer) -> None:
    """Let each fetch of a started consumer wait as long as is right for it."""
    # Internals of aiokafka, which carry no types; the canaries watch them.
    fetcher: Any = consumer._fetcher
    plan = fetcher._get_actions_per_node
    wait = SHORT_MS
    positions: dict[TopicPartition, int | None] = {}

    def plan_with_wait(assignment: Any) -> Any:  # noqa: ANN401 - as above
        nonlocal wait, positions
        now = {tp: assignment.state_value(tp)._position for tp in assignment.tps}
        longer = next_wait(wait, leaves_out=bool(fetcher._records), came=now != positions)
        fetcher._fetch_max_wait_ms = longer
        fetches, *others = plan(assignment)
        if fetches:
            wait, positions = longer, now
        return fetches, *others

    fetcher._get_actions_per_node = plan_with_wait
