"""What the one-machine run shows: for people a log and a line of progress, for machines JSON."""

import io
import json
import os
import sys
import termios
from collections.abc import Callable
from typing import Protocol, Self, TextIO, cast

import structlog
from rich.status import Status
from rich.text import Text

from connectors.delivery.frame.catalogue import ENGLISH
from connectors.delivery.sinks.terminal import render_line
from connectors.delivery.sinks.terminal_text import plain
from wirewatch.render.console import to_console
from wirewatch.runtime.child_process import ServiceMessage, read
from wirewatch.runtime.log_lines import Chosen, line
from wirewatch.runtime.logs import is_shown, now_text
from wirewatch.runtime.nonblocking_output import Outlet
from wirewatch.runtime.run_stats import RunStats

log = structlog.get_logger()

LOCAL_MODES = 3
"""Where `termios` has them in its list."""
SPINNER = 2
"""Columns of the spinner before the line of progress."""
DRAIN_SECONDS = 1.0
"""How long the last lines are waited for at the end."""


class Screen(Protocol):
    """Shows what a run says and does."""

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        ...

    def step(self, text: str) -> None:
        """Say what the run does at the moment."""
        ...

    def hear(self, said: ServiceMessage) -> None:
        """Show what a service says."""
        ...

    def tell(self, totals: RunStats) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        ...

    def leave(self) -> None:
        """Stop showing."""
        ...


class ForPeople:
    """Shows log lines and alerts, with the totals in a line that stays at the bottom."""

    def __init__(self, totals: RunStats, *, verbose: bool = False, language: str = ENGLISH) -> None:
        """Show on standard output; the line of progress needs a terminal.

        `language` is of the words around alerts: what the program says of itself is English.
        """
        self._language = language
        self._out = Outlet(sys.stdout, _left_out)
        # In a pipe a line stays one, however long.
        self.console = to_console(file=self._out.file)
        self.console.soft_wrap = not self.console.is_terminal
        self._verbose = verbose
        self._chosen = Chosen(verbose=verbose)
        self._totals = totals
        self._status = Status("starting ...", console=self.console)
        self._echo: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        """Begin the line of progress."""
        if self.console.is_terminal:
            self._echo = hide_ctrl_c()
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the line of progress."""
        self.leave()

    def leave(self) -> None:
        """End the line of progress, and let what was said come out."""
        self._status.stop()
        self._echo()
        self._out.drain(DRAIN_SECONDS)

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        self.console.print(Text(text, style="bold"))

    def step(self, text: str) -> None:
        """Say what the run does at the moment: in the line of progress, where there is one."""
        if self.console.is_terminal and not self._verbose:
            self._status.update(self._one_line(f"{text} ..."))
        else:
            self.note(text)

    def tell(self, totals: RunStats) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        for name, trouble in totals.summary().items():
            self.console.print(Text(plain(f"{name}: {trouble.told()}"), "yellow"))

    def hear(self, said: ServiceMessage) -> None:
        """Show a log line or an alert."""
        if said.alert is not None:
            self.console.print(render_line(said.alert, self._language), soft_wrap=False)
        elif (shown := self._chosen(said)) is not None:
            self.console.print(line(shown, verbose=self._verbose))
        if self._totals.feeds:
            self._status.update(self._one_line(self._totals.line()))

    def _one_line(self, text: str) -> Text:
        """Return what fits beside the spinner: two lines that come and go would flicker."""
        line = Text(text)
        line.truncate(self.console.width - SPINNER, overflow="ellipsis")
        return line


class ForMachines:
    """Passes on JSON: log lines to standard error, alerts to standard output."""

    def __init__(self, level: str = "info") -> None:
        """Nothing said yet. Lines below the level are left out."""
        self._level = level
        self._out = Outlet(sys.stdout, _left_out)
        self._err = Outlet(sys.stderr, _left_out)

    def __enter__(self) -> Self:
        """Nothing to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let what was said come out."""
        self.leave()

    def leave(self) -> None:
        """Let what was said come out."""
        self._out.drain(DRAIN_SECONDS)
        self._err.drain(DRAIN_SECONDS)

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        self.hear(ServiceMessage("run", {"event": text, "level": "info"}))

    def step(self, text: str) -> None:
        """Say what the run does at the moment."""
        self.note(text)

    def tell(self, totals: RunStats) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        troubles = {name: trouble.facts() for name, trouble in totals.summary().items()}
        level = "warning" if troubles else "info"
        self.hear(ServiceMessage("run", {"event": "summary", "level": level, "troubles": troubles}))

    def hear(self, said: ServiceMessage) -> None:
        """Pass a line on, with the service it comes from."""
        if said.alert is not None:
            self._out.write(said.alert.decode() + "\n")
        elif is_shown(str(said.facts.get("level", "info")), self._level):
            # What the supervisor says of a service, and what strayed past a log, has no time yet.
            facts = {"service": said.service, "level": "info", **said.facts}
            facts.setdefault("timestamp", now_text())
            self._err.write(json.dumps(facts, default=str) + "\n")


class OwnLog(io.TextIOBase):
    """Where the run's own log goes: to the screen, as what the service `run` says."""

    def __init__(self, hear: Callable[[ServiceMessage], None]) -> None:
        """Hand each line to `hear`."""
        super().__init__()
        self._hear = hear
        self._begun = ""

    @property
    def file(self) -> TextIO:
        """This, as the type that others ask for: typeshed's `TextIOBase` isn't a `TextIO`."""
        return cast("TextIO", self)

    def write(self, text: str) -> int:
        """Take lines as the log writes them."""
        *lines, self._begun = (self._begun + text).split("\n")
        for one in lines:
            self._hear(ServiceMessage("run", read(one.encode())))
        return len(text)


def hide_ctrl_c() -> Callable[[], None]:
    """Let the terminal not write `^C` into the line of progress; gives what undoes that."""
    descriptor = 0
    # One in the background would be stopped for touching the terminal.
    if not os.isatty(descriptor) or os.tcgetpgrp(descriptor) != os.getpgrp():
        return lambda: None
    before = termios.tcgetattr(descriptor)
    quiet = list(before)
    quiet[LOCAL_MODES] &= ~termios.ECHOCTL
    termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    return lambda: termios.tcsetattr(descriptor, termios.TCSANOW, before)


def _left_out(lines: int) -> None:
    log.warning("output_not_read", lines=lines)
