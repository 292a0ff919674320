"""Items whose publishers number their versions: what comes late takes nothing from what follows."""

import json
from pathlib import Path

import pytest

from connectors.parsing.parser_pool import ParserPool
from streams.model.alert import Kind
from tests.support.polled import polled_files, raised

HEADLINE = "US and Cambodian armies hold joint exercises"
OTHER_WORDS = "US and Cambodian armies hold joint exercises in Kampot"


def version(number: int, status: str, headline: str = HEADLINE) -> bytes:
    item = {
        "uri": "urn:wire:1",
        "type": "text",
        "version": str(number),
        "pubstatus": status,
        "headline": headline,
        "body_text": "The US Army and the Royal Cambodian Army train together, both said.",
        "language": "en",
        "versioncreated": f"2026-11-26T10:0{number}:00Z",
    }
    return json.dumps(item).encode()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            [
                version(1, "usable"),
                version(3, "usable", OTHER_WORDS),
                version(2, "canceled"),
                version(4, "canceled"),
            ],
            [Kind.OPENED, Kind.UPDATED, Kind.WITHDRAWN],
        ),
        (
            [
                version(1, "usable"),
                version(2, "canceled"),
                version(1, "usable"),
                version(3, "usable"),
            ],
            [Kind.OPENED, Kind.WITHDRAWN, Kind.UPDATED],
        ),
        (
            [
                version(1, "usable"),
                version(2, "withheld"),
                version(1, "usable"),
                version(3, "usable"),
            ],
            [Kind.OPENED, Kind.WITHDRAWN, Kind.UPDATED],
        ),
    ],
)
def test_a_version_is_told_in_the_words_of_an_older_one_that_came_late(
    parser: ParserPool, tmp_path: Path, files: list[bytes], expected: list[Kind]
) -> None:
    assert raised(polled_files(parser, *files, folder=tmp_path).stories) == expected


def test_the_same_version_is_sent_once(parser: ParserPool, tmp_path: Path) -> None:
    files = (version(1, "usable"), version(1, "usable"), version(2, "usable"))
    assert [one.revision for one in polled_files(parser, *files, folder=tmp_path).stories] == [1, 2]
