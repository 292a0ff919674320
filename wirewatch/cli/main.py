"""The command line: finds the one command that was asked for, and puts errors into words.

Each command is a module of its own, and only that is loaded: a service then holds no more in
memory than it needs, and is up sooner.
"""

import gc
import os
import pkgutil
import signal
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from types import FrameType
from typing import Annotated

import typer
from typer.exceptions import TyperException

from connectors.errors import ConnectorError
from wirewatch.cli.commands import COMMANDS
from wirewatch.config.faults import ConfigError
from wirewatch.config.report import lines
from wirewatch.errors import ProgramError
from wirewatch.runtime import logs
from wirewatch.runtime.exit_codes import BAD_CONFIGURATION, INTERRUPTED

COMPLETES = "_WIREWATCH_COMPLETE"
"""Typer sets it when a shell asks for what the words may go on with."""


def build(words: Iterable[str]) -> typer.Typer:
    """Make the command line: the one command that the words name is loaded, others are listed."""
    app = typer.Typer(
        name="wirewatch",
        help="Watch the wires: feeds in, one explained alert per event out.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    first = next((word for word in words if not word.startswith("-")), "")
    for name, command in COMMANDS.items():
        if name == first:
            app.add_typer(pkgutil.resolve_name(command.place))
        else:
            app.command(name, help=command.about)(_listed)

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


def _listed() -> None:
    """Stand in for a command that isn't asked for."""
    raise NotImplementedError


def _words(environment: Mapping[str, str]) -> list[str]:
    """Return the words of the command line: those so far, where a shell asks how they go on."""
    if COMPLETES not in environment:
        return sys.argv[1:]
    said = environment.get("_TYPER_COMPLETE_ARGS") or environment.get("COMP_WORDS", "")
    return said.split()[1:]


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
        app = build(_words(os.environ))
        gc.freeze()
        gc.enable()
        sys.exit(app(prog_name="wirewatch", standalone_mode=False))
    except TyperException as error:
        # It loads what Typer reads numbers by: a command that begins well does without.
        usage_lines = pkgutil.resolve_name("wirewatch.cli.usage_errors:usage_lines")
        for text in usage_lines(error):
            sys.stderr.write(told(text) + "\n")
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.stderr.write("wirewatch: no answer: nothing was done\n")
        sys.exit(1)
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
