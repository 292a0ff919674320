"""`wirewatch judge`: what a person makes of an alert, or of a story that raised none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from streams.model.verdict import Said
from wirewatch.cli.explain import PART_OF_ID, explain_options
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Kafka, alert_id
from wirewatch.config.environment import environment
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import shown
from wirewatch.history.explain_input import explain_text, explain_traces, is_name
from wirewatch.history.judge import judge_past, judge_text, login_name
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError

app = typer.Typer()


def said_of(text: str) -> Said:
    """Read what is said: `two events` or, without a blank, `two-events`."""
    plain = text.strip().lower().replace("-", " ").replace("_", " ")
    said = Said(plain)
    if not said.known:
        words = ", ".join(one.replace(" ", "-") for one in Said)
        raise typer.BadParameter(f"{shown(text)} is not one of {words}")
    return said


@app.command("judge")
def judge_command(
    *,
    given: Annotated[
        str,
        typer.Argument(
            metavar="ALERT|STORY|URL|TEXT",
            help="An id or the beginning of one, or a story's address; for missed a text too.",
        ),
    ],
    said: Annotated[
        Said,
        typer.Argument(
            metavar="right|wrong|missed|two-events|one-event",
            parser=said_of,
            help="What you make of it: of an alert; of a story that raised none; two-events: this"
            " story isn't of its alert's event; one-event: this alert is one with another.",
        ),
    ],
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="ALERT", help="The other alert, for one-event."),
    ] = None,
    back: Annotated[
        bool, typer.Option("--take-back", help="Take back what you said of it before.")
    ] = False,
    watch: Annotated[
        str | None, typer.Option(metavar="ID", help="The watch that missed it, or whose alert.")
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for others to read.")] = "",
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who says so; else who is logged in.")
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Say whether an alert was right or wrong, that a story should have raised one, or what is one.

    `replay` holds a draft against it, and `explain` shows it. Your last word counts. A missed story
    is explained at once. Of two-events and one-event a running worker makes two alerts, or one.
    """
    is_text = not is_name(given)
    if is_text and (said is not Said.MISSED or PART_OF_ID.fullmatch(given)):
        raise typer.BadParameter(
            f"{shown(given)} is neither an id (6 digits or more) nor a story's address; a text is"
            " taken by missed alone"
        )
    if is_text and not given.strip():
        raise typer.BadParameter("the text is empty: give what should have raised an alert")
    if (other is not None) and said is not Said.ONE_EVENT:
        raise typer.BadParameter(f"--with goes with one-event, and you said {said}")
    if other is not None:
        alert_id(other, "--with")
    name = (login_name() if by is None else by) or ""
    if not name.strip():
        raise typer.BadParameter("can't determine your user name: pass --by NAME")
    word = PersonsVerdict(
        said=said, by=clean(name), at=datetime.now(UTC), watch=watch, note=clean(note), back=back
    )
    missed = said is Said.MISSED and not back
    loaded = config_in_force(config, environment(kafka, data), secrets={SETTINGS} if missed else ())
    settings = loaded.settings
    watches = [one.id for one in loaded.watches]
    access, traces = kafka_of(settings), None
    try:
        if is_text:
            verdict = judge_text(given, access, settings.prefix, word, watches)
        else:
            verdict, traces = judge_past(given, other, access, settings.prefix, word, watches)
    except UnfitError as error:
        raise typer.BadParameter(str(error)) from error
    if missed:
        of = [one for one in loaded.watches if one.id == verdict.watch]
        options = explain_options(loaded, of, every=True)
        if traces is None:
            explain_text(given, options)
        else:
            explain_traces(traces, options)


def clean(text: str) -> str:
    """Make a text of the command line fit to keep: bytes that are no UTF-8 become a mark."""
    return text.strip().encode("utf-8", "replace").decode()
