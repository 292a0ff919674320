"""Parse feeds in processes of their own: a feed that hangs or kills its parser harms no other.

Each worker takes one feed at a time, has limits of time, CPU and memory, and is replaced after
500 feeds, since feedparser's memory only grows.
"""

import asyncio
import pyexpat
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import msgspec

from connectors.errors import ConnectorError
from connectors.formats.entry import NotAFeedError, NotInTimeError, Parsed
from connectors.isolated_process import kill, read_frame, start, write_frame
from connectors.parsing.parser_messages import ParseAnswer, Request, Task

WORKERS = 2
SECONDS = 20.0
"""Of CPU, and as many again by the clock: other work must not look like a feed's fault."""
FEEDS_PER_WORKER = 500
OLDEST_EXPAT = (2, 4, 1)
WORKER = (sys.executable, "-P", "-m", "connectors.parsing.parser_worker")


class UnsafeParserError(ConnectorError):
    """This Python's XML parser lets a small file fill the memory."""


class ParserPool:
    """A few parser processes. Close it in any case."""

    def __init__(
        self,
        workers: int = WORKERS,
        seconds: float = SECONDS,
        *,
        program: Sequence[str] = WORKER,
        feeds_per_worker: int = FEEDS_PER_WORKER,
    ) -> None:
        """Start no process yet: each comes with its first feed. Raises `UnsafeParserError`."""
        check_expat(pyexpat.version_info)
        self._seconds = seconds
        self.answered = 0
        """How many documents it was given that came to an end, good or bad."""
        self._threads = ThreadPoolExecutor(max(1, workers), thread_name_prefix="parser")
        self._all = [ParserProcess(program, feeds_per_worker) for _ in range(workers)]
        self._idle: asyncio.Queue[ParserProcess] = asyncio.Queue()
        for worker in self._all:
            self._idle.put_nowait(worker)

    async def parse(
        self, body: bytes, url: str, content_type: str, start: int = 0, *, task: Task = Task.FEED
    ) -> Parsed:
        """Parse a feed into plain text, from the entry numbered `start` on as far as time allows.

        Another `task` reads another kind of document.

        Raises `NotAFeedError`, also for one no parser survives, and `NotInTimeError` where other
        work may have taken the time.
        """
        worker = await self._idle.get()
        request = Request(body, url, content_type, self._seconds, start, task)
        loop = asyncio.get_running_loop()
        asking = loop.run_in_executor(self._threads, worker.ask, request)
        try:
            answer = await asyncio.wait_for(asking, 2 * self._seconds)
        except TimeoutError:
            worker.end()
            raise NotInTimeError(f"not parsed after {2 * self._seconds:.0f} s") from None
        except asyncio.CancelledError:
            worker.end()
            raise
        finally:
            self.answered += 1
            self._idle.put_nowait(worker)
        if answer.parsed is None:
            raise NotAFeedError(answer.reason)
        return answer.parsed

    def close(self) -> None:
        """End all workers at once."""
        for worker in self._all:
            worker.end()
        self._threads.shutdown(cancel_futures=True)


class ParserProcess:
    """One parser process, started when it is needed."""

    def __init__(self, program: Sequence[str] = WORKER, most_feeds: int = FEEDS_PER_WORKER) -> None:
        """Say what to start, and after how many documents to start it anew."""
        self._program = program
        self._most_feeds = most_feeds
        self._feeds = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._answers = msgspec.msgpack.Decoder(ParseAnswer)

    def ask(self, request: Request) -> ParseAnswer:
        """Have a document parsed. Blocks; `end` from another thread makes it return."""
        process = self._running()
        frame = b""
        if process.stdin and process.stdout:
            with suppress(OSError, ValueError):  # it died, or was ended from the other thread
                write_frame(process.stdin, msgspec.msgpack.encode(request))
                frame = read_frame(process.stdout)
        self._feeds += 1
        if not frame:
            reason = _reason(process, request)
            self._done_with(process)
            return ParseAnswer(None, reason)
        try:
            answer = self._answers.decode(frame)
        except msgspec.MsgspecError:
            answer = ParseAnswer(None, "its parser gives an answer that can't be read", last=True)
        if answer.last or self._feeds >= self._most_feeds:
            self._done_with(process)
        return answer

    def end(self) -> None:
        """End the process; the next document gets a new one."""
        process, self.process = self.process, None
        if process is not None:
            kill(process)

    def _done_with(self, process: subprocess.Popen[bytes]) -> None:
        """End a process, unless another thread did and there is already a new one."""
        if self.process is process:
            self.end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self._feeds = 0
            self.process = start(self._program)
        return self.process


def check_expat(version: tuple[int, int, int]) -> None:
    """Make sure of libexpat's guard against entities that grow without end."""
    if version < OLDEST_EXPAT:
        found, needed = (".".join(map(str, one)) for one in (version, OLDEST_EXPAT))
        raise UnsafeParserError(
            f"libexpat {found} can be made to fill the memory by a small file;"
            f" use a Python with libexpat {needed} or newer"
        )


def _reason(process: subprocess.Popen[bytes], request: Request) -> str:
    """Say why a worker ended without an answer."""
    code = process.wait()
    if code == -signal.SIGXCPU:
        return f"not parsed in {request.seconds:.0f} s of computing"
    return f"it kills the parser ({signal.Signals(-code).name if code < 0 else f'exit {code}'})"
