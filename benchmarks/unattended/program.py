"""The program under test, as a user starts it: its log, its processes, its memory, its offsets."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from benchmarks.support import stand
from benchmarks.unattended.judge import Sample
from streams.contract.codec import decode
from streams.contract.kafka_access import KafkaAccess
from streams.contract.topics import ALERTS, DEAD_LETTERS, MATCHES, STORIES, TAGGED, Topic
from streams.model.story import Story
from wirewatch.local_kafka.client_file import read_client_file

GROUPS: dict[str, tuple[Topic, ...]] = {
    "wirewatch": (STORIES, TAGGED, MATCHES),
    "wirewatch-deliver": (ALERTS,),
}
ANSWER_SECONDS = 4.0
LEAVE_SECONDS = 20.0
"""In which the processes of a killed supervisor end, and all at an orderly stop."""
LOOK_SECONDS = 0.25
FOUND_AT = "Kafka is at "


class Program:
    """`wirewatch run --json` in a folder, and what is left of it."""

    def __init__(self, folder: Path, *words: str) -> None:
        """Run nothing yet; `words` are more of its options."""
        self._folder = folder
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._rest = b""
        self.kafka: KafkaAccess | None = None
        self.events: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        """Services that ended by themselves, with the cause that the run tells."""
        self.stray: list[str] = []
        """Lines of its log that are no log lines."""
        self.errors: Counter[str] = Counter()
        self.ended: list[str] = []
        """Ends of the run itself that nobody asked for."""
        self._known: dict[int, psutil.Process] = {}

    @property
    def log(self) -> Path:
        """Where its standard error goes."""
        return self._folder / "run.log"

    def start(self) -> None:
        """Start it, again too."""
        command = Path(sys.executable).with_name("wirewatch")
        with self.log.open("ab") as err, (self._folder / "run.out").open("ab") as out:
            self._process = subprocess.Popen(
                [str(command), "run", "--json", "--config", str(self._folder), *self._words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def keep(self) -> None:
        """Start it again if it ended unasked, and put that on record."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self.ended.append(f"code {code}")
            self.start()

    def kill(self) -> None:
        """Kill -9 the run itself."""
        if self._process is not None:
            self.look()
            self._process.kill()
            self._process.wait()
            self._process = None

    def find(self, victim: str) -> psutil.Process | None:
        """Find a service by its command, or the broker's JVM."""
        for process in self.look():
            with suppress(psutil.Error):
                is_java = victim == "broker" and process.name() == "java"
                words = process.cmdline()
                if is_java or words[1:5] == ["-P", "-m", "wirewatch", victim]:
                    return process
        return None

    def look(self) -> list[psutil.Process]:
        """Return the run with all its processes, and remember them."""
        if self._process is None:
            return []
        try:
            top = psutil.Process(self._process.pid)
            tree = [top, *top.children(recursive=True)]
        except psutil.Error:
            return []
        self._known.update({process.pid: process for process in tree})
        return tree

    def left_behind(self) -> list[psutil.Process]:
        """Return processes that were its own, live on, and are of its tree no more."""
        own = {process.pid for process in self.look()}
        return [one for pid, one in self._known.items() if pid not in own and _lives(one)]

    def memory(self) -> Counter[str]:
        """Return the memory of each part in KiB, shared pages shared out (PSS)."""
        parts: Counter[str] = Counter()
        for process in self.look():
            with suppress(OSError, psutil.Error):
                lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
                size = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                words = process.cmdline()
                is_service = words[1:4] == ["-P", "-m", "wirewatch"]
                others = "broker" if process.name() == "java" else "others"
                parts[words[4] if is_service else others] += size
        return parts

    def hear(self) -> None:
        """Read what it has logged since."""
        if not self.log.exists():
            return
        with self.log.open("rb") as log:
            log.seek(self._read)
            new = log.read()
        self._read += len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            self._take(line)

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(line[:300] for line in lines[-8:])

    def _take(self, line: bytes) -> None:
        try:
            facts: Any = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            self.stray.append(line.decode("utf-8", "replace"))
            return
        event, service = str(facts.get("event", "")), str(facts.get("service", ""))
        self.events[f"{service} {event[:60]}"] += 1
        login = self._folder / "data" / "kafka" / "client.conf"
        if event.startswith(FOUND_AT) and login.exists():  # a Kafka of its own
            self.kafka = read_client_file(login)
        if event == "restarting":
            self.ends[f"{service}: {facts.get('cause')}"] += 1
        elif facts.get("level") in {"error", "critical"}:
            self.errors[f"{service}: {event.splitlines()[0][:140] if event else ''}"] += 1

    async def stop(self) -> tuple[int | None, float]:
        """Stop it by SIGTERM: the exit code, and the seconds that took. Kills what stays."""
        code, began = None, time.monotonic()
        if self._process is not None and self.alive:
            self.look()
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                code = await asyncio.to_thread(self._process.wait, LEAVE_SECONDS)
        return code, time.monotonic() - began

    async def orphans(self) -> list[str]:
        """Wait for all its processes to end; name those that don't."""
        left = self.left_behind()
        for _ in range(int(LEAVE_SECONDS / LOOK_SECONDS)):
            if not left:
                break
            await asyncio.sleep(LOOK_SECONDS)
            left = self.left_behind()
        return [f"{one.pid} {' '.join(_words(one))[:100]}" for one in left]

    def clean_up(self) -> None:
        """End whatever still runs of it, also what was stopped."""
        self.look()
        self._process = None
        for process in self._known.values():
            with suppress(psutil.Error):
                if process.is_running():
                    process.send_signal(signal.SIGCONT)
                    process.kill()


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def read_stories(address: KafkaAccess) -> list[tuple[str, str, str]]:
    """Read feed, headline and id of every story on Kafka; none if it's away."""
    try:
        with closing(stand.Reader(address, STORIES.name)) as reader:
            stories = [decode(record.value, Story) for record in reader.rest()]
    except KafkaError:
        return []
    return [(story.feed, story.headline, story.id) for story in stories]


class Offsets:
    """Asks Kafka how far the groups are; blocks for some seconds at most."""

    def __init__(self) -> None:
        """Connect at the first question."""
        self._admin: Any = None
        self._address: KafkaAccess | None = None

    def ask(self, address: KafkaAccess, at: float) -> tuple[Sample, int] | None:
        """Return committed and end offsets, and the number of dead letters; `None` if it's away."""
        try:
            if self._admin is None or address != self._address:
                self.close()
                self._address = address
                self._admin = KafkaAdminClient(
                    **address.client_settings(),
                    bootstrap_timeout_ms=int(ANSWER_SECONDS * 1000),
                    request_timeout_ms=int(ANSWER_SECONDS * 1000),
                )
            return self._ask(at)
        except (KafkaError, OSError):
            self.close()
            return None

    def _ask(self, at: float) -> tuple[Sample, int]:
        groups = self._admin.list_group_offsets(list(GROUPS))
        names = [t.name for topics in GROUPS.values() for t in topics] + [DEAD_LETTERS.name]
        told = self._admin.describe_topics(names)
        parts: list[Any] = [
            TopicPartition(topic["name"], one["partition_index"])
            for topic in told
            for one in topic["partitions"]
        ]
        ends = self._admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
        places = {}
        for group, topics in GROUPS.items():
            committed = groups.get(group, {})
            for part in parts:
                if part.topic in {topic.name for topic in topics}:
                    offset = committed[part].offset if part in committed else 0
                    places[f"{group} {part.topic}-{part.partition}"] = (
                        max(offset, 0),
                        ends[part].offset,
                    )
        letters = sum(ends[part].offset for part in parts if part.topic == DEAD_LETTERS.name)
        return Sample(at=at, places=places), letters

    def close(self) -> None:
        """Let go of the connection."""
        if self._admin is not None:
            with suppress(KafkaError, OSError):
                self._admin.close()
        self._admin = None
