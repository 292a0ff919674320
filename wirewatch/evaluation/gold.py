"""Labelled stories: one JSON object a line, its labels beside the story's own fields."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.model.story import Story
from wirewatch.input.story_input import StoryInput, told_story

YES, NO = "yes", "no"
LABELS = "countries, countries_main, topics, dyads, or alert with yes or no"


@dataclass(frozen=True, kw_only=True)
class Gold:
    """A story with what people say of it; `None` means that they didn't.

    `tolerated` are countries that are neither right nor wrong. `pairs` are unordered pairs that
    must be found. `alert` is yes or no; anything else counts as undecided. `labelled` are the
    topics that its file labels, here or in another story: of others nobody said anything.
    """

    id: str
    story: Story
    countries: frozenset[str] | None = None
    tolerated: frozenset[str] = frozenset()
    main: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    pairs: tuple[tuple[str, str], ...] = field(default=())
    alert: str | None = None
    labelled: frozenset[str] = frozenset()


class GoldError(ValueError):
    """A line that can't be read, or a file without labels. The message says which, and why."""


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
            yield _gold(_row(line), number)
        except (ValueError, TypeError, RecursionError) as error:
            raise GoldError(f"line {number} is not a labelled story: {error}") from error


def _row(line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("a story is an object, in curly brackets")
    return row


def _gold(row: dict[str, Any], number: int) -> Gold:
    told = StoryInput(
        headline="" if row.get("headline_masked") else row.get("headline"),
        summary=row.get("summary"),
        body=row.get("body"),
        language=row.get("language"),
        published=row.get("published") or row.get("date"),
    )
    return Gold(
        id=str(row.get("id", number)),
        story=told_story(told),
        countries=_labels(row, "countries"),
        tolerated=_labels(row, "countries_ok") or frozenset(),
        main=_labels(row, "countries_main"),
        topics=_topics(_labels(row, "topics")),
        pairs=_pairs(row),
        alert=alert_label(row),
    )


def alert_label(row: Mapping[str, Any]) -> str | None:
    """Return a row's label that says whether the story should alert, the first of several."""
    alerts = [value for name, value in row.items() if name == "alert" or name[:6] == "alert_"]
    words = {True: YES, False: NO}
    said = (words[one] if isinstance(one, bool) else one for one in alerts)
    return next((one for one in said if isinstance(one, str)), None)


def _labels(row: Mapping[str, Any], name: str) -> frozenset[str] | None:
    given = row.get(name)
    if given is None:
        return None
    if not _is_texts(given):
        raise TypeError(f"{name} is not a list of texts")
    return frozenset(given)


def _pairs(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    given = row.get("dyads") or []
    if not isinstance(given, list) or not all(_is_texts(pair) and len(pair) == 2 for pair in given):
        raise TypeError('dyads is not a list of pairs such as ["KH", "US"]')
    return tuple((min(pair), max(pair)) for pair in given)


def _is_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _topics(given: frozenset[str] | None) -> frozenset[str] | None:
    """Read topics by our slugs; `china` is short for `china-ties`."""
    if given is None:
        return None
    slugs = {topic.replace("_", "-") for topic in given}
    return frozenset("china-ties" if slug == "china" else slug for slug in slugs)
