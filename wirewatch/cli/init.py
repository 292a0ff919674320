"""`wirewatch init`: the topics made on the operator's own Kafka, or held against what is needed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
import typer

from connectors.kafka import compare_topics, ensure_topics
from connectors.kafka.topic_settings import SettingDifference
from connectors.kafka.topics import TopicDifference
from streams.contract.topics import TOPICS
from wirewatch.cli.find_kafka import kafka_of
from wirewatch.cli.options import ConfigFolder, Data, Json, Kafka
from wirewatch.config import Settings, load
from wirewatch.config.environment import environment
from wirewatch.kafka_rights import RIGHTS, kafka_acls, rights_of
from wirewatch.runtime import kafka_wait, logs, serving

ANSWER_SECONDS = 10.0

app = typer.Typer()


@app.command("init")
def init_command(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: say what differs, and exit 1 if any.")
    ] = False,
    acls: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE=USER",
            help="Change nothing: print the kafka-acls commands that let a user be this service.",
        ),
    ] = None,
    config: ConfigFolder = Path(),
    kafka: Kafka = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make the topics on your own Kafka, and end. The other commands do it too if need be.

    What differs is set, but for what you may have chosen: that is told with what to do, and --check
    lists it. Exit code 1: wirewatch can't work with a topic, or Kafka refused a change.
    """
    loaded = load(config, environment(kafka, data), secrets=())
    settings = loaded.settings
    logs.configure(json=as_json, level=settings.log_level)
    if acls:
        _print_acls(acls, settings, spikes=any(watch.spikes for watch in loaded.watches))
        return
    if check:
        differing = compare_topics(
            kafka_of(settings), prefix=settings.prefix, seconds=ANSWER_SECONDS
        )
        _tell(differing, as_json=as_json)
        raise typer.Exit(1 if differing else 0)
    # No service: it keeps nothing, in no data folder.
    kafka_access = serving.kafka_of(settings)
    kafka_wait.require(kafka_access)
    found = ensure_topics(kafka_access, prefix=settings.prefix, seconds=ANSWER_SECONDS)
    structlog.get_logger().info("topics_are_there", topics=len(TOPICS))
    # What an operator may have chosen mustn't fail: a deployment starts nothing before this is 0.
    if any(one.unfit or one.refused for topic in found for one in topic.differences):
        raise typer.Exit(1)


def _print_acls(wanted: list[str], settings: Settings, *, spikes: bool) -> None:
    for words in wanted:
        service, _, user = words.partition("=")
        if service not in RIGHTS or not user:
            known = ", ".join(RIGHTS)
            raise typer.BadParameter(f"give SERVICE=USER, and as SERVICE one of {known}")
        for command in kafka_acls(
            rights_of(service, spikes=spikes),
            user,
            prefix=settings.prefix,
            address=settings.kafka or "HOST:PORT",
        ):
            typer.echo(command)


def _tell(differing: list[TopicDifference], *, as_json: bool) -> None:
    for topic in differing:
        if as_json:
            for fact in _facts(topic):
                typer.echo(msgspec.json.encode(fact))
        elif not topic.differences:
            typer.echo(f"{topic.topic}: isn't there; `wirewatch init` makes it")
        else:
            for one in topic.differences:
                typer.echo(f"{topic.topic}: {_said(one)}")
    if not differing and not as_json:
        typer.echo(f"all {len(TOPICS)} topics are as they need to be")


def _said(one: SettingDifference) -> str:
    """Say what is there, what is wanted, and who can change it."""
    said = f"{one.setting} is {one.found} and should be {one.wanted}"
    if one.change:
        said += "; `wirewatch init` sets it"
    return f"{said}: {one.reason}" if one.reason else said


def _facts(topic: TopicDifference) -> Iterator[dict[str, object]]:
    if not topic.differences:
        yield {"topic": topic.topic, "missing": True}
    for one in topic.differences:
        yield {"topic": topic.topic, **msgspec.to_builtins(one)}
