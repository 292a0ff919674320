"""A tagged story as an item of ninjs 3.1, the news format of the IPTC in JSON."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec
from iso3166 import countries_by_alpha2

from connectors.kafka import Received
from streams.contract.codec import decode
from streams.contract.headers import require_known
from streams.model.story import TAKEN_BACK, Status, Story
from streams.model.tags import TaggedStory, Tags

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
MEDIA_TOPIC = "http://cv.iptc.org/newscodes/mediatopic/"
MEDIA_TOPICS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "china-ties": ("20000638", "international relations"),
        "defense": ("20000598", "national security"),
        "disaster": ("03000000", "disaster, accident and emergency incident"),
        "human-rights": ("20000587", "fundamental rights"),
        "trade": ("20000373", "international trade"),
    }
)
"""The Media Topic that each shipped topic lies within, with the IPTC's name of it: the same or the
next broader of those in docs/topics.md. A narrower one wouldn't be true of most stories."""


def ninjs_line(record: Received) -> bytes:
    """Return a tagged story as one item in one line. Raises `DecodeError`."""
    require_known(record.headers)
    tagged = decode(record.value, TaggedStory)
    return msgspec.json.encode(ninjs_item(tagged.story, tagged.tags)) + b"\n"


def ninjs_item(story: Story, tags: Tags) -> dict[str, object]:
    """Return the item. What the story doesn't say is absent from it."""
    item: dict[str, object] = {
        "uri": f"urn:wirewatch:story:{story.id}",
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "type": "text",
        "version": story.version,
        "pubStatus": _status(story.status),
        "firstCreated": _time(story.published or story.first_seen),
        "versionCreated": _time(story.updated or story.published or story.first_seen),
        "headlines": [{"value": story.headline}],
        "infoSources": [{"name": story.source, "literal": story.feed}],
        "subjects": list(_subjects(tags)),
        "places": list(_places(tags)),
    }
    maybe = {
        "language": tags.language,
        "by": ", ".join(story.authors),
        "located": story.dateline,
        "embargoedUntil": story.embargo and _time(story.embargo),
        "descriptions": story.summary and [_plain(story.summary)],
        "bodies": story.body and [_plain(story.body)],
        "altIds": story.url and [{"role": "web", "value": story.url}],
    }
    return {**item, **{name: value for name, value in maybe.items() if value}}


def _status(status: Status) -> str:
    """Return ninjs' word for it: what isn't taken back is usable, a correction too."""
    return status if status in TAKEN_BACK else Status.USABLE


def _subjects(tags: Tags) -> Iterator[dict[str, str]]:
    for topic in tags.topics:
        if not topic.background:
            yield {"name": topic.slug, "literal": topic.slug}
            if topic.slug in MEDIA_TOPICS:
                code, name = MEDIA_TOPICS[topic.slug]
                yield {"name": name, "uri": MEDIA_TOPIC + code}


def _places(tags: Tags) -> Iterator[dict[str, str]]:
    for country in tags.countries:
        if country.main:
            known = countries_by_alpha2.get(country.code)
            yield {"name": known.name if known else country.code, "literal": country.code}


def _plain(text: str) -> dict[str, str]:
    return {"contentType": "text/plain", "value": text}


def _time(when: datetime) -> str:
    return when.isoformat()
