"""The way out of a run: whoever doesn't read it holds nobody up."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from tests.support.waiting import until
from wirewatch.runtime import nonblocking_output
from wirewatch.runtime.nonblocking_output import Outlet

LINE = "x" * 999 + "\n"


class Pipe:
    """A pipe with an outlet into it, and what the outlet said was left out."""

    def __init__(self) -> None:
        self.reader, writer = os.pipe()
        self.writer: TextIO = os.fdopen(writer, "w")
        self.left_out: list[int] = []
        self.outlet = Outlet(self.writer, self.left_out.append)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    # The outlet's thread waits for more for as long as the tests run, so the writer stays open.
    os.close(pipe.reader)


def test_what_is_written_arrives_in_order(pipe: Pipe) -> None:
    for number in range(3):
        pipe.outlet.write(f"{number}\n")
    pipe.outlet.drain(30)
    assert os.read(pipe.reader, 100) == b"0\n1\n2\n"


def test_a_pipe_that_nobody_reads_holds_nobody_up_and_loses_only_what_is_too_much(
    pipe: Pipe,
) -> None:
    written = 2 * nonblocking_output.MOST_BYTES // len(LINE)
    for _ in range(written):
        pipe.outlet.write(LINE)
    pipe.outlet.drain(0.1)
    read: list[bytes] = []
    threading.Thread(target=lambda: read.extend(chunks(pipe.reader)), daemon=True).start()
    until(lambda: pipe.left_out)
    until(lambda: b"".join(read).count(b"\n") + pipe.left_out[0] == written)
    assert 0.4 * written < pipe.left_out[0] < 0.6 * written
    pipe.outlet.write("on again\n")
    until(lambda: b"".join(read).endswith(b"on again\n"))


def test_a_reader_that_is_gone_holds_nobody_up(pipe: Pipe) -> None:
    os.close(pipe.reader)
    pipe.reader = os.open(os.devnull, os.O_RDONLY)
    pipe.outlet.write(LINE)
    pipe.outlet.drain(30)
    for _ in range(10):
        pipe.outlet.write(LINE)
    pipe.outlet.drain(30)


def test_what_a_terminal_cannot_show_is_marked(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        out = Outlet(stream, lambda _: None)
        out.write("Phnom Penh · ភ្នំពេញ\n")
        out.drain(30)
    assert (tmp_path / "out").read_text().startswith("Phnom Penh ? ")


def chunks(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, 65536):
        yield chunk
