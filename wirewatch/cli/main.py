"""The command line: finds the one command that was asked for, and puts errors into words.

Each command is a module of its own, and only that is loaded: a service then holds no more in
memory than it needs, and is up sooner.
"""

import os
import pkgutil
import signal
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from types import FrameType, MappingProxyType
from typing import Annotated

import typer

from connectors.errors import ConnectorError
from wirewatch.config.faults import ConfigError
from wirewatch.config.report import lines
from wirewatch.errors import ProgramError
from wirewatch.runtime import logs
from wirewatch.runtime.child_process import BAD_CONFIGURATION
from wirewatch.runtime.shutdown import INTERRUPTED

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "run": "wirewatch.cli.run:app",
        "demo": "wirewatch.cli.demo:app",
        "poll": "wirewatch.cli.poll:app",
        "work": "wirewatch.cli.work:app",
        "deliver": "wirewatch.cli.deliver:app",
        "status": "wirewatch.cli.status:app",
        "subscribers": "wirewatch.cli.subscribers:subscribers",
        "init": "wirewatch.cli.init:app",
        "tag": "wirewatch.cli.tag:app",
        "eval": "wirewatch.cli.eval:app",
        "check": "wirewatch.cli.check:app",
        "feeds": "wirewatch.cli.feeds:feeds",
        "topics": "wirewatch.cli.topics:app",
        "explain": "wirewatch.cli.explain:app",
        "judge": "wirewatch.cli.judge:app",
        "replay": "wirewatch.cli.replay:app",
        "tail": "wirewatch.cli.tail:app",
        "archive": "wirewatch.cli.archive:archive",
        "stories": "wirewatch.cli.stories:stories",
        "alerts": "wirewatch.cli.alerts:alerts",
        "export": "wirewatch.cli.export:app",
        "dead-letters": "wirewatch.cli.dead_letters:dead_letters",
        "schemas": "wirewatch.cli.schemas:app",
    }
)
"""Where each command is."""


def build(words: Iterable[str]) -> typer.Typer:
    """Make the command line: with the one command that the words begin with, else with all."""
    app = typer.Typer(
        name="wirewatch",
        help="Watch the wires: feeds in, one explained alert per event out.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    first = next(iter(words), "")
    places = [COMMANDS[first]] if first in COMMANDS else dict.fromkeys(COMMANDS.values())
    for place in places:
        app.add_typer(pkgutil.resolve_name(place))

    # This also makes it a group of commands when there is only one.
    @app.callback()
    def options(
        *,
        _version: Annotated[
            bool,
            typer.Option(
                "--version", callback=_print_version, is_eager=True, help="Show the version."
            ),
        ] = False,
    ) -> None:
        pass

    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wirewatch {version('wirewatch')}")
        raise typer.Exit


def _fill_closed_streams() -> None:
    """Let what would be said to a stream that whoever started us has closed be said to nobody.

    Otherwise the next file that is opened has its number, and would be written into.
    """
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 bad configuration or usage."""
    # Silently, and with what is open closed in order: a KeyboardInterrupt is a traceback.
    signal.signal(signal.SIGINT, _leave)
    _fill_closed_streams()
    logs.warn_beside_output()
    try:
        build(sys.argv[1:])(prog_name="wirewatch")
    except ConfigError as error:
        for text in lines(error):
            sys.stderr.write(text + "\n")
        sys.exit(BAD_CONFIGURATION)
    except (ConnectorError, ProgramError) as error:
        # In it may be words of a feed, a server or a record.
        sys.stderr.write(f"wirewatch: {told(str(error))}\n")
        sys.exit(1)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(INTERRUPTED)


def told(text: str) -> str:
    """Take out what could drive a terminal; lines stay lines."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)
