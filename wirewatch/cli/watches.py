"""`wirewatch watches ...`: how well watches do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams.contract.topics import ALERTS, VERDICTS
from streams.model.alert import AlertEvent
from streams.model.verdict import Verdict
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka, duration, known_name
from wirewatch.config.environment import environment
from wirewatch.config.tables import SETTINGS
from wirewatch.history.explain_input import looking_through
from wirewatch.history.lookup import records
from wirewatch.history.watch_report import watch_reports
from wirewatch.history.watch_report_view import report_lines

watches = typer.Typer(
    name="watches", help="Watches: how well each does, by what people said.", no_args_is_help=True
)


@watches.callback()
def group() -> None:
    """Keep `report` a command of its own, though it is the only one."""


@watches.command("report")
def report_command(
    *,
    watch: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this watch; may be given again.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="30d", help="Only alerts of the last m, h, d or w.")
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say how well each watch does: precision, recall, how soon, who is first, what to fix."""
    begin = None if since is None else datetime.now(UTC) - duration(since)
    loaded = config_in_force(config, environment(kafka, data), secrets={SETTINGS})
    settings = loaded.settings
    read = looking_through(kafka_of(settings), settings.prefix)
    verdicts = list(records(read(VERDICTS), Verdict))
    reports = watch_reports(records(read(ALERTS), AlertEvent), verdicts, begin)
    # Reports are also of watches that watches.toml has no more.
    known = sorted({*(one.id for one in loaded.watches), *(one.watch for one in reports)})
    for name in watch or ():
        known_name(name, known, "watch")
    wanted = [one for one in reports if not watch or one.watch in watch]
    if as_json:
        for one in wanted:
            typer.echo(msgspec.json.encode(one))
        return
    for line in report_lines(wanted):
        typer.echo(line)
    if not wanted:
        whose = f" of {' or '.join(watch)}" if watch else ""
        typer.echo(f"no alert{whose} was raised" + ("" if begin is None else " in this time"))
