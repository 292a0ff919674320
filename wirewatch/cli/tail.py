"""`wirewatch tail`: what comes on a topic, for people and for programs."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from connectors.kafka import Received
from streams.contract.topics import ALERTS, TOPICS, Topic
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.known_names import require_on_kafka
from wirewatch.cli.options import (
    ConfigFolder,
    Data,
    Json,
    Kafka,
    duration,
    reading,
    say,
)
from wirewatch.cli.options import pair as pair_named
from wirewatch.config.environment import environment
from wirewatch.config.wording import choose
from wirewatch.history.tail import HeaderFilter, TailPlan, tail
from wirewatch.render.record_line import as_json as json_line
from wirewatch.render.record_line import as_line
from wirewatch.runtime.shutdown import stop_asked

READABLE = {topic.name: topic for topic in TOPICS if not topic.internal}

app = typer.Typer()


@app.command("tail")
def tail_command(
    topic: Annotated[
        str, typer.Argument(metavar="[TOPIC]", help=f"One of {', '.join(READABLE)}.")
    ] = ALERTS.name,
    *,
    pair: Annotated[
        str, typer.Option(metavar="KH-US", help="Only records with this pair of countries.")
    ] = "",
    about: Annotated[
        str, typer.Option("--topic", metavar="SLUG", help="Only those with this main topic.")
    ] = "",
    watch: Annotated[str, typer.Option(metavar="ID", help="Only alerts of this watch.")] = "",
    since: Annotated[
        str | None, typer.Option(metavar="2h", help="Begin so many m, h, d or w back, not now.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="End after so many records.")] = None,
    follow: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Wait for more, until Ctrl-C.")
    ] = True,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show the records of a topic as they come; `--json` has them whole, with their headers."""
    chosen, wanted = _topic(topic), HeaderFilter(pair=pair_named(pair), topic=about, watch=watch)
    if since is None and not follow:
        raise typer.BadParameter(
            "nothing would be shown: say since when, such as --since 2h", param_hint="--no-follow"
        )
    loaded = config_in_force(config, environment(kafka, data), secrets=())
    settings = loaded.settings
    require_on_kafka(loaded, watch=watch, topic=about)
    now = datetime.now(UTC)
    plan = TailPlan(
        kafka=kafka_of(settings),
        prefix=settings.prefix,
        topic=chosen,
        since=None if since is None else now - duration(since),
        follow=follow,
        wanted=wanted,
    )
    with reading(topic), stop_asked() as stop:
        _print(islice(tail(plan, now, stop, say), limit), as_json=as_json)


def _print(records: Iterator[Received], *, as_json: bool) -> None:
    for record in records:
        line = json_line(record) if as_json else as_line(record).encode("utf-8", "replace")
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


def _topic(name: str) -> Topic:
    try:
        return READABLE[choose(name, READABLE)]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
