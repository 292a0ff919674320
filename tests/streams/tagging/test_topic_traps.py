"""Topics on stories that only sound like them, and on as many that are about them.

`data/topics/` has a file a topic; a line is a headline and its first sentence.
"""

import pytest

from streams.tagging import tag
from tests.support.folders import DATA
from tests.support.samples import sample_story

TRAPS = DATA / "topics"
MOST_WRONG = 2
"""Of sixty traps; of defense there are thirty."""


def stories(topic: str, mark: str) -> list[tuple[str, str]]:
    """The headlines and first sentences of a topic's stories: `+` true ones, `-` traps."""
    lines = (TRAPS / f"{topic}.txt").read_text("utf-8").splitlines()
    return [
        (headline, body)
        for line in lines
        if line.startswith(f"{mark} ")
        for headline, _, body in [line.removeprefix(f"{mark} ").partition(" | ")]
    ]


def main_headlines(topic: str, mark: str) -> list[str]:
    """The headlines of those stories that the tagger takes to be about the topic."""
    return [
        headline
        for headline, body in stories(topic, mark)
        for found in tag(sample_story(headline=headline, body=body)).topics
        if found.slug == topic and not found.background
    ]


TOPICS = ("human-rights", "china-ties", "trade", "disaster", "defense")


@pytest.mark.parametrize("topic", TOPICS)
def test_few_traps_are_taken_for_the_topic(topic: str) -> None:
    assert len(stories(topic, "-")) >= 30
    wrong = main_headlines(topic, "-")
    assert len(wrong) <= MOST_WRONG, wrong


@pytest.mark.parametrize("topic", TOPICS)
def test_silence_is_no_way_out_of_the_traps(topic: str) -> None:
    """Cues alone find four of five: the words of these stories are anybody's."""
    true = stories(topic, "+")
    assert len(true) >= len(stories(topic, "-"))
    assert len(main_headlines(topic, "+")) >= 0.8 * len(true)
