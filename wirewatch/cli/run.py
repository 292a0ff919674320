"""`wirewatch run`: everything on one machine."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from connectors.delivery.frame.catalogue import ENGLISH
from wirewatch.cli.options import Backfill, ConfigFolder, Data, Json, Kafka
from wirewatch.config import Config
from wirewatch.config.environment import environment
from wirewatch.config.last_good import load_or_last_good
from wirewatch.metrics.service import metrics
from wirewatch.runtime import logs
from wirewatch.runtime.run import Run, RunPlan
from wirewatch.runtime.run_console import ForMachines, ForPeople, OwnLog
from wirewatch.runtime.run_stats import RunStats
from wirewatch.runtime.shutdown import run_until_stopped

app = typer.Typer()


@app.command("run")
def run_command(
    *,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Workers that share the tagging.")] = 1,
    backfill_alerts: Backfill = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every poll and every step too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run everything on this machine until Ctrl-C: Kafka, poll, work, deliver."""
    in_force = load_or_last_good(config, environment(kafka, data))
    loaded = in_force.config
    totals = RunStats()
    shown = loaded.settings.log_level
    with (
        ForMachines(shown)
        if as_json
        else ForPeople(totals, verbose=verbose, language=_of_terminal(loaded))
    ) as screen:
        # For people the screen tells all; what this process itself has to warn of comes with it.
        level = loaded.settings.log_level if as_json else "warning"
        logs.configure(json=True, level=level, stream=OwnLog(screen.hear).file)
        logs.hear_the_rest(screen.leave)
        in_force.warn()
        if in_force.beginning:
            screen.note(in_force.beginning)
        if loaded.defaults:
            there = f"not in {config.resolve()}, so those that ship are used"
            screen.note(f"{', '.join(loaded.defaults)}: {there}")
        plan = RunPlan(
            config=loaded,
            folder=config.resolve(),
            workers=workers,
            backfill_alerts=backfill_alerts or loaded.settings.backfill_alerts,
        )
        stop = asyncio.Event()
        with metrics(loaded, "run", None) as measured:
            hear = None if measured is None else measured.of_run
            running = Run(plan, screen, totals, hear)
            run_until_stopped(running.until_stopped(stop), stop, at_once=running.end_at_once)
        screen.tell(totals)
        screen.note(f"stopped; everything is kept in {loaded.settings.data} for the next run")


def _of_terminal(loaded: Config) -> str:
    """Return the language that the terminal's subscriber wants alerts to be told in."""
    wanted = (one.language for one in loaded.subscribers if one.kind == "terminal")
    return next(wanted, ENGLISH)
