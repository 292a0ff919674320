"""Records as rows of a table: one row a tagged story, or an event of an alert."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from connectors.kafka import Received
from streams.contract.codec import decode
from streams.contract.headers import of_tags, require_known
from streams.model.alert import AlertEvent
from streams.model.story import Story
from streams.model.tags import TaggedStory, Tags

WIDE = "\uff1d\uff0b\uff0d\uff20"
"""The full-width `=+-@`, which some spreadsheets take too."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
"""How a cell begins that a spreadsheet may run as a formula."""

Cell = str | bool | datetime | tuple[str, ...] | None
Row = Mapping[str, Cell]
TIMES = frozenset({"written", "published", "first_seen"})
FLAGS = frozenset({"backfill", "shadow"})
LISTS = frozenset({"countries", "pairs", "all_pairs", "topics", "background_topics", "outlets"})
"""The columns that hold no text."""

STORY_COLUMNS = (
    "written",
    "story",
    "version",
    "status",
    "backfill",
    "source",
    "feed",
    "headline",
    "summary",
    "url",
    "language",
    "published",
    "first_seen",
    "countries",
    "pairs",
    "all_pairs",
    "topics",
    "background_topics",
)
ALERT_COLUMNS = (
    "written",
    "event",
    "alert",
    "kind",
    "watch",
    "title",
    "severity",
    "shadow",
    "reason",
    "story",
    "source",
    "headline",
    "url",
    "outlets",
    "pairs",
    "all_pairs",
    "topics",
    "background_topics",
)


def story_row(record: Received) -> Row:
    """Return a tagged story's cells by column. Raises `DecodeError`."""
    require_known(record.headers)
    tagged = decode(record.value, TaggedStory)
    story = tagged.story
    return {
        "written": record.timestamp,
        **_story(story),
        "version": story.version,
        "status": story.status,
        "backfill": story.backfill,
        "feed": story.feed,
        "summary": story.summary,
        "language": tagged.tags.language or "",
        "published": story.published,
        "first_seen": story.first_seen,
        "countries": tuple(one.code for one in tagged.tags.countries if one.main),
        **_tags(tagged.tags),
    }


def alert_row(record: Received) -> Row:
    """Return an alert event's cells by column. Raises `DecodeError`."""
    require_known(record.headers)
    event = decode(record.value, AlertEvent)
    return {
        "written": record.timestamp,
        "event": event.event,
        "alert": event.alert,
        "kind": event.kind,
        "watch": event.watch,
        "title": event.title,
        "severity": event.severity,
        "shadow": event.shadow,
        "reason": event.reason,
        **_story(event.story),
        "outlets": event.outlets,
        **_tags(event.tags),
    }


def csv_line(cells: Iterable[Cell]) -> bytes:
    """Return a line of CSV (RFC 4180) that no spreadsheet takes for a formula."""
    line = io.StringIO()
    csv.writer(line).writerow(harmless(_text(cell)) for cell in cells)
    return line.getvalue().encode("utf-8", "replace")


def harmless(cell: str) -> str:
    """Return a cell's text with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _story(story: Story) -> dict[str, Cell]:
    return {
        "story": story.id,
        "source": story.source,
        "headline": story.headline,
        "url": story.url or "",
    }


def _tags(tags: Tags) -> dict[str, tuple[str, ...]]:
    """Return what the headers of the same names say, so that both filters mean the same."""
    said = {name: tuple(filter(None, value.decode().split(","))) for name, value in of_tags(tags)}
    return {
        "pairs": said["ce_pairs"],
        "all_pairs": said["ce_allpairs"],
        "topics": said["ce_topics"],
        "background_topics": said["ce_backgroundtopics"],
    }


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat()
        case tuple():
            return ",".join(cell)
    return cell
