"""What each command must be allowed on a Kafka that asks (ACLs); docs/operations.md shows it.

Kafka lets who may read, write, change or make a topic describe it too.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from connectors.delivery.reader import GROUP as DELIVER_GROUP
from streams.contract import topics
from streams.contract.topics import TOPICS, Topic
from streams.worker.settings import GROUP as WORK_GROUP
from wirewatch.archive.log_positions import FILLED_FROM


class Operation(StrEnum):
    """What may be done, by the names that `kafka-acls` takes."""

    READ = "Read"
    WRITE = "Write"
    DESCRIBE = "Describe"
    CREATE = "Create"
    DELETE = "Delete"
    DESCRIBE_CONFIGS = "DescribeConfigs"
    ALTER_CONFIGS = "AlterConfigs"


class Resource(StrEnum):
    """What it may be done with."""

    TOPIC = "topic"
    GROUP = "group"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One operation on one topic, consumer group or the cluster; `name` is without the prefix."""

    resource: Resource
    name: str
    operation: Operation

    def full_name(self, prefix: str) -> str:
        """Return the name that Kafka knows it by."""
        return self.name if self.resource is Resource.CLUSTER else prefix + self.name


def _on(operation: Operation, *found: Topic) -> tuple[Right, ...]:
    return tuple(Right(Resource.TOPIC, topic.name, operation) for topic in found)


# Every service looks whether all topics are there and are as they need to be, which depends on how
# many brokers there are.
def _look(*found: Topic) -> tuple[Right, ...]:
    return (
        Right(Resource.CLUSTER, "kafka-cluster", Operation.DESCRIBE),
        *_on(Operation.DESCRIBE, *found),
        *_on(Operation.DESCRIBE_CONFIGS, *found),
    )


_LOOK = _look(*TOPICS)
_TRACES = (
    topics.STORIES,
    topics.TAGGED,
    topics.MATCHES,
    topics.ALERTS,
    topics.DEAD_LETTERS,
    topics.VERDICTS,
)
"""Where a story's or an alert's way is looked up."""
_PUT_BACK = (
    topics.STORIES,
    topics.TAGGED,
    topics.MATCHES,
    topics.ALERTS,
    topics.CANARY,
    topics.VERDICTS,
)
"""Where dead letters came from, to be put back there."""

RIGHTS: Mapping[str, tuple[Right, ...]] = MappingProxyType(
    {
        "init": (
            *_LOOK,
            *_on(Operation.CREATE, *TOPICS),
            *_on(Operation.ALTER_CONFIGS, *TOPICS),
        ),
        "poll": (
            *_LOOK,
            *_on(Operation.READ, topics.STORIES, topics.FEED_HEALTH, topics.ALERTS),
            *_on(Operation.WRITE, topics.STORIES, topics.FEED_HEALTH),
        ),
        "work": (
            *_LOOK,
            *_on(
                Operation.READ,
                topics.STORIES,
                topics.TAGGED,
                topics.MATCHES,
                topics.VERDICTS,
                topics.OPEN_ALERTS,
            ),
            *_on(
                Operation.WRITE,
                topics.TAGGED,
                topics.MATCHES,
                topics.ALERTS,
                topics.CANARY,
                topics.OPEN_ALERTS,
                topics.DEAD_LETTERS,
            ),
            Right(Resource.GROUP, WORK_GROUP, Operation.READ),
        ),
        "deliver": (
            *_LOOK,
            *_on(Operation.READ, topics.ALERTS, topics.CANARY, topics.FEED_HEALTH),
            *_on(Operation.WRITE, topics.DELIVERIES, topics.DEAD_LETTERS),
            Right(Resource.GROUP, DELIVER_GROUP, Operation.READ),
        ),
        "archive": (*_LOOK, *_on(Operation.READ, *FILLED_FROM)),
        "tail": _on(Operation.READ, *(topic for topic in TOPICS if not topic.internal)),
        "export": _on(Operation.READ, topics.TAGGED, topics.ALERTS),
        "explain": _on(Operation.READ, *_TRACES),
        "judge": (
            *_look(topics.VERDICTS),
            *_on(Operation.READ, *_TRACES),
            *_on(Operation.WRITE, topics.VERDICTS),
        ),
        # Readers only look into the archive; what a form says of an alert is kept on Kafka.
        "web": (*_look(topics.VERDICTS), *_on(Operation.WRITE, topics.VERDICTS)),
        "watches": _on(Operation.READ, topics.ALERTS, topics.VERDICTS),
        "topics": _on(Operation.READ, *_TRACES),
        "replay": _on(Operation.READ, topics.STORIES, topics.TAGGED, topics.VERDICTS),
        "dead-letters": (
            *_look(topics.DEAD_LETTERS_REPLAYED),
            *_on(Operation.READ, topics.DEAD_LETTERS, topics.DEAD_LETTERS_REPLAYED),
            *_on(Operation.WRITE, topics.DEAD_LETTERS_REPLAYED, *_PUT_BACK),
            *_on(Operation.DELETE, topics.DEAD_LETTERS),
        ),
        "status": (
            *_on(
                Operation.READ,
                *(topics.STORIES, topics.TAGGED, topics.MATCHES, topics.ALERTS, topics.VERDICTS),
                *(topics.DEAD_LETTERS, topics.DEAD_LETTERS_REPLAYED),
            ),
            Right(Resource.GROUP, WORK_GROUP, Operation.DESCRIBE),
            Right(Resource.GROUP, DELIVER_GROUP, Operation.DESCRIBE),
        ),
    }
)
"""The services, what makes their topics, and the commands that read them.

`stories` and `alerts` read the archive, and so need no Kafka.
"""


RIGHTS_FOR_SPIKES: Mapping[str, tuple[Right, ...]] = MappingProxyType(
    {"archive": _on(Operation.WRITE, topics.ALERTS)}
)
"""What a service must be allowed besides if a watch asks for spikes."""


def rights_of(service: str, *, spikes: bool) -> tuple[Right, ...]:
    """Return what a service must be allowed; `spikes` says that a watch asks for them."""
    return (*RIGHTS[service], *(RIGHTS_FOR_SPIKES.get(service, ()) if spikes else ()))


def kafka_acls(rights: Iterable[Right], user: str, *, prefix: str, address: str) -> Iterator[str]:
    """Return the commands that allow a user what a service needs: one for each set of rights."""
    for resource, names, operations in together(rights, prefix):
        words = [
            "kafka-acls",
            "--bootstrap-server",
            address,
            "--command-config",
            "admin.properties",
        ]
        words += ["--add", "--allow-principal", f"User:{user}"]
        words += [word for operation in operations for word in ("--operation", operation.value)]
        if resource is Resource.CLUSTER:  # there is one, which is not named
            words.append("--cluster")
        else:
            words += [word for name in names for word in (f"--{resource.value}", name)]
        yield shlex.join(words)


def together(
    rights: Iterable[Right], prefix: str = ""
) -> list[tuple[Resource, list[str], tuple[Operation, ...]]]:
    """Return resources of one kind on which the same is allowed as one, with their names."""
    operations: dict[tuple[Resource, str], tuple[Operation, ...]] = {}
    for right in rights:
        key = (right.resource, right.full_name(prefix))
        operations[key] = (*operations.get(key, ()), right.operation)
    alike: dict[tuple[Resource, tuple[Operation, ...]], list[str]] = {}
    for (resource, name), allowed in operations.items():
        alike.setdefault((resource, allowed), []).append(name)
    return [(resource, names, allowed) for (resource, allowed), names in alike.items()]
