"""Three Kafkas on loopback that are one cluster, each to be stopped, killed and started again."""

import base64
import random
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.contract.kafka_access import KafkaAccess
from wirewatch.local_kafka import server_properties
from wirewatch.local_kafka.folder import is_free
from wirewatch.local_kafka.jars import kafka_jars
from wirewatch.local_kafka.java import find_java
from wirewatch.local_kafka.jvm import Jvm
from wirewatch.local_kafka.log_tail import last_words
from wirewatch.local_kafka.ready import is_ready

BROKERS = (1, 2, 3)
HEAP = ("-Xms128m", "-Xmx256m")
# Kafka's own 128 MiB would be half of that heap in one piece, for which there isn't always room.
SMALL = f"log.cleaner.dedupe.buffer.size={16 * server_properties.MEBIBYTE}\n"
START_SECONDS = 180.0
STOP_SECONDS = 60.0
LOOK_SECONDS = 0.2
ANSWER_SECONDS = 5.0
PORTS = (20_000, 32_000)
"""Below those that systems take for outgoing connections."""


class Cluster:
    """Each broker is a controller too, and all have the same login."""

    def __init__(self, folder: Path, settings: Mapping[int, str], access: KafkaAccess) -> None:
        """Run nothing yet: each broker has its `server.properties`, and its address in `access`."""
        self._folder = folder
        self._settings = settings
        self._jvm = Jvm(java=find_java(), jars=kafka_jars())
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self.access = access

    def __enter__(self) -> Self:
        """Format and start all, and wait until each is in the cluster."""
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        try:
            for tool in [self._format(node, cluster_id) for node in BROKERS]:
                _until_done(tool)
            for node in BROKERS:
                self.start(node)
            self.until_whole()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill all."""
        self._end()

    def start(self, node: int) -> None:
        """Start a broker with what it had; don't wait for it."""
        home = self._home(node)
        with (home / "kafka.out").open("ab") as output:
            self._running[node] = subprocess.Popen(
                self._command("kafka.Kafka", "server.properties"),
                cwd=home,
                env=self._jvm.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start_missing(self) -> None:
        """Start all that don't run, those too that ended by themselves: Compose does so."""
        for node in BROKERS:
            broker = self._running.get(node)
            if broker is None or broker.poll() is not None:
                self.start(node)

    def stop(self, node: int) -> None:
        """Stop a broker in order: it hands over what it leads."""
        broker = self._running.pop(node)
        broker.terminate()
        try:
            broker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            broker.kill()
            broker.wait()

    def kill(self, node: int) -> None:
        """Kill -9 a broker."""
        broker = self._running.pop(node)
        broker.kill()
        broker.wait()

    def leads(self, topic: str, partition: int = 0) -> int:
        """Return which broker leads a partition."""
        (told,) = self._ask([topic])
        return next(
            int(part["leader_id"])
            for part in told["partitions"]
            if part["partition_index"] == partition
        )

    def until_whole(self, topics: Sequence[str] = ()) -> None:
        """Wait until every broker answers and has all that is written to some topics."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_whole(topics):
            for node, broker in self._running.items():
                if (code := broker.poll()) is not None:
                    words = last_words(self._home(node))
                    raise RuntimeError(f"broker {node} ended with exit code {code}: {words}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"the cluster isn't whole after {START_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)

    def _is_whole(self, topics: Sequence[str]) -> bool:
        each = [replace(self.access, address=address) for address in self.access.addresses]
        if not all(is_ready(one) for one in each):
            return False
        with suppress(KafkaError, OSError):
            return all(
                len(part["isr_nodes"]) == len(BROKERS)
                for topic in self._ask(topics)
                for part in topic["partitions"]
            )
        return False

    def _ask(self, topics: Sequence[str]) -> list[Any]:
        wait = int(ANSWER_SECONDS * 1000)
        admin = KafkaAdminClient(
            **self.access.client_settings(), bootstrap_timeout_ms=wait, request_timeout_ms=wait
        )
        try:
            if len(admin.describe_cluster()["brokers"]) < len(BROKERS):
                raise KafkaError("brokers are missing")
            return list(admin.describe_topics([*topics])) if topics else []
        finally:
            admin.close()

    def _format(self, node: int, cluster_id: str) -> subprocess.Popen[bytes]:
        home = self._home(node)
        (home / "tmp").mkdir(parents=True)
        (home / "server.properties").write_text(self._settings[node] + SMALL, "utf-8")
        (home / "log4j2.properties").write_text(server_properties.log4j2_properties(), "utf-8")
        given = (f"--cluster-id={cluster_id}", "--config=server.properties")
        return subprocess.Popen(
            self._command("kafka.tools.StorageTool", "format", *given),
            cwd=home,
            env=self._jvm.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def _command(self, main: str, *words: str) -> list[str]:
        *java, name = self._jvm.command(main)
        return [*java, *HEAP, name, *words]

    def _home(self, node: int) -> Path:
        return self._folder / f"broker-{node}"

    def _end(self) -> None:
        for node in [*self._running]:
            with suppress(ProcessLookupError):
                self.kill(node)


def kept_port() -> int:
    """Return a free port that no outgoing connection gets while its broker is away."""
    return next(port for port in iter(_any_port, None) if is_free(port))


def _any_port() -> int:
    return random.randrange(*PORTS)


def on_loopback(folder: Path) -> Cluster:
    """Return a cluster that lets anybody in: it is for trials alone."""
    ports, voting = ({node: kept_port() for node in BROKERS} for _ in range(2))
    voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in voting.items())
    settings = {node: _settings(node, ports[node], voting[node], voters) for node in BROKERS}
    addresses = ",".join(f"127.0.0.1:{port}" for port in ports.values())
    return Cluster(folder, settings, KafkaAccess(addresses))


def _settings(node: int, port: int, voting: int, voters: str) -> str:
    listeners = f"CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{voting}"
    lines = [
        "process.roles=broker,controller",
        f"node.id={node}",
        f"listeners={listeners}",
        f"advertised.listeners={listeners}",
        "listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name=CLIENT",
        "controller.listener.names=CONTROLLER",
        f"controller.quorum.voters={voters}",
        f"log.dirs={server_properties.LOG_FOLDER}",
        "default.replication.factor=3",
        "min.insync.replicas=2",
        "offsets.topic.replication.factor=3",
        "offsets.topic.num.partitions=8",
        "transaction.state.log.replication.factor=3",
        "transaction.state.log.num.partitions=1",
        "share.coordinator.state.topic.replication.factor=3",
        "share.coordinator.state.topic.num.partitions=1",
        "auto.create.topics.enable=false",
        "group.initial.rebalance.delay.ms=0",
        f"message.max.bytes={server_properties.MAX_MESSAGE_BYTES}",
        f"replica.fetch.max.bytes={server_properties.MAX_MESSAGE_BYTES}",
        "num.network.threads=2",
        "num.io.threads=4",
        "background.threads=2",
    ]
    return "\n".join(lines) + "\n"


def _until_done(tool: subprocess.Popen[bytes]) -> None:
    if tool.wait(START_SECONDS):
        raise RuntimeError(f"{tool.args!r} failed")
