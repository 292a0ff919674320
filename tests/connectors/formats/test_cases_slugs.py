"""Words that wires write before headlines: in ordinary feeds they are just words."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.parsing.parser_pool import ParserPool
from streams.model.alert import Kind
from streams.model.story import Status
from tests.support.folders import DATA
from tests.support.polled import FEED, polled, polled_files, raised

CASE = DATA / "cases" / "12-slug-killed" / "feed.xml"
ITEM = (
    '{{"type": "text", "uri": "urn:x:{0}", "pubstatus": "usable", "headline": "{1}", '
    '"body_text": "Words."}}'
)
FORMS = [
    ("KILL: US and Cambodia talk", Status.CANCELED),
    ("WITHDRAWN - US and Cambodia talk", Status.CANCELED),
    ("HOLD: US and Cambodia talk", Status.WITHHELD),
    ("CORRECTED-US and Cambodia talk", Status.CORRECTED),
    ("KILLED: two US soldiers", Status.USABLE),
]


@pytest.mark.parametrize("wire", [False, True])
def test_killed_soldiers_are_news(parser: ParserPool, *, wire: bool) -> None:
    stories = polled(parser, CASE.read_bytes(), feed=replace(FEED, wire=wire)).stories
    assert [story.status for story in stories] == [Status.USABLE] * 3
    assert Kind.OPENED in raised(stories)


@pytest.mark.parametrize(("headline", "status"), FORMS)
def test_slugs_count_in_wire_files_and_where_the_operator_says_so(
    headline: str, status: Status, parser: ParserPool, tmp_path: Path
) -> None:
    document = (
        f'<rss version="2.0"><channel><title>T</title><item><title>{headline}</title></item>'
        "</channel></rss>"
    ).encode()
    said = {
        "ordinary": polled(parser, document),
        "wire": polled(parser, document, feed=replace(FEED, wire=True)),
        "files": polled_files(parser, ITEM.format(1, headline).encode(), folder=tmp_path),
    }
    seen = {name: polls.stories[0].status for name, polls in said.items()}
    assert seen == {"ordinary": Status.USABLE, "wire": status, "files": status}
