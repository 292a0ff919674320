"""Write `kafka.lock` anew: `python -m wirewatch.local_kafka.relock`, after a new version here.

Kafka and its logging are resolved apart: in one request log4j's managed versions would pull
kafka-clients below the broker's own, which then dies of missing methods.
"""

import sys
import tempfile
from pathlib import Path

from jgo.maven import MavenContext

from wirewatch.local_kafka.jars import KAFKA_VERSION, LOCK, digest

ROOTS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",
)


def lock_text() -> str:
    """Resolve and fetch all jars afresh, and return the lock's text."""
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), local_repos=[], timeout=30)
        for root in ROOTS:
            inputs, transitive = context.resolver.resolve([context.create_dependency(root)])
            for dependency in (*inputs, *transitive):
                artifact = dependency.artifact
                name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
                digests[name] = digest(artifact.resolve())
    head = "# Written by python -m wirewatch.local_kafka.relock: group:artifact:version sha256\n"
    return head + "".join(f"{name} {sha256}\n" for name, sha256 in sorted(digests.items()))


if __name__ == "__main__":
    LOCK.write_text(lock_text(), "utf-8")
    sys.stdout.write(f"{LOCK}\n")
