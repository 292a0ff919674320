"""Stories that someone hands over: a text, or JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from streams.model.story import TAKEN_BACK, Status, Story, digest


class StoryInput(msgspec.Struct, frozen=True, kw_only=True):
    """A line of JSON. Fields not named here are passed over; null is as good as not there."""

    id: str | int | None = None
    headline: str | None = None
    summary: str | None = None
    body: str | None = None
    language: str | None = None
    source: str | None = None
    published: str | None = None
    # Of any type: many files have such fields, and mean something else by them.
    url: object = None
    status: object = None
    first_seen: object = None


class GoodLine(NamedTuple):
    """A line that is a story: its id as given, what it says, and the line itself."""

    given: str | int
    told: StoryInput
    text: bytes


@dataclass(frozen=True)
class BadLine:
    """A line that is no story. The reason says what is wrong, and where in the line."""

    number: int
    reason: str


TOLD = "told"
"""The feed of stories that were handed over."""
_decoder = msgspec.json.Decoder(StoryInput)


def json_lines(lines: Iterable[bytes]) -> Iterator[tuple[str | int, Story] | BadLine]:
    """Read JSON lines, one story each: its id as given (else the line's number) and the story."""
    for read in told_lines(lines):
        yield read if isinstance(read, BadLine) else (read.given, told_story(read.told))


def told_lines(lines: Iterable[bytes]) -> Iterator[GoodLine | BadLine]:
    """Read JSON lines as they stand, each with its id as given, else the line's number.

    Blank lines are passed over. Holds one line at a time.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        try:
            told = _decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield BadLine(number, str(error))
            continue
        texts = (told.headline or "", told.summary or "", told.body or "")
        # A kill may come without a word.
        if not any(map(str.strip, texts)) and _status(told.status) not in TAKEN_BACK:
            yield BadLine(number, "it has no headline, summary or body")
            continue
        yield GoodLine(number if told.id is None else told.id, told, text)


def plain_text(text: str) -> Story:
    """Read a text: its first line is the headline when there is more below it."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
        return told_story(
            StoryInput(body=first) if len(first) > 200 else StoryInput(headline=first)
        )
    return told_story(StoryInput(headline=first.strip(), body=rest.strip()))


def told_story(told: StoryInput) -> Story:
    """Make a story of what was told."""
    texts = (told.headline or "", told.summary or "", told.body or "")
    return Story(
        id=digest(texts),
        version="told",
        feed=TOLD,
        source=told.source or "",
        headline=texts[0],
        summary=texts[1],
        body=texts[2],
        language=told.language or None,
        published=moment(told.published),
        published_raw=told.published,
        first_seen=moment(told.first_seen) or datetime.now(UTC),
        url=told.url if isinstance(told.url, str) else None,
        status=_status(told.status),
    )


def _status(given: object) -> Status:
    return next((status for status in Status if status == given), Status.USABLE)


def moment(text: object) -> datetime | None:
    """Read an ISO 8601 date; one without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
