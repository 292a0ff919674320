"""What changed between versions, and where the time went."""

from datetime import timedelta
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.story import story_version
from streams.model.tags import TaggedStory
from streams.model.timestamps import Timestamps
from tests.support.archived import archive
from tests.support.samples import BODY, NOON, sample_alert, sample_story, sample_tagged
from tests.support.web_site import fill, served
from wirewatch.archive.neighbours import story_versions
from wirewatch.archive.queries import reading
from wirewatch.web.differences import parts, shortened, story_differences
from wirewatch.web.latency import WIDTH, latency
from wirewatch.web.views.alert import version_lines

texts = st.lists(st.sampled_from(["a ", "b\n", "ក", "  ", "it ", "said."])).map("".join)


@given(texts, texts)
def test_the_parts_of_a_difference_are_both_texts(before: str, after: str) -> None:
    found = parts(before, after)
    assert "".join(part.text for part in found if part.change != "new") == before
    assert "".join(part.text for part in found if part.change != "gone") == after


def test_only_what_changed_is_told_with_words_around_it() -> None:
    words = " ".join(f"word{number}" for number in range(200))
    found = list(shortened(parts(f"{words} two boats. {words}", f"{words} three boats. {words}")))
    assert [part.text.strip() for part in found if part.change == "gone"] == ["two"]
    assert [part.text.strip() for part in found if part.change == "new"] == ["three"]
    assert sum(len(part.text.split()) for part in found) < 50


def test_a_long_text_is_compared_as_far_as_that_takes_no_time() -> None:
    long = "word " * 50_000
    found = parts(long, long + "more")
    assert "".join(part.text for part in found if part.change != "gone") == long + "more"


def test_only_the_fields_that_changed_are_told() -> None:
    before = sample_story()
    after = msgspec.structs.replace(before, body=before.body.replace("an hour", "two hours"))
    assert [one.field for one in story_differences(before, after)] == ["text"]
    assert not story_differences(before, before)


def test_the_bar_of_latencies_is_as_long_as_its_stages() -> None:
    at = [NOON + timedelta(seconds=number) for number in (0, 1, 2, 4, 4)]
    times = Timestamps(
        published=NOON - timedelta(minutes=3),
        first_seen=at[0],
        produced=at[1],
        tagged=at[2],
        matched=at[3],
        raised=at[4],
    )
    report = DeliveryReport(
        event="e",
        alert="a",
        kind="opened",
        subscriber="desk",
        result=DeliveryResult.DELIVERED,
        at=NOON + timedelta(seconds=10),
    )
    found = latency(times, [report])
    assert found.unseen == timedelta(minutes=3)
    assert [(stage.name, stage.seconds) for stage in found.stages] == [
        ("read", 1),
        ("tagged", 1),
        ("matched", 2),
        ("raised", 0),
        ("delivered", 6),
    ]
    assert found.seconds == 10
    assert sum(stage.width for stage in found.stages) == WIDTH
    assert not latency(Timestamps(), []).stages


def test_an_alert_shows_what_a_newer_version_changed_and_how_fast_it_was(tmp_path: Path) -> None:
    story = sample_story()
    body = BODY.replace("an hour", "two <b>hours")
    newer = msgspec.structs.replace(
        story,
        body=body,
        version=story_version(headline=story.headline, body=body),
        first_seen=NOON + timedelta(hours=1),
    )
    records = [sample_tagged(story), sample_alert(story), sample_tagged(newer)]
    fill(tmp_path / "data", records)
    with served(tmp_path) as page:
        told = page.get(f"/alerts/{sample_alert(story).alert}").text
    assert "<del> an hour</del><ins> two &lt;b&gt;hours</ins>" in told
    assert "first version" in told
    assert "How fast" in told
    assert "5 min after it was published" in told


def test_a_headline_that_was_turned_back_stands_at_both_its_times(tmp_path: Path) -> None:
    def version(headline: str, hours: float) -> TaggedStory:
        story = msgspec.structs.replace(
            sample_story(),
            headline=headline,
            version=story_version(headline=headline, body=BODY),
            first_seen=NOON + timedelta(hours=hours),
        )
        return msgspec.structs.replace(sample_tagged(), story=story)

    agrees, refuses = "Vellmark agrees to drills", "Vellmark refuses drills"
    came = [version(agrees, 0), version(refuses, 1), version(refuses, 2), version(agrees, 3)]
    archive(tmp_path, came)
    with reading(tmp_path) as db:
        lines = version_lines(story_versions(db, sample_story().id))
    assert [(line.at - NOON, line.story.headline) for line in lines] == [
        (timedelta(hours=3), agrees),
        (timedelta(hours=1), refuses),
        (timedelta(hours=0), agrees),
    ]
    assert [bool(line.differences) for line in lines] == [True, True, False]
