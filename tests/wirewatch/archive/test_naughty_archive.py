"""Texts that trip programs, in what the archive holds and in what it is asked."""

from pathlib import Path

import msgspec
import pytest

from tests.support.archived import archive
from tests.support.naughty import NAUGHTY, naughty_alert
from tests.support.samples import sample_story, sample_tagged
from wirewatch.archive import queries, story_search
from wirewatch.archive.neighbours import story_versions
from wirewatch.archive.queries import BadQuestionError
from wirewatch.archive.rows import AlertQuery, StoryQuery


def is_writable(text: str) -> bool:
    """Whether a record can hold it: halves of characters are none that Kafka has."""
    return text.encode("utf-8", "ignore").decode() == text


WRITABLE = [text for text in NAUGHTY if is_writable(text)]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("archive")
    stories = [
        msgspec.structs.replace(
            sample_story(str(number)),
            **dict.fromkeys(("headline", "summary", "body"), text),
            source=text[:500],
            feed=text[:500],
            language=text[:500],
        )
        for number, text in enumerate(WRITABLE)
    ]
    tagged = [msgspec.structs.replace(sample_tagged(), story=story) for story in stories]
    events = [
        msgspec.structs.replace(naughty_alert(text[:500], number), watch=text[:500])
        for number, text in enumerate(WRITABLE)
    ]
    archive(data, [*tagged, *events])
    return data


def test_what_went_in_comes_back(held: Path) -> None:
    with queries.reading(held) as db:
        for number, text in enumerate(WRITABLE):
            (one,) = story_versions(db, sample_story(str(number)).id)
            assert one.tagged.story.body == text
        alerts = queries.alerts(db, AlertQuery(limit=1_000))
    assert sorted(row.title for row in alerts) == sorted(text[:500] for text in WRITABLE)


@pytest.mark.parametrize(
    "text", [text for text in NAUGHTY if text], ids=lambda text: ascii(text)[:30]
)
def test_whatever_is_asked_is_answered_or_refused_in_words(held: Path, text: str) -> None:
    with queries.reading(held) as db:
        every = StoryQuery(outlet=text, watch=text, topic=text, pair=text, country=text)
        assert story_search.stories(db, every) == []
        assert story_search.story_facets(db, every).hits == 0
        queries.alerts(db, AlertQuery(watch=text, pair=text, state=text))
        try:
            found = story_search.stories(db, StoryQuery(words=text, limit=1_000))
        except BadQuestionError:
            assert not any(char.isalnum() for char in text)
        else:
            assert found or not is_writable(text) or '"' in text or "*" in text
