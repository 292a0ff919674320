"""What a story is known by: the same in every process, whatever the order of a set is there."""

from itertools import permutations

import msgspec

from streams.grouping.signature import heaviest, signature
from streams.model.story import Story
from streams.model.tags import Tags
from tests.support.samples import sample_story, sample_tags


def test_terms_of_one_weight_are_kept_by_what_they_are_not_by_when_they_came() -> None:
    kept = {
        tuple(heaviest(dict.fromkeys(order, 3.5) | {9: 4.0}, 3))
        for order in permutations((5, 1, 7))
    }
    assert kept == {(9, 1, 5)}


def test_a_story_that_comes_to_several_watches_is_read_once_and_other_tags_are_read_anew() -> None:
    story = sample_story()
    tags = sample_tags(story)
    again = msgspec.json.decode(msgspec.json.encode((story, tags)), type=tuple[Story, Tags])
    assert signature(*again) is signature(story, tags)
    assert signature(story, msgspec.structs.replace(tags, pairs=())).pairs == frozenset()
