"""Atom and JSON Feed, as files: for each subscriber one of all its alerts, and one for each watch.

Each file is replaced as a whole. A repeated event changes nothing.
"""

import os
import re
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from connectors.background import in_thread
from connectors.delivery.sinks.content import one_line
from connectors.delivery.sinks.feed_document import AlertFeed, added, from_json, to_atom, to_json
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, retry
from connectors.delivery.sinks.settings import FeedSettings
from streams.model.story import digest

log = structlog.get_logger()

FOLDER = "feeds"
"""In the data folder."""
ALL = "all"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def open_sink(tools: SinkTools) -> Send:
    """Return what writes feeds."""

    async def send(_: FeedSettings, told: Notification) -> DeliveryOutcome:
        try:
            await in_thread(partial(write, tools.folder / FOLDER, told, datetime.now(UTC)))
        except OSError as error:
            return retry(f"the feed can't be written: {error.strerror}", away=True)
        return DELIVERED

    return send


def write(folder: Path, told: Notification, now: datetime) -> None:
    """Write what is told into the subscriber's feeds. Raises `OSError`."""
    own = folder / file_name(told.subscriber)
    own.mkdir(parents=True, exist_ok=True)
    # A sample has a file of its own: a feed's readers would keep it among the alerts.
    titles = {} if told.sample else {ALL: f"wirewatch: {one_line(told.subscriber, 100)}"}
    for event in told.events:
        titles[file_name(event.watch)] = one_line(event.title, 200) or event.watch
    for name, title in titles.items():
        mine = tuple(event for event in told.events if name in (ALL, file_name(event.watch)))
        _update(own / name, title, replace(told, events=mine), now)


def file_name(text: str) -> str:
    """Return an id as a file may be called."""
    return text if _NAME.fullmatch(text) and text != ALL else digest((text,))


def _update(path: Path, title: str, told: Notification, now: datetime) -> None:
    before = _read(path.with_name(f"{path.name}.json"))
    feed = AlertFeed(title=title, items=before.items if before is not None else ())
    after = added(feed, told, now)
    if after == before and path.with_name(f"{path.name}.atom").exists():
        return
    # The JSON is what is remembered, so it comes last: a crash in between writes both again.
    _replace(path.with_name(f"{path.name}.atom"), to_atom(after, f"{told.subscriber}/{path.name}"))
    _replace(path.with_name(f"{path.name}.json"), to_json(after))


def _read(path: Path) -> AlertFeed | None:
    """Return what a file holds. One that isn't ours, or is damaged, is kept beside."""
    try:
        return from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        aside = path.with_name(f"{path.name}.aside")
        path.replace(aside)
    log.error("feed_moved_aside", cause=f"{path.name} is damaged", kept_as=str(aside))
    return None


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole, on the disk, or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
