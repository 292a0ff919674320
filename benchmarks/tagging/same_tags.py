"""Write the tags of many texts, one story a line: two taggers are alike if the files are.

The texts are the fuzz's, the test stand's and those of FILE (a story a line); of each of these also
its beginning in capitals, and one with curly quotes and many lines. Run it before and after a
change that is to make the tagger faster and nothing else, then compare with `cmp`.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.support.options import Options, existing
from benchmarks.support.stand import story
from benchmarks.tagging.fuzz import make_story
from streams.model.story import Story
from streams.tagging import tag

FUZZ = 20_000
STAND = 1_000
BEGINNING = 240
DAY = datetime(2026, 11, 1, tzinfo=UTC)
BLANK = Story(id="1", version="1", feed="f", source="s", first_seen=DAY, headline="")


def main(out: Path, files: Sequence[Path]) -> None:
    """Tag all texts and write what comes out."""
    with out.open("wb") as lines:
        for one in texts(files):
            tags = msgspec.structs.replace(tag(one), tagger="")
            lines.write(msgspec.json.encode(tags) + b"\n")


def texts(files: Sequence[Path]) -> Iterator[Story]:
    """Return the stories, the same ones each time."""
    for path in files:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield from forms(json.loads(line))
    yield from (story(number, matching=number % 10 == 0) for number in range(STAND))
    yield from map(make_story, range(FUZZ))


def forms(row: dict[str, str | None]) -> Iterator[Story]:
    """Return a story as it is, in capitals, and laid out in another way."""
    headline, body = row.get("headline") or "", row.get("body") or ""
    told = msgspec.structs.replace(
        BLANK, headline=headline, summary=row.get("summary") or "", body=body
    )
    yield msgspec.structs.replace(told, published=DAY, language=row.get("lang"))
    yield msgspec.structs.replace(told, headline=headline.upper(), body=body[:BEGINNING].upper())
    laid_out = body.replace(". ", ".\n").replace("'", "’")
    yield msgspec.structs.replace(told, headline=headline.title(), body=laid_out)


if __name__ == "__main__":
    options = Options(__doc__, takes="a minute")
    options.add_argument("out", type=Path, metavar="OUT", help="the file to write")
    options.add_argument("files", nargs="*", type=existing, metavar="FILE", help="stories")
    given = options.given()
    main(given.out, given.files)
