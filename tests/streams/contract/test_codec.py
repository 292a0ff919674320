"""Records survive the wire, and what is no record is told."""

import msgspec
import pytest
from hypothesis import given

from streams.contract.codec import DecodeError, decode, encode
from streams.model.story import Story
from streams.model.tags import TaggedStory
from tests.support import strategies

STORY = (
    b'{"id":"1","version":"2","feed":"f","source":"s","headline":"h",'
    b'"first_seen":"2026-11-23T10:00:00Z"%b}'
)


@given(strategies.records)
def test_every_record_comes_back_the_same(record: msgspec.Struct) -> None:
    assert decode(encode(record), type(record)) == record


def test_a_field_of_tomorrow_is_passed_over() -> None:
    assert decode(STORY % b',"mood":"grave"', Story).headline == "h"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "Story: empty record"),
        (b"", "Story: Input data was truncated"),
        (b"\xff\xfe\x00", "Story: "),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "missing required field `id`"),
        (STORY % b',"status":7', "Expected `str`, got `int` - at `$.status`"),
        (STORY.replace(b"10:00:00Z", b"10:00:00") % b"", "timezone"),
        (b"[" * 100_000, "Story: "),
    ],
)
def test_what_is_no_story_says_why(data: bytes | None, says: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(data, Story)
    assert says in str(caught.value)


def test_a_score_out_of_range_is_refused() -> None:
    tags = b'{"language":null,"countries":[],"pairs":[],"tagger":"t","topics":[%b]}'
    topic = b'{"slug":"defense","score":1.5,"spans":[]}'
    data = b'{"story":%b,"tags":%b,"times":{}}' % (STORY % b"", tags % topic)
    with pytest.raises(DecodeError, match=r"`\$.tags.topics\[0\].score`"):
        decode(data, TaggedStory)
