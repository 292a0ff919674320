"""A private Apache Kafka: started in a folder, waited for, stopped; it never outlives its owner."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from connectors.kafka import KafkaError
from connectors.kafka.users import set_password
from streams.contract.kafka_access import KafkaAccess, Login
from wirewatch import private_files
from wirewatch.local_kafka import access, parent_watch, server_properties
from wirewatch.local_kafka import folder as folders
from wirewatch.local_kafka.errors import BrokerError, ended_how
from wirewatch.local_kafka.jars import Progress, kafka_jars
from wirewatch.local_kafka.java import find_java
from wirewatch.local_kafka.jvm import Jvm, library_folder
from wirewatch.local_kafka.log_tail import OUTPUT, last_words, log_mark
from wirewatch.local_kafka.ready import is_ready
from wirewatch.local_kafka.storage import format_storage, is_formatted

log = structlog.get_logger()

START_SECONDS = 120.0
STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.1


class PrivateKafka:
    """One Kafka on loopback whose log lives in `folder`. Also a context manager.

    `start` may be called again after the JVM died: the log and the address stay. `stop` may be
    called from another thread while `start` runs, and ends it.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, progress: Progress | None = None
    ) -> None:
        """Without `port` a free one is found; `progress` hears of jars being fetched."""
        self.folder = folder.absolute()
        self._port = port
        self._progress = progress
        self._lock: int | None = None
        self._place: folders.KafkaIdentity | None = None
        self._login: Login | None = None
        self._owner = access.new_owner()
        self._jvm: subprocess.Popen[bytes] | None = None
        self._log_mark = 0
        self._busy = threading.RLock()
        self._stop_asked = threading.Event()

    @property
    def address(self) -> str:
        """`HOST:PORT` of the last start."""
        if self._place is None:
            raise BrokerError("the private Kafka has no address before its first start")
        return f"{server_properties.HOST}:{self._place.port}"

    @property
    def access(self) -> KafkaAccess:
        """How clients reach it since the last start."""
        return KafkaAccess(self.address, self._login)

    @property
    def client_file(self) -> Path:
        """The file that tells other programs of this user the same."""
        return access.client_file_in(self.folder)

    @property
    def pid(self) -> int | None:
        """The JVM's process id; None when it doesn't run."""
        return self._jvm.pid if self._jvm is not None and self._jvm.poll() is None else None

    @property
    def exit_code(self) -> int:
        """How the JVM ended, as `subprocess` tells it; 0 while it runs or never ran."""
        return (self._jvm.poll() if self._jvm is not None else 0) or 0

    def alive(self) -> bool:
        """Whether the JVM runs."""
        return self.pid is not None

    def answers(self, timeout: float) -> bool:
        """Whether it answers in time; one that stands still lives, but doesn't. Blocks."""
        return is_ready(self._owners_access(), timeout=timeout)

    def start(self, timeout: float = START_SECONDS) -> None:
        """Start Kafka and return once it serves; raise `BrokerError` when it doesn't in time.

        The time limit begins when all jars are there.
        """
        with self._busy:
            if self.alive():
                return
            self._stop_asked.clear()
            if self._jvm is not None:
                self._end(self._jvm, 0)
            try:
                with folders.clear_errors(self.folder):
                    self._launch()
                self._wait_until_ready(timeout)
                self._let_clients_in()
            except BaseException:
                self.stop()
                raise

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End the JVM, by SIGTERM and after `timeout` seconds by SIGKILL, and leave the folder."""
        self._stop_asked.set()
        with self._busy:
            if self._jvm is not None:
                self._end(self._jvm, timeout)
                self._jvm = None
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def kill(self) -> None:
        """End the JVM now, whatever else is under way. What it has acknowledged is kept."""
        self._stop_asked.set()
        jvm = self._jvm
        if jvm is not None and jvm.poll() is None:
            jvm.kill()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _launch(self) -> None:
        private_files.take_over(self.folder, own=(server_properties.LOG_FOLDER,))
        if self._lock is None:
            self._lock = folders.lock(self.folder, self._heed_stop)
        folders.prepare(self.folder)
        jvm = Jvm(
            java=find_java(),
            jars=kafka_jars(self._progress, self._heed_stop),
            unpacks_in=library_folder(self.folder),
        )
        # Whoever heard the address must find Kafka there again.
        port = self._place.port if self._place else self._port
        place = self._place = folders.settle(self.folder, port)
        properties = server_properties.server_properties(
            port=place.port,
            controller_port=place.controller_port,
            password=self._owner.password,
        )
        private_files.write(self.folder / "server.properties", properties)
        (self.folder / "log4j2.properties").write_text(
            server_properties.log4j2_properties(), "utf-8"
        )
        if not is_formatted(self.folder, place.cluster_id):
            format_storage(
                self.folder,
                jvm.command("kafka.tools.StorageTool"),
                jvm.environment(),
                cluster_id=place.cluster_id,
                properties=properties,
                heed=self._heed_stop,
            )
        self._log_mark = log_mark(self.folder)
        self._jvm = self._run(jvm, self._lock)
        log.info("kafka_starting", address=self.address, pid=self._jvm.pid, folder=str(self.folder))

    def _run(self, jvm: Jvm, lock: int) -> subprocess.Popen[bytes]:
        on_leash = [sys.executable, "-I", "-S", parent_watch.__file__]
        with (self.folder / OUTPUT).open("wb") as output:
            return subprocess.Popen(
                [*on_leash, *jvm.command("kafka.Kafka"), "server.properties"],
                cwd=self.folder,
                env=jvm.environment(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[lock],
                # Ctrl-C on the terminal is for the owner, who stops Kafka last.
                start_new_session=True,
            )

    def _wait_until_ready(self, timeout: float) -> None:
        place, jvm = self._place, self._jvm
        if place is None or jvm is None:
            return
        deadline = time.monotonic() + timeout
        while not is_ready(self._owners_access()):
            if jvm.poll() is not None:
                self._fail(f"ended while starting: it {ended_how(jvm.returncode)}")
            if time.monotonic() > deadline:
                self._fail(f"did not answer within {timeout:.0f} s")
            self._stop_asked.wait(_LOOK_SECONDS)
            self._heed_stop()

    def _owners_access(self) -> KafkaAccess:
        return KafkaAccess(self.address, self._owner)

    def _let_clients_in(self) -> None:
        """Return clients their password, at each start: the log may be another one than before."""
        login = access.kept_or_new(self.folder)
        try:
            set_password(self._owners_access(), login)
        except KafkaError as error:
            self._fail(f"did not let clients in: {error}")
        self._login = login
        with folders.clear_errors(self.folder):
            access.keep(self.folder, self.access)
        log.info("kafka_ready", address=self.address, pid=self.pid)

    def _heed_stop(self) -> None:
        if self._stop_asked.is_set():
            raise BrokerError(f"the private Kafka in {self.folder} was stopped while starting")

    def _fail(self, how: str) -> None:
        words = last_words(self.folder, self._log_mark)
        raise BrokerError(f"the private Kafka in {self.folder} {how}. The last it said:\n{words}")

    def _end(self, jvm: subprocess.Popen[bytes], timeout: float) -> None:
        """End a JVM that may be gone already, and its watcher."""
        if jvm.poll() is None:
            jvm.send_signal(signal.SIGTERM)
        try:
            jvm.wait(timeout)
        except subprocess.TimeoutExpired:
            log.warning("kafka_killed", pid=jvm.pid, waited=timeout)
            jvm.kill()
            jvm.wait()
        if jvm.stdin is not None:
            jvm.stdin.close()
