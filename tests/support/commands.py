"""Run wirewatch's commands as processes, as a shell or a container would."""

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
import structlog

from tests.support.kafkas import client_file
from tests.support.waiting import PATIENCE, until
from wirewatch.cli.main import main

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_CONFIGURATION = {name: "" for name in os.environ if name.startswith("WIREWATCH_")}
ASKING = (signal.SIGINT, signal.SIGTERM)
"""Signals that ask a command to end."""
LAST_SAID = 5_000
"""Characters of a log that tell why a command ended as it did."""
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


def ended_here(
    *words: str,
    stdin: bytes = b"",
    cwd: Path | None = None,
    given: Mapping[str, str] = NOTHING,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end in this process, where it begins a hundred times sooner.

    For what a command says and does; that one begins and ends as a process, and what it logs, is
    for `ended`.
    """
    out, err = io.BytesIO(), io.BytesIO()
    code: object = 0
    log, handlers = structlog.get_config(), [signal.getsignal(one) for one in ASKING]
    root = logging.getLogger()
    theirs = root.handlers, root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["wirewatch", *words])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", write_through=True))
        for name, value in environment(given, words).items():
            patch.setenv(name, value)
        patch.chdir(Path.cwd() if cwd is None else cwd)
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            structlog.configure(**log)
            root.handlers, root.level = theirs
            for number, handler in zip(ASKING, handlers, strict=True):
                signal.signal(number, handler)
        said = out.getvalue(), err.getvalue()  # they are closed with the streams around them
    assert isinstance(code, int)
    return subprocess.CompletedProcess(words, code, *said)


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

    def says(self, words: str, seconds: float = PATIENCE) -> None:
        """Wait until it has said something; fail when it ended before."""

        def said() -> bool:
            if words in self.err or words in self.out:
                return True
            assert self.process.poll() is None, f"ended without {words!r}:\n{self.err}"
            return False

        until(said, seconds)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; give its exit code. What it said last is shown when that isn't 0."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        if code:
            sys.stderr.write(f"exit code {code} after:\n{self.err[-LAST_SAID:]}\n")
        return code


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
