"""The table of commands. A new one is a file beside this one, and a row here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Command(NamedTuple):
    """Where a command is, and what the list of commands says of it."""

    place: str
    about: str


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "run": Command(
            "wirewatch.cli.run:app",
            "Run everything on this machine until Ctrl-C: Kafka, poll, work, deliver.",
        ),
        "demo": Command(
            "wirewatch.cli.demo:app",
            "Show the main job on sample feeds: feeds, Kafka, Faust, alerts.",
        ),
        "poll": Command(
            "wirewatch.cli.poll:app",
            "Poll the feeds and put their stories on Kafka.",
        ),
        "work": Command(
            "wirewatch.cli.work:app",
            "Tag, match and gather. Start it as many times as you need, up to eight at once.",
        ),
        "deliver": Command(
            "wirewatch.cli.deliver:app",
            "Deliver alerts to the subscribers, each once, retried until it arrives.",
        ),
        "status": Command(
            "wirewatch.cli.status:app",
            "Show how all is doing, and what needs you. The exit code is 1 when something does.",
        ),
        "subscribers": Command(
            "wirewatch.cli.subscribers:subscribers",
            "Who gets alerts: see how they stand, send a sample, pause, mute an alert.",
        ),
        "init": Command(
            "wirewatch.cli.init:app",
            "Make the topics on your own Kafka, and end. The other commands do it too if need be.",
        ),
        "tag": Command(
            "wirewatch.cli.tag:app",
            "Tag a text: its countries, pairs and topics, with the words that decided.",
        ),
        "eval": Command(
            "wirewatch.cli.eval:app",
            "Hold the tagger and your watches against labelled stories, each file by itself.",
        ),
        "check": Command(
            "wirewatch.cli.check:app",
            "Check the configuration: every fault at once, with file and line.",
        ),
        "feeds": Command(
            "wirewatch.cli.feeds:feeds",
            "The list of feeds: see how they are doing, add, check, import, export, pause.",
        ),
        "topics": Command(
            "wirewatch.cli.topics:app",
            "Teach topics by examples.",
        ),
        "explain": Command(
            "wirewatch.cli.explain:app",
            "Say why a story came or didn't: every stage, every threshold, the nearest miss first.",
        ),
        "judge": Command(
            "wirewatch.cli.judge:app",
            "Say whether an alert was right or wrong, that a story should have raised one, or what "
            "is one.",
        ),
        "watches": Command(
            "wirewatch.cli.watches:watches",
            "Watches: how well each does, by what people said.",
        ),
        "replay": Command(
            "wirewatch.cli.replay:app",
            "Say what watches would have brought, and how a draft differs from those in force.",
        ),
        "tail": Command(
            "wirewatch.cli.tail:app",
            "Show the records of a topic as they come; `--json` has them whole, with their "
            "headers.",
        ),
        "archive": Command(
            "wirewatch.cli.archive:archive",
            "The archive of stories and alerts, for `stories search` and `alerts`: fill it.",
        ),
        "stories": Command(
            "wirewatch.cli.stories:stories",
            "Stories in the archive: search them.",
        ),
        "alerts": Command(
            "wirewatch.cli.alerts:alerts",
            "Alerts in the archive: list them, show one.",
        ),
        "export": Command(
            "wirewatch.cli.export:app",
            "Write the tagged stories that Kafka holds, or the alerts, for other programs to read.",
        ),
        "web": Command(
            "wirewatch.cli.web:app",
            "Serve the page: alerts as they come, what decided each, and whether to trust it.",
        ),
        "dead-letters": Command(
            "wirewatch.cli.dead_letters:dead_letters",
            "Records that couldn't be processed: see why, put them back, delete them.",
        ),
        "schemas": Command(
            "wirewatch.cli.schemas:app",
            "Print the JSON Schema of a record on Kafka; without a name, list what there is.",
        ),
    }
)
"""All commands. What is said of each is what its own `--help` begins with."""
