"""Versions of a story and alerts related to one, as the archive has them."""

from pathlib import Path

import msgspec

from tests.support.archived import archive
from tests.support.samples import NOON, sample_alert, sample_story
from tests.wirewatch.archive.test_counts import HOUR, reworded, told
from wirewatch.archive import queries
from wirewatch.archive.neighbours import related_alerts, story_versions


def test_versions_of_a_story_come_in_the_order_they_were_seen(tmp_path: Path) -> None:
    first = told("1")
    later = reworded(first, NOON + HOUR)
    archive(tmp_path, [later, first])
    with queries.reading(tmp_path) as db:
        found = story_versions(db, first.story.id)
        assert story_versions(db, "0" * 32) == ()
    assert [(one.tagged, one.shown) for one in found] == [(first, False), (later, True)]


def test_related_alerts_are_those_named_those_that_name_it_and_those_with_its_stories(
    tmp_path: Path,
) -> None:
    one, named, naming, apart = (sample_alert(sample_story(str(n))) for n in range(4))
    one = msgspec.structs.replace(one, related=(named.alert, "f" * 32))
    naming = msgspec.structs.replace(naming, related=(one.alert,))
    other_watch = msgspec.structs.replace(one, alert="a" * 32, event="b", watch="other", related=())
    archive(tmp_path, [one, named, naming, apart, other_watch])
    with queries.reading(tmp_path) as db:
        found = related_alerts(db, one.alert)
    assert [(row.alert.id, row.why) for row in found] == [
        (named.alert, "named"),
        (naming.alert, "names it"),
        (other_watch.alert, "same stories"),
    ]
