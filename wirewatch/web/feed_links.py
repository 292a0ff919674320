"""The Atom and JSON Feeds that deliver serves of a watch, or why there are none."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from connectors.delivery.feed_server import feed_addresses, is_loopback
from connectors.delivery.sinks.feed import FOLDER, file_name
from connectors.delivery.sinks.settings import FeedSettings
from streams.model.watch import Watch
from wirewatch.config import Config


class FeedLink(NamedTuple):
    """A watch's feeds of one subscriber; without addresses `why` says what is in the way."""

    subscriber: str
    atom: str = ""
    json: str = ""
    why: str = ""


def feed_links(config: Config, watch: Watch, data: Path) -> tuple[FeedLink, ...]:
    """Return the feeds of all subscribers that get the watch's alerts as feeds."""
    return tuple(_links(config, watch, data))


def _links(config: Config, watch: Watch, data: Path) -> Iterator[FeedLink]:
    settings = config.settings
    place = urlsplit(f"//{settings.feeds_out_listen}")
    host, file = place.hostname or "", file_name(watch.id)
    addresses = feed_addresses(host, place.port or 0, config.subscribers)
    for one in config.subscribers:
        if not isinstance(one.sink, FeedSettings) or (one.watches and watch.id not in one.watches):
            continue
        folder = data / FOLDER / file_name(one.id)
        if not settings.feeds_out_enabled:
            why = f"not served: enabled is false under [feeds_out]. The files are in {folder}."
        elif one.sink.token is not None:
            why = "its address holds its token, so it isn't shown here."
        elif not is_loopback(host):
            why = "not served: listen under [feeds_out] is open to others, and it has no token."
        elif not (folder / f"{file}.atom").exists():
            why = "nothing yet: it begins with the first alert that is delivered to it."
        else:
            base = addresses[one.id].removesuffix("all.atom")
            yield FeedLink(one.id, atom=f"{base}{file}.atom", json=f"{base}{file}.json")
            continue
        yield FeedLink(one.id, why=why)
