"""`wirewatch eval`: the tagger and the watches against labelled stories."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from streams.matching.match import Watches
from streams.tagging import Tagger
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Json
from wirewatch.config.tables import SETTINGS
from wirewatch.config.wording import nearest
from wirewatch.evaluation.gold import GoldError
from wirewatch.evaluation.report import as_json as show_json
from wirewatch.evaluation.report import evaluate, show
from wirewatch.runtime.second_reader import both_readers

app = typer.Typer()


@app.command("eval")
def eval_command(
    *,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="JSON lines as for `tag`, with labels: countries, countries_ok, countries_main, "
            "topics, dyads, alert.",
        ),
    ],
    config: ConfigFolder = Path(),
    errors: Annotated[
        int, typer.Option(min=0, help="Show so many of the worst disagreements.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Hold the tagger and your watches against labelled stories, each file by itself."""
    loaded = config_in_force(config, os.environ, secrets={SETTINGS})
    words = Tagger(loaded.topics, loaded.offices)
    tagger = both_readers(loaded, words)
    for path in files:
        try:
            account = evaluate(
                path, tagger, Watches(loaded.watches), quiet=as_json or not sys.stderr.isatty()
            )
        except OSError as error:
            raise typer.BadParameter(f"can't read {path}: {error.strerror}") from error
        except GoldError as error:
            raise typer.BadParameter(f"{path}: {error}") from error
        for slug in sorted(account.labelled.difference(words.topics)):
            hint = nearest(slug, words.topics)
            typer.echo(f"{path}: no topic is called {slug}, so it is always missed{hint}", err=True)
        (show_json if as_json else show)(path, account, errors=errors)
