"""What the one-machine run shows: for people a log and a line of progress, for machines JSON."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol, Self, TextIO

from rich.console import Console
from rich.status import Status
from rich.text import Text

from connectors.sinks.terminal import plain, render
from streams.alert import AlertEvent
from streams.codec import decode
from wirewatch.service import Said
from wirewatch.totals import Totals

QUIET = {"progress", "delivered", "delivery_moot", "feed_left"}
"""Events that the line of progress tells better."""
STYLES = {"warning": "yellow", "error": "red", "critical": "bold red"}


class Screen(Protocol):
    """Shows what a run says and does."""

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        ...

    def hear(self, said: Said) -> None:
        """Show what a service says."""
        ...


class ForPeople:
    """Shows log lines and alerts, with the totals in a line that stays at the bottom."""

    def __init__(self, totals: Totals) -> None:
        """Show on standard output; the line of progress needs a terminal."""
        self.console = Console(highlight=False, soft_wrap=True)
        self._totals = totals
        self._status = Status("starting ...", console=self.console)

    def __enter__(self) -> Self:
        """Begin the line of progress."""
        if self.console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the line of progress."""
        self._status.stop()

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        self.console.print(Text(text, style="bold"))

    def hear(self, said: Said) -> None:
        """Show a log line or an alert."""
        if said.alert is not None:
            self.console.print(render(decode(said.alert, AlertEvent)), soft_wrap=False)
        elif said.facts.get("event") not in QUIET:
            self.console.print(line(said))
        self._status.update(Text(self._totals.line()))


class ForMachines:
    """Passes on JSON: log lines to standard error, alerts to standard output."""

    def __enter__(self) -> Self:
        """Nothing to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def note(self, text: str) -> None:
        """Say something of the run itself."""
        now = datetime.now(UTC).isoformat()
        self.hear(Said("run", {"event": text, "level": "info", "timestamp": now}))

    def hear(self, said: Said) -> None:
        """Pass a line on, with the service it comes from."""
        if said.alert is not None:
            _write(sys.stdout, said.alert.decode())
        else:
            _write(sys.stderr, json.dumps({"service": said.service, **said.facts}))


def line(said: Said) -> Text:
    """Give a log line for people: time, service, event and facts."""
    facts = dict(said.facts)
    level = str(facts.pop("level", "info"))
    time = str(facts.pop("timestamp", ""))[11:19]
    event = str(facts.pop("event", ""))
    told = " ".join(f"{name}={_short(value)}" for name, value in facts.items())
    text = Text()
    text.append(f"{time or format(datetime.now(UTC), '%H:%M:%S')} ", "dim")
    text.append(f"{said.service:<8}", "cyan")
    text.append(plain(event.replace("_", " ")), STYLES.get(level, ""))
    text.append(f"  {plain(told)}" if told else "", "dim")
    return text


def _short(value: Any) -> str:  # noqa: ANN401 - a log line's facts are of any type
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "..."


def _write(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()


Listener = Callable[[Said], None]
