"""Stories handed to the tagger: JSON lines with a fault or two, and plain texts."""

import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.input.story_input import BadLine, json_lines, plain_text


def test_each_line_is_a_story_with_its_own_id() -> None:
    lines = [
        b'{"id": "a", "headline": "H", "summary": "S", "body": "B", "language": "en"}\n',
        b"\n",
        b'{"id": 7, "headline": null, "body": "B", "gold": {"main": ["US"]}}\n',
        b'{"headline": "no id"}',
    ]
    found = [item for item in json_lines(lines) if not isinstance(item, BadLine)]
    assert [given_id for given_id, _ in found] == ["a", 7, 4]
    assert [(s.headline, s.summary, s.body, s.language) for _, s in found] == [
        ("H", "S", "B", "en"),
        ("", "", "B", None),
        ("no id", "", "", None),
    ]


@pytest.mark.parametrize(
    "line", [b"{broken", b'{"headline": 3}', b"[1]", b'"text"', b"\xff\xfe", b'{"id": 1.5}']
)
def test_a_bad_line_is_named_and_the_rest_goes_on(line: bytes) -> None:
    found = list(json_lines([b'{"headline": "1"}', line, b'{"headline": "3"}']))
    assert [isinstance(item, BadLine) for item in found] == [False, True, False]
    bad = found[1]
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert bad.reason


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-04T09:00:00+07:00", datetime(2024, 6, 4, 2, tzinfo=UTC)),
        ("2024-06-04", datetime(2024, 6, 4, tzinfo=UTC)),
        ("last week", None),
    ],
)
def test_a_date_is_read_where_it_is_one(text: str, moment: datetime | None) -> None:
    ((_, story),) = [
        item
        for item in json_lines([json.dumps({"headline": "H", "published": text}).encode()])
        if not isinstance(item, BadLine)
    ]
    assert story.published == moment


def test_the_first_line_of_a_text_is_its_headline() -> None:
    story = plain_text("US and Cambodia talk\n\nThey met in Phnom Penh.\n")
    assert (story.headline, story.body) == ("US and Cambodia talk", "They met in Phnom Penh.")
    assert plain_text("One line").headline == "One line"
    assert plain_text("x" * 500).body == "x" * 500


@given(st.binary())
def test_any_bytes_are_stories_or_named(junk: bytes) -> None:
    for item in json_lines(io.BytesIO(junk)):
        assert not isinstance(item, BadLine) or item.reason
