"""What the one-machine run shows: for people a log and a line of progress, for machines JSON."""

import io
import json
import os
import sys
import termios
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol, Self, TextIO, cast

import structlog
from rich.status import Status
from rich.text import Text

from connectors.sinks.terminal import plain, render
from streams.alert import AlertEvent
from streams.codec import decode
from wirewatch.console import to_console
from wirewatch.outlet import Outlet
from wirewatch.service import STRAY, Said, read
from wirewatch.totals import Totals

log = structlog.get_logger()

QUIET = {"progress", "delivered", "delivery_moot", "feed_left"}
"""Events that the line of progress tells better."""
STYLES = {"warning": "yellow", "error": "red", "critical": "bold red"}
LOCAL_MODES = 3
"""Where `termios` has them in its list."""
DRAIN_SECONDS = 1.0
"""How long the last lines are waited for at the end."""
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "restarting": "restarts in {in_seconds} s: {cause}",
        "restarts_often": "restarted {in_the_last_hour} times in the last hour: {cause}",
        "last_good_configuration": "the configuration has faults, the last good one is in force, "
        "of {of}: {because}",
        "line_too_long": "wrote a line of {bytes} bytes, which was left out",
        "output_not_read": "nobody read the output: {lines} lines were left out",
    }
)
"""Events that people read as a sentence."""


class Screen(Protocol):
    """Shows what a run says and does."""

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        ...

    def hear(self, said: Said) -> None:
        """Show what a service says."""
        ...

    def tell(self, totals: Totals) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        ...

    def leave(self) -> None:
        """Stop showing."""
        ...


class ForPeople:
    """Shows log lines and alerts, with the totals in a line that stays at the bottom."""

    def __init__(self, totals: Totals) -> None:
        """Show on standard output; the line of progress needs a terminal."""
        self._out = Outlet(sys.stdout, _left_out)
        self.console = to_console(file=self._out.file, soft_wrap=True)
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

    def tell(self, totals: Totals) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        for name, trouble in totals.summary().items():
            self.console.print(Text(plain(f"{name}: {trouble.told()}"), "yellow"))

    def hear(self, said: Said) -> None:
        """Show a log line or an alert."""
        if said.alert is not None:
            self.console.print(render(decode(said.alert, AlertEvent)), soft_wrap=False)
        elif said.facts.get("event") not in QUIET:
            self.console.print(line(said))
        self._status.update(Text(self._totals.line()))


class ForMachines:
    """Passes on JSON: log lines to standard error, alerts to standard output."""

    def __init__(self) -> None:
        """Nothing said yet."""
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
        now = datetime.now(UTC).isoformat()
        self.hear(Said("run", {"event": text, "level": "info", "timestamp": now}))

    def tell(self, totals: Totals) -> None:
        """Say at the end what went wrong, service by service, and was made good."""
        troubles = {name: trouble.facts() for name, trouble in totals.summary().items()}
        level = "warning" if troubles else "info"
        self.hear(Said("run", {"event": "summary", "level": level, "troubles": troubles}))

    def hear(self, said: Said) -> None:
        """Pass a line on, with the service it comes from."""
        if said.alert is not None:
            self._out.write(said.alert.decode() + "\n")
        else:
            facts = {"service": said.service, **said.facts}
            self._err.write(json.dumps(facts, default=str) + "\n")


class OwnLog(io.TextIOBase):
    """Where the run's own log goes: to the screen, as what the service `run` says."""

    def __init__(self, hear: Callable[[Said], None]) -> None:
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
            self._hear(Said("run", read(one.encode())))
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


def line(said: Said) -> Text:
    """Give a log line for people: time, service, event and facts."""
    facts = dict(said.facts)
    level = str(facts.pop("level", "info"))
    time = str(facts.pop("timestamp", ""))[11:19]
    event = str(facts.pop("event", ""))
    if not facts.pop(STRAY, False):
        event, facts = sentence(event, facts)
    told = " ".join(f"{name}={_short(value)}" for name, value in facts.items())
    text = Text()
    text.append(f"{time or format(datetime.now(UTC), '%H:%M:%S')} ", "dim")
    text.append(f"{said.service:<8}", "cyan")
    text.append(plain(event), STYLES.get(level, ""))
    text.append(f"  {plain(told)}" if told else "", "dim")
    return text


def sentence(event: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give an event in words, and the facts that are not in them."""
    if event in SENTENCES:
        try:
            return SENTENCES[event].format_map(facts), {}
        except KeyError:  # less than what there should be: show what there is
            pass
    return event.replace("_", " "), dict(facts)


def _short(value: Any) -> str:  # noqa: ANN401 - a log line's facts are of any type
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "..."
