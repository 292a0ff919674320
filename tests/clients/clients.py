"""The clients of docs/clients: what each needs, and the command that runs it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.contract.kafka_access import KafkaAccess
from tests.support.commands import Running
from wirewatch.local_kafka.client_file import for_java, for_librdkafka
from wirewatch.local_kafka.jars import kafka_jars

NODE = 22
CLIENTS = Path(__file__).parents[2] / "docs" / "clients"


@dataclass(frozen=True)
class Client:
    """A client by its name.

    `command` makes it ready in a folder that holds a copy of its own, and returns how it is run.
    """

    name: str
    folder: str
    command: Callable[[Path], Sequence[str | Path]]
    login: Callable[[KafkaAccess], str] = for_librdkafka
    fetches: bool = False


def tool(name: str) -> str:
    """Return where a tool is; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on the path")
    return found


def fetch(folder: Path, *words: str | Path) -> None:
    """Fetch what a client needs; where that can't be had the test is skipped."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        pytest.skip(f"{' '.join(map(str, words))} failed: {said[-1] if said else 'silently'}")


def kafka_python(folder: Path) -> Sequence[str | Path]:
    return [sys.executable, folder / "kafka_python_alerts.py"]


def aiokafka(folder: Path) -> Sequence[str | Path]:
    return [sys.executable, folder / "aiokafka_alerts.py"]


def confluent_kafka(folder: Path) -> Sequence[str | Path]:
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    words = ("-m", "pip", "install", "--quiet", "--only-binary", ":all:", "confluent-kafka>=2.11")
    fetch(folder, python, *words)
    return [python, folder / "confluent_kafka_alerts.py"]


def java(folder: Path) -> Sequence[str | Path]:
    """Compile it against the jars of the private Kafka, which are there."""
    jars = os.pathsep.join(map(str, kafka_jars()))
    source = folder / "src" / "main" / "java" / "Alerts.java"
    subprocess.run([tool("javac"), "-cp", jars, "-d", folder, source], check=True)
    return [tool("java"), "-cp", f"{jars}{os.pathsep}{folder}", "Alerts"]


def java_by_maven(folder: Path) -> Sequence[str | Path]:
    fetch(folder, tool("mvn"), "-q", "-B", "dependency:copy-dependencies")
    subprocess.run([tool("mvn"), "-q", "-B", "compile"], cwd=folder, check=True)
    target = folder / "target"
    return [tool("java"), "-cp", f"{target}/classes{os.pathsep}{target}/dependency/*", "Alerts"]


def go(folder: Path) -> Sequence[str | Path]:
    fetch(folder, tool("go"), "mod", "download")
    subprocess.run([tool("go"), "build", "-o", "alerts", "."], cwd=folder, check=True)
    return [folder / "alerts"]


def javascript(folder: Path) -> Sequence[str | Path]:
    """Where Node is older than the client wants, a newer one comes by npm."""
    fetch(folder, tool("npm"), "ci", "--no-audit", "--no-fund")
    node = tool("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < NODE:
        fetch(
            folder, tool("npm"), "install", "--no-save", "--no-audit", "--no-fund", f"node@{NODE}"
        )
        node = str(folder / "node_modules" / "node" / "bin" / "node")
    return [node, folder / "alerts.js"]


ALL = (
    Client("kafka-python", "python", kafka_python),
    Client("aiokafka", "python", aiokafka),
    Client("java", "java", java, login=for_java),
    Client("confluent-kafka", "python", confluent_kafka, fetches=True),
    Client("java-by-maven", "java", java_by_maven, login=for_java, fetches=True),
    Client("go", "go", go, fetches=True),
    Client("javascript", "javascript", javascript, fetches=True),
)


class Ready:
    """A client that can be run on a Kafka."""

    def __init__(self, client: Client, folder: Path, kafka: KafkaAccess) -> None:
        self.kafka = kafka
        self._folder = folder
        home = folder / "client"
        shutil.copytree(CLIENTS / client.folder, home)
        self._command = client.command(home)
        self._login = folder / "client.conf"
        self._login.touch(0o600)
        self._login.write_text(client.login(kafka))

    @contextmanager
    def reading(self, prefix: str, pair: str, since: str = "") -> Iterator[Running]:
        """Run it; in the end Ctrl-C ends it. Its group is the same for each prefix."""
        words: list[str | Path] = [self._login, f"{prefix}desk", pair]
        if since:
            words.append(since)
        number = len(list(self._folder.glob("*.out")))
        out, err = self._folder / f"{number}.out", self._folder / f"{number}.err"
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = subprocess.Popen(
                [*self._command, *words],
                stdin=subprocess.DEVNULL,
                stdout=to_out,
                stderr=to_err,
                env={**os.environ, "WIREWATCH_PREFIX": prefix},
            )
            try:
                yield Running(process, out, err)
                process.send_signal(signal.SIGINT)
                process.wait(60)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
