"""Labelled stories: one JSON object a line, its labels beside the story's own fields."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.story import Story
from wirewatch.told import Told, told_story

YES, NO = "yes", "no"


@dataclass(frozen=True, kw_only=True)
class Gold:
    """A story with what people say of it; `None` means that they didn't.

    `tolerated` are countries that are neither right nor wrong. `pairs` are unordered pairs that
    must be found. `alert` is yes or no; anything else counts as undecided.
    """

    id: str
    story: Story
    countries: frozenset[str] | None = None
    tolerated: frozenset[str] = frozenset()
    main: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    pairs: tuple[tuple[str, str], ...] = field(default=())
    alert: str | None = None


class GoldError(ValueError):
    """A line that can't be read. The message says which, and why."""


def read(lines: Iterable[bytes]) -> Iterator[Gold]:
    """Read labelled stories.

    Labels: `countries`, `countries_ok`, `countries_main`, `topics` (lists), `dyads` (list of
    pairs), and `alert` or any name that begins with `alert_` (yes or no). With `headline_masked`
    the headline gives the answer away, and only the body is read.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield _gold(row, number)
        except (ValueError, TypeError, AttributeError) as error:
            raise GoldError(f"line {number} is no labelled story: {error}") from error


def _gold(row: dict[str, Any], number: int) -> Gold:
    told = Told(
        headline="" if row.get("headline_masked") else row.get("headline"),
        summary=row.get("summary"),
        body=row.get("body"),
        language=row.get("language"),
        published=row.get("published") or row.get("date"),
    )
    return Gold(
        id=str(row.get("id", number)),
        story=told_story(told),
        countries=_labels(row.get("countries")),
        tolerated=_labels(row.get("countries_ok")) or frozenset(),
        main=_labels(row.get("countries_main")),
        topics=_topics(row.get("topics")),
        pairs=tuple((min(pair), max(pair)) for pair in row.get("dyads") or ()),
        alert=alert_label(row),
    )


def alert_label(row: Mapping[str, Any]) -> str | None:
    """Give a row's label that says whether the story should alert, the first of several."""
    alerts = [value for name, value in row.items() if name == "alert" or name[:6] == "alert_"]
    return next((value for value in alerts if isinstance(value, str)), None)


def _labels(given: list[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


def _topics(given: list[str] | None) -> frozenset[str] | None:
    """Read topics by our slugs; `china` is short for `china-ties`."""
    if given is None:
        return None
    slugs = {topic.replace("_", "-") for topic in given}
    return frozenset("china-ties" if slug == "china" else slug for slug in slugs)
