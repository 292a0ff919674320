"""`wirewatch init`: the topics made on the operator's own Kafka."""

from pathlib import Path

import structlog
import typer

from connectors.kafka import ensure_topics
from streams.bus import TOPICS
from wirewatch import reach, serving
from wirewatch.options import ConfigFolder, Json, Kafka

ANSWER_SECONDS = 10.0

app = typer.Typer()


@app.command("init")
def init_command(
    *, config: ConfigFolder = Path(), kafka: Kafka = None, as_json: Json = False
) -> None:
    """Make the topics on your own Kafka, and end. The other commands do it too if need be."""
    loaded, kafka_access = serving.begin(config, kafka, None, as_json=as_json)
    reach.require(kafka_access)
    ensure_topics(kafka_access, prefix=loaded.settings.prefix, seconds=ANSWER_SECONDS)
    structlog.get_logger().info("topics_are_there", topics=len(TOPICS))
