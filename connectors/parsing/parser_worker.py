"""The process in which documents are parsed: one after the other, each within its limits.

    python -m connectors.parsing.parser_worker

Requests come on standard input, answers go to standard output. It ends with its input, and so
with its parent. It is given no secrets: what reads hostile bytes should have nothing to lose.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

import msgspec

from connectors.formats import registry, wire_list
from connectors.formats.entry import NotAFeedError
from connectors.isolated_process import read_frame, write_frame
from connectors.parsing import page
from connectors.parsing.parser_messages import ParseAnswer, Request, Task
from connectors.parsing.portions import Parse, parse_in_time

MIB = 1 << 20


TASKS: Mapping[Task, Parse] = MappingProxyType(
    {
        Task.FEED: registry.parse,
        Task.LIST: wire_list.parse,
        Task.ARTICLE: page.parse_article,
        Task.LINKS: page.parse_links,
    }
)


def main(parse: Parse | None = None, memory_mib: int = 512) -> None:
    """Answer requests until there are no more; all of them by `parse`, if that is given."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib * MIB, most))
    requests = msgspec.msgpack.Decoder(Request)
    # What a parser prints must not get between the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    while frame := read_frame(sys.stdin.buffer):
        request = requests.decode(frame)
        answer = respond(request, parse or TASKS[request.task])
        write_frame(answers, msgspec.msgpack.encode(answer))
        if answer.last:
            return


def respond(request: Request, parse: Parse) -> ParseAnswer:
    """Parse one document. The system ends the process when that takes too long."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime + request.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))
    try:
        parsed = parse_in_time(
            parse,
            request.body,
            request.url,
            request.content_type,
            start=request.start,
            late=_late_after(request.seconds / 2),
        )
        return ParseAnswer(parsed)
    except NotAFeedError as error:
        return ParseAnswer(None, str(error))
    except MemoryError:
        return ParseAnswer(None, "it takes too much memory to read", last=True)
    except Exception as error:  # noqa: BLE001 - a reader's fault, met in one feed, stops no other
        return ParseAnswer(None, f"not understood: {type(error).__name__}", last=True)


def _late_after(seconds: float) -> Callable[[], bool]:
    """Return what says whether so much time has passed, by the clock: other work takes some too."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


if __name__ == "__main__":
    main()
