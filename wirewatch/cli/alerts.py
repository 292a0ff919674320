"""`wirewatch alerts ...`: alerts of the archive."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams.model.watch import Severity
from wirewatch.archive import queries
from wirewatch.archive.rows import AlertQuery
from wirewatch.archive.view import alert_lines, detail_lines
from wirewatch.cli.archive_rows import show, write
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.known_names import require
from wirewatch.cli.options import (
    ConfigFolder,
    Cursor,
    Data,
    Json,
    Limit,
    Since,
    alert_id,
    moment,
    pair,
)
from wirewatch.config.environment import environment

alerts = typer.Typer(
    name="alerts", help="Alerts in the archive: list them, show one.", no_args_is_help=True
)


class AlertStanding(StrEnum):
    """How an alert stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@alerts.command("list")
def list_command(
    *,
    watch: Annotated[str, typer.Option(metavar="ID", help="Only of this watch.")] = "",
    with_pair: Annotated[
        str, typer.Option("--pair", metavar="KH-US", help="Only with this pair of countries.")
    ] = "",
    state: Annotated[AlertStanding | None, typer.Option(help="Only those that stand so.")] = None,
    min_severity: Annotated[
        Severity | None, typer.Option(help="Only those that matter so much, or more.")
    ] = None,
    outlet: Annotated[
        str, typer.Option(metavar="NAME", help="Only those that this outlet told.")
    ] = "",
    since: Since = None,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Those of shadow watches too, which nobody got.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = "",
    config: ConfigFolder = Path(),
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List alerts, those opened last first."""
    query = AlertQuery(
        watch=watch,
        pair=pair(with_pair),
        state=state or "",
        min_severity=min_severity or "",
        outlet=outlet,
        since=None if since is None else moment(since, datetime.now(UTC)),
        shadow=shadow,
        limit=limit,
        cursor=cursor,
    )
    loaded = config_in_force(config, environment(None, data), secrets=())
    require(loaded, watch=watch)
    with queries.reading(loaded.settings.data) as db:
        rows = queries.alerts(db, query)
    show(rows, alert_lines, what="alert", limit=limit, as_json=as_json)


@alerts.command("show")
def show_command(
    *,
    given: Annotated[str, typer.Argument(metavar="ALERT", help="An id, or the beginning of one.")],
    config: ConfigFolder = Path(),
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show an alert: why it came, what happened since, its stories, deliveries and verdicts."""
    alert_id(given)
    with queries.reading(_data(config, data)) as db:
        found = queries.alert(db, given)
    write([msgspec.json.encode(found).decode()] if as_json else detail_lines(found))


def _data(config: Path, data: Path | None) -> Path:
    return config_in_force(config, environment(None, data), secrets=()).settings.data
