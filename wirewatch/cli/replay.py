"""`wirewatch replay`: what watches would have brought."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from streams.matching.match import Watches
from streams.tagging import Tagger
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import Backfill, ConfigFolder, Data, Json, Kafka, duration, reading
from wirewatch.config import Lexicons, load_lexicons, load_watches
from wirewatch.config.environment import environment
from wirewatch.config.tables import SETTINGS
from wirewatch.history.replay import ReplayPlan, ReplaySource, replay_lines, replay_log
from wirewatch.history.shadow import shadow
from wirewatch.input.input_text import lines
from wirewatch.runtime.second_reader import both_readers

app = typer.Typer()


@app.command("replay")
def replay_command(
    *,
    since: Annotated[
        str | None,
        typer.Option(metavar="30d", help="Stories on Kafka of so many m, h, d or w back."),
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from-file", metavar="FILE", help="JSON lines as for `tag`."),
    ] = None,
    watches: Annotated[
        Path | None,
        typer.Option(metavar="DRAFT.toml", help="Watches to try, in place of those in force."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="CURRENT.toml", help="Watches to compare the draft with."),
    ] = None,
    lexicons: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Topics and office holders to try: topics/*.toml and offices.txt, in place of "
            "those in force.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--shadow", help="Go on with what comes live, until Ctrl-C; only records."),
    ] = False,
    alerts: Annotated[int, typer.Option(min=0, help="Show so many of the last alerts.")] = 20,
    backfill_alerts: Backfill = False,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say what watches would have brought, and how a draft differs from those in force.

    Stories come from Kafka's log, from a file, or from standard input. Nothing live is touched.
    """
    if live and from_file is not None:
        raise typer.BadParameter("--shadow follows Kafka: it can't be given with --from-file")
    loaded = config_in_force(config, environment(kafka, data), secrets={SETTINGS})
    words = load_lexicons(lexicons) if lexicons else Lexicons(loaded.topics, loaded.offices)
    draft = load_watches(watches, words.topics) if watches else loaded.watches
    current = load_watches(against, loaded.topics) if against else None
    if (watches or lexicons) and not against and not as_json:
        current = loaded.watches
    # Both sets of watches are to meet the same stories, read alike.
    all_watches = Watches((*draft, *(current or ())))
    in_force = both_readers(loaded, Tagger(loaded.topics, loaded.offices), all_watches)
    drafted = Tagger(words.topics, words.offices)
    plan = ReplayPlan(
        tagger=both_readers(loaded, drafted, all_watches) if lexicons else in_force,
        in_force=in_force,
        draft=Watches(draft),
        current=None if current is None else Watches(current),
        backfill=backfill_alerts or loaded.settings.backfill_alerts,
        as_json=as_json,
        alerts=alerts,
    )
    bad = 0
    with reading(from_file):
        if from_file is not None:
            with from_file.open("rb") as stream:
                found = lines(stream, str(from_file))
                bad = replay_lines(found, from_file.stat().st_size, plan)
        elif since is None and not live and not sys.stdin.isatty():
            bad = replay_lines(lines(sys.stdin.buffer, "standard input"), None, plan)
        else:
            start = None if since is None else datetime.now(UTC) - duration(since)
            settings = loaded.settings
            source = ReplaySource(kafka_of(settings), settings.prefix, start)
            if live:
                shadow(source, plan)
            else:
                bad = replay_log(source, plan)
    if bad:
        raise typer.Exit(1)
