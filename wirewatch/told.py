"""Stories that someone hands to the tagger: a text, a file, or JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from streams.story import Story, digest


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A line of JSON. Fields not named here are passed over; null is as good as not there."""

    id: str | int | None = None
    headline: str | None = None
    summary: str | None = None
    body: str | None = None
    language: str | None = None
    source: str | None = None
    published: str | None = None


@dataclass(frozen=True)
class BadLine:
    """A line that is no story. The reason says what is wrong, and where in the line."""

    number: int
    reason: str


_decoder = msgspec.json.Decoder(Told)


def json_lines(lines: Iterable[bytes]) -> Iterator[tuple[str | int, Story] | BadLine]:
    """Read JSON lines, one story each: its id as given (else the line's number) and the story.

    Blank lines are passed over. Holds one line at a time.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = _decoder.decode(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield BadLine(number, str(error))
            continue
        yield number if told.id is None else told.id, told_story(told)


def plain_text(text: str) -> Story:
    """Read a text: its first line is the headline when there is more below it."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
        return told_story(Told(body=first) if len(first) > 200 else Told(headline=first))
    return told_story(Told(headline=first.strip(), body=rest.strip()))


def is_json_line(line: bytes) -> bool:
    """Say whether a first line looks like JSON rather than like a text."""
    return line.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def told_story(told: Told) -> Story:
    """Make a story of what was told."""
    texts = (told.headline or "", told.summary or "", told.body or "")
    return Story(
        id=digest(texts),
        version="told",
        feed="told",
        source=told.source or "",
        headline=texts[0],
        summary=texts[1],
        body=texts[2],
        language=told.language or None,
        published=_moment(told.published),
        published_raw=told.published,
        first_seen=datetime.now(UTC),
    )


def _moment(text: str | None) -> datetime | None:
    """Read an ISO 8601 date; one without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
