"""`wirewatch init`: the topics made on the operator's own Kafka."""

from pathlib import Path

import structlog
import typer

from connectors.kafka import ensure_topics
from streams.contract.topics import TOPICS
from wirewatch.cli.options import ConfigFolder, Json, Kafka
from wirewatch.config import load
from wirewatch.config.environment import environment
from wirewatch.runtime import kafka_wait, logs, serving

ANSWER_SECONDS = 10.0

app = typer.Typer()


@app.command("init")
def init_command(
    *, config: ConfigFolder = Path(), kafka: Kafka = None, as_json: Json = False
) -> None:
    """Make the topics on your own Kafka, and end. The other commands do it too if need be."""
    # No service: it keeps nothing, in no data folder.
    settings = load(config, environment(kafka, None), secrets=()).settings
    logs.configure(json=as_json, level=settings.log_level)
    kafka_access = serving.kafka_of(settings)
    kafka_wait.require(kafka_access)
    ensure_topics(kafka_access, prefix=settings.prefix, seconds=ANSWER_SECONDS)
    structlog.get_logger().info("topics_are_there", topics=len(TOPICS))
