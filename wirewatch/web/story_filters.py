"""What an address asks of the stories."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from wirewatch.archive.count_rows import FacetCount, Facets
from wirewatch.archive.rows import StoryQuery
from wirewatch.web.questions import RULED, moment, require_known, ruled

MOST_CHARACTERS = 200


class FacetLink(NamedTuple):
    """A value that narrows a search, and whether the search asks for it already."""

    value: str
    stories: int
    chosen: bool


class StoryFilters(msgspec.Struct, frozen=True, kw_only=True):
    """The questions of an address; what is empty asks for nothing.

    `since` and `until` are moments: `7d` (ago), a day or a time; what is of `until` isn't in it.
    """

    words: str = ""
    pair: str = ""
    relation: str = ""
    topic: str = ""
    role: str = ""
    country: str = ""
    language: str = ""
    outlet: str = ""
    watch: str = ""
    since: str = ""
    until: str = ""

    def query(self, now: datetime, cursor: str, limit: int) -> StoryQuery:
        """Return what to ask the archive."""
        return StoryQuery(
            words=self.words,
            pair=self.pair,
            relation=self.relation if self.pair else "",
            topic=self.topic,
            role=self.role if self.topic else "",
            country=self.country,
            language=self.language,
            outlet=self.outlet,
            watch=self.watch,
            since=moment(self.since, now) if self.since else None,
            until=moment(self.until, now) if self.until else None,
            limit=limit,
            cursor=cursor,
        )

    @property
    def asked(self) -> dict[str, str]:
        """The questions that the address asks."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    def without(self, name: str) -> dict[str, str]:
        """Return all questions but one, and what goes with that."""
        gone = {name, *({"pair": ("relation",), "topic": ("role",)}.get(name, ()))}
        return {key: value for key, value in self.asked.items() if key not in gone}


def story_filters(asked: Mapping[str, str]) -> StoryFilters:
    """Read an address. Raises `BadQuestionError`."""
    given = {
        name: asked.get(name, "").strip()[:MOST_CHARACTERS]
        for name in StoryFilters.__struct_fields__
    }
    for name in RULED:
        if given[name]:
            given[name] = ruled(name, given[name])
    for name, value in given.items():
        require_known(name, value)
    return StoryFilters(**given)


def facet_links(facets: Facets, filters: StoryFilters) -> dict[str, tuple[FacetLink, ...]]:
    """Return what the stories found can be narrowed by; a facet of one value narrows nothing."""
    counts: dict[str, tuple[FacetCount, ...]] = {
        name: getattr(facets, name) for name in ("topic", "pair", "country", "language", "outlet")
    }
    return {
        name: tuple(
            FacetLink(one.value, one.stories, one.value == getattr(filters, name)) for one in found
        )
        for name, found in counts.items()
        if len(found) > 1 or getattr(filters, name)
    }
