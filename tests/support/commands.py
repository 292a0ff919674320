"""Run wirewatch's commands as processes, as a shell or a container would."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tests.support.kafkas import client_file
from tests.support.waiting import until

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CONFIGURATION = {name: "" for name in os.environ if name.startswith("WIREWATCH_")}
WORDS_ALONE = {"WIREWATCH_ENCODER": "none"}
"""An encoder takes a process and seconds to start: only tests that are about it have one."""


def environment(given: Mapping[str, str], words: Sequence[str] = ()) -> dict[str, str]:
    login = client_file([*words, given.get("WIREWATCH_KAFKA", "")])
    return {**os.environ, **NO_CONFIGURATION, "COLUMNS": "120", **WORDS_ALONE, **login, **given}


def ended(
    *words: str,
    stdin: bytes = b"",
    cwd: Path | None = None,
    given: Mapping[str, str] = NOTHING,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "wirewatch", *words],
        input=stdin,
        capture_output=True,
        timeout=300,
        check=False,
        cwd=cwd,
        env=environment(given, words),
    )


class Running:
    """A command that runs, with what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.process = process
        self._out = out
        self._err = err

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8")

    def says(self, words: str, seconds: float = 240.0) -> None:
        """Wait until it has said something; fail when it ended before."""

        def said() -> bool:
            if words in self.err or words in self.out:
                return True
            assert self.process.poll() is None, f"ended without {words!r}:\n{self.err}"
            return False

        until(said, seconds)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def running(
    folder: Path,
    words: Sequence[str],
    given: Mapping[str, str] = NOTHING,
    stdout: int | None = None,
) -> Iterator[Running]:
    """Run a command in the background; it is ended in any case. Logs are kept in `folder`.

    What it prints goes there too, or else to the file number `stdout`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*.out")))
    out, err = folder / f"{number}.out", folder / f"{number}.err"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, "-m", "wirewatch", *words],
            stdin=subprocess.DEVNULL,
            stdout=to_out if stdout is None else stdout,
            stderr=to_err,
            env=environment(given, words),
        )
        try:
            yield Running(process, out, err)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
