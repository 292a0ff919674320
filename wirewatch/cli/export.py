"""`wirewatch export`: past stories or alerts as a file for other programs."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.kafka.topic_reader import Log
from streams.contract.codec import DecodeError
from streams.contract.topics import ALERTS, TAGGED, Topic
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.known_names import require_on_kafka
from wirewatch.cli.options import (
    ConfigFolder,
    Data,
    Kafka,
    Since,
    Until,
    moment,
    reading,
    say,
)
from wirewatch.cli.options import pair as pair_named
from wirewatch.config.environment import environment
from wirewatch.config.wording import choose
from wirewatch.export.formats import FORMATS, ExportFormat
from wirewatch.export.output import output
from wirewatch.export.read import chosen
from wirewatch.history.tail import HeaderFilter
from wirewatch.render.progress import bar
from wirewatch.runtime.exit_codes import INTERRUPTED
from wirewatch.runtime.shutdown import stop_asked

app = typer.Typer()


@app.command("export")
def export_command(
    *,
    since: Since = None,
    until: Until = None,
    pair: Annotated[
        str, typer.Option(metavar="KH-US", help="Only records with this pair of countries.")
    ] = "",
    about: Annotated[
        str, typer.Option("--topic", metavar="SLUG", help="Only those with this main topic.")
    ] = "",
    alerts: Annotated[bool, typer.Option("--alerts", help="Alerts, not tagged stories.")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="NAME", help=f"One of {', '.join(FORMATS)}.")
    ] = "ndjson",
    target: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="To this file, not standard output."),
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Write the tagged stories that Kafka holds, or the alerts, for other programs to read."""
    if target == Path("-"):
        target = None
    now = datetime.now(UTC)
    first = None if since is None else moment(since, now)
    end = None if until is None else moment(until, now)
    if first is not None and end is not None and first >= end:
        raise typer.BadParameter("--until is not after --since")
    wanted = HeaderFilter(pair=pair_named(pair), topic=about)
    topic = ALERTS if alerts else TAGGED
    chosen_format = _format(form, topic, target)
    loaded = config_in_force(config, environment(kafka, data), secrets=())
    require_on_kafka(loaded, topic=about)
    settings = loaded.settings
    to_terminal = target is None and sys.stdout.isatty()
    written = unread = 0
    with reading("Kafka"), stop_asked() as stop, output(target) as out:
        log = Log(kafka_of(settings), topic, prefix=settings.prefix, since=first, stop=stop)
        with (
            bar("export", log.total, hidden=to_terminal) as shown,
            chosen_format.writing(out) as write,
        ):
            for record in chosen(shown.passed(log), wanted, end):
                try:
                    write(record)
                except DecodeError as error:
                    unread += 1
                    say(f"{record.topic}/{record.partition}/{record.offset} left out: {error}")
                    continue
                written += 1
        if stop.is_set():
            say("stopped: the export is not complete")
            raise typer.Exit(INTERRUPTED)
    if target is not None:
        say(f"{written:,} {'events' if alerts else 'stories'} written to {target}")
    if unread:
        raise typer.Exit(1)


def _format(form: str, topic: Topic, target: Path | None) -> ExportFormat:
    try:
        of_topics = FORMATS[choose(form, FORMATS)]
    except ValueError as error:
        raise typer.BadParameter(f"--format: {error}") from error
    if topic not in of_topics:
        others = " or ".join(name for name, of in FORMATS.items() if topic in of)
        raise typer.BadParameter(f"--format {form} has no form for alerts: choose {others}")
    if of_topics[topic].to_file and target is None:
        raise typer.BadParameter(f"--format {form} is written to a file only: give --output FILE")
    return of_topics[topic]
