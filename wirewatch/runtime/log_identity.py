"""Whether Kafka's log is still the one that the rest of the data folder speaks of.

What poll knows of its feeds says which stories are on Kafka. With another log, or none, these
would count as sent and be nowhere.
"""

import re
from pathlib import Path

from connectors.kept_file import ANEW, tell_not_read
from wirewatch.local_kafka import cluster_of
from wirewatch.runtime.supervisor import RunError

KAFKA = "kafka"
FEEDS = "feeds.sqlite"
NOTE = "kafka-log"
"""A file with the id of the log."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def require_log(data: Path) -> None:
    """Raise `RunError` if the feeds' stories were sent to a log that is gone."""
    found, before = cluster_of(data / KAFKA), _noted(data)
    if not (data / FEEDS).exists():
        return
    if before is None and (found or not (data / KAFKA).exists()):
        return  # of a release that noted nothing, or so far with a Kafka of the operator's own
    if before is not None and found == before:
        return
    what = "is gone" if found is None else "is another one"
    raise RunError(
        f"Kafka's log in {data / KAFKA} {what}, but {data / FEEDS} says that the feeds' stories "
        "were sent to it. Put the log back; or move that file away: then the feeds are read as "
        "if for the first time, and what they hold raises no alerts (but with --backfill-alerts)"
    )


def note_log(data: Path) -> None:
    """Note which log the stories go to from now on."""
    if (found := cluster_of(data / KAFKA)) is not None and found != _noted(data):
        (data / NOTE).write_text(f"{found}\n", "utf-8")


def _noted(data: Path) -> str | None:
    """Return the log that was noted; nothing if there is no note, or none that can be read."""
    try:
        found = (data / NOTE).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        found = ""
    if _ID.fullmatch(found):
        return found
    lost = "which log of Kafka the feeds' stories went to"
    tell_not_read(data / NOTE, because="it is damaged", lost=lost, remedy=ANEW)
    return None
