"""The process that runs a back-test: a plan on standard input, lines of JSON on standard output.

It gives way to everything else on the machine, takes no more than its memory, and ends with
whoever started it.
"""

import os
import resource
import sys
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from wirewatch.archive import queries
from wirewatch.archive.past_stories import past_stories
from wirewatch.archive.watch_history import verdicts_on
from wirewatch.errors import ProgramError
from wirewatch.history.backtest import (
    MOST_ALERTS,
    Backtest,
    BacktestFailure,
    BacktestMessage,
    BacktestPlan,
    BacktestResult,
    TooManyAlertsError,
)
from wirewatch.runtime import logs

log = structlog.get_logger()

NICE = 10
"""How far it stands behind other processes; somebody waits for it."""
MEMORY = 2 << 30
"""Bytes of address space. A back-test of a month needs a tenth of it."""


def main() -> None:
    """Run the plan that standard input says."""
    os.nice(NICE)
    logs.configure(json=True)  # on standard error: standard output is for what comes of it
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=BacktestPlan)
    threading.Thread(target=_until_parent_ends, daemon=True).start()
    _write(_run(plan))


def _run(plan: BacktestPlan) -> BacktestResult | BacktestFailure:
    try:
        with queries.reading(Path(plan.data)) as db:
            said = verdicts_on(db, plan.draft.id)
            return Backtest(plan, _write).run(past_stories(db, plan.since, plan.until), said)
    except TooManyAlertsError:
        because = (
            f"more than {MOST_ALERTS:,} alerts: the draft takes far too much, or the time is too "
            "long. Ask for more in the watch, or choose fewer days"
        )
    except MemoryError:
        because = "it needs too much memory: choose fewer days"
    except ProgramError as error:
        because = str(error)
    except Exception:
        log.exception("backtest_failed")
        because = "it failed: the log of `wirewatch web` has the cause"
    return BacktestFailure(because=because)


def _write(message: BacktestMessage) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def _until_parent_ends() -> None:
    """End at once when standard input does: nobody is left to tell."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
