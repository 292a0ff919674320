"""`wirewatch topics`: teach the second reader by examples, and see what it has learnt."""

import os
import pkgutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from streams.encoder import Encoder, EncoderError, story_text
from streams.model.verdict import Said, last_words
from streams.tagging import Tagger
from streams.tagging.examples import LONGEST, with_line, with_own
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.in_force import config_in_force
from wirewatch.cli.options import ConfigFolder, Data, Kafka
from wirewatch.config import Config, load
from wirewatch.config.environment import environment
from wirewatch.config.examples import ENDING
from wirewatch.config.tables import SETTINGS
from wirewatch.config.topics import FOLDER
from wirewatch.config.wording import choose
from wirewatch.errors import ProgramError
from wirewatch.evaluation.counts import Counts
from wirewatch.history.explain_input import looking_through
from wirewatch.history.lookup import look_up
from wirewatch.render.console import to_console
from wirewatch.runtime.second_reader import HEADS, INSTALL, VECTORS, encoder_of

app = typer.Typer()
topics = typer.Typer(no_args_is_help=True, help="Teach topics by examples.")
app.add_typer(topics, name="topics")


class TrainingError(ProgramError):
    """Topics can't be learnt here. The message says why."""


@topics.command("train")
def train_command(*, config: ConfigFolder = Path(), data: Data = None) -> None:
    """Fit the second reader to all examples, the shipped ones and yours."""
    loaded = load(config, environment(None, data), secrets={SETTINGS})
    training, encoder = _ready(loaded)
    examples = with_own(loaded.examples)
    try:
        heads, vectors = training.learn(encoder, Tagger(loaded.topics, loaded.offices), examples)
    except EncoderError as error:
        raise TrainingError(f"the encoder gave no answer: {error}") from error
    finally:
        encoder.close()
    path = loaded.settings.data / HEADS
    training.keep(vectors, loaded.settings.data / VECTORS)
    training.keep(heads, path)
    count = sum(len(topic.all) for topic in examples)
    typer.echo(f"learnt {len(heads.topics)} topics from {count} examples by {encoder.name}: {path}")
    typer.echo("it takes effect when `work` or `run` starts again")


@topics.command("eval")
def eval_command(*, config: ConfigFolder = Path()) -> None:
    """Say how well each topic's examples are told apart, each by who hasn't seen it."""
    loaded = load(config, os.environ, secrets={SETTINGS})
    training, encoder = _ready(loaded)
    try:
        tagger = Tagger(loaded.topics, loaded.offices)
        scores = training.evaluate(encoder, tagger, with_own(loaded.examples))
    except EncoderError as error:
        raise TrainingError(f"the encoder gave no answer: {error}") from error
    finally:
        encoder.close()
    table = Table(box=None, pad_edge=False)
    table.add_column("topic", no_wrap=True)
    for heading in ("examples", "by", "precision", "95 %", "recall", "95 %", "F1"):
        table.add_column(heading, justify="left" if heading == "by" else "right")
    for score in scores:
        first = (score.slug, str(score.examples))
        _row(table, first, "words", score.by_words)
        _row(table, ("", ""), "reader", score.by_reader)
        _row(table, ("", ""), "both", score.by_both)
    to_console().print(table)


@topics.command("learn")
def learn_command(
    *,
    given: Annotated[
        str,
        typer.Argument(metavar="ALERT|STORY|URL", help="What was judged by `wirewatch judge`."),
    ],
    topic: Annotated[str, typer.Option(metavar="SLUG", help="The topic it is an example of.")],
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
) -> None:
    """Make an example of a story that was judged: right and missed count, wrong doesn't."""
    loaded = config_in_force(config, environment(kafka, data), secrets=())
    tagger = Tagger(loaded.topics, loaded.offices)
    try:
        slug = choose(topic, tagger.topics)
    except ValueError as error:
        raise typer.BadParameter(f"--topic: {error}") from error
    settings = loaded.settings
    traces = look_up(given, looking_through(kafka_of(settings), settings.prefix))
    words = last_words(traces.verdicts)
    if not words:
        raise TrainingError("nobody has judged it: say what you make of it by `wirewatch judge`")
    word, story = words[-1], traces.story
    text = " ".join(story_text(story.headline, story.summary, story.body).split())[:LONGEST]
    why = " ".join(f"{word.said} by {word.by} {word.note}".replace("|", "/").split())
    path = config / FOLDER / f"{slug}{ENDING}"
    path.parent.mkdir(exist_ok=True)
    line = f"{'-' if word.said is Said.WRONG else '+'} {text.replace('|', '/')} | {why}"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(with_line(before, line), encoding="utf-8")
    typer.echo(f"{path}: {line}")
    typer.echo("run `wirewatch topics train` once you have added what you want")


def _ready(loaded: Config) -> tuple[Any, Encoder]:
    """Return the module that trains, and the encoder. Raises `TrainingError`."""
    try:
        encoder = encoder_of(loaded.settings)
        training: Any = pkgutil.resolve_name("wirewatch.evaluation.topic_training")
    except (EncoderError, ImportError) as error:
        raise TrainingError(f"{error}; to add it: {INSTALL}") from error
    if encoder is None:
        raise TrainingError('[tagging] encoder = "none": there is nothing to train')
    return training, encoder


def _row(table: Table, first: tuple[str, str], by: str, counts: Counts) -> None:
    low, high = counts.precision_interval
    least, most = counts.recall_interval
    table.add_row(
        *first,
        by,
        f"{counts.precision:.2f}",
        f"{low:.2f}-{high:.2f}",
        f"{counts.recall:.2f}",
        f"{least:.2f}-{most:.2f}",
        f"{counts.f1:.2f}",
    )
