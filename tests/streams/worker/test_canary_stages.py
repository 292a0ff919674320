"""What the stages of work make of a canary: by the very steps that the agents take."""

from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime

from streams.contract.messages import message
from streams.contract.topics import ALERTS, CANARY, TAGGED
from streams.matching.match import Watches
from streams.model.canary import canary_story, is_canary
from streams.model.watch import Match, Watch
from streams.tagging import Tagger
from streams.worker.batch import Record
from streams.worker.open_alerts import OpenAlerts
from streams.worker.stages import gather_step, match_step, tag_step
from tests.support.received import received
from tests.support.samples import sample_alert, sample_tagged
from wirewatch.history.replay_stories import Complaints, FromLog

NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)


class Untouched:
    """A memory that nobody may ask."""

    generation = 0

    def __init__(self) -> None:
        self.draft: MutableMapping[bytes, bytes | None] = {}

    def whole(self) -> dict[bytes, bytes]:
        raise AssertionError("a canary is remembered nowhere")


def record(packed: object, topic: str) -> Record:
    made = message(packed)  # type: ignore[arg-type]  # any record of ours
    return Record(
        topic=topic,
        partition=0,
        offset=0,
        timestamp=NOW.timestamp(),
        key=made.key,
        value=made.value,
        headers=made.headers,
    )


def stages() -> Iterator[object]:
    """Yield what comes of a canary, stage by stage."""
    watches = Watches([Watch(id="all", title="All", everything=True)])
    story = canary_story(NOW)
    yield story
    (tagged,) = tag_step(Tagger(), record(story, "stories"), NOW)
    yield tagged
    (match,) = match_step(watches, record(tagged, "tagged"), NOW, backfill=False)
    yield match
    (event,) = gather_step(OpenAlerts(Untouched()), record(match, "matches"), NOW)
    yield event


def test_a_canary_fits_its_own_watch_alone_and_is_remembered_nowhere() -> None:
    _, _, match, event = stages()
    assert isinstance(match, Match)
    assert match.watch == ".canary"
    assert message(event).topic is CANARY  # type: ignore[arg-type]  # an alert event


def test_every_record_of_a_canary_says_so_and_none_has_what_consumers_filter_by() -> None:
    for one in stages():
        headers = dict(message(one).headers)  # type: ignore[arg-type]  # any record of ours
        assert headers["ce_mode"] == b"canary"
        assert not {"pairs", "topics", "ce_pairs", "ce_topics"} & headers.keys()


def test_what_is_no_canary_goes_where_it_went() -> None:
    tagged = sample_tagged()
    assert not is_canary(tagged.story)
    assert message(tagged).topic is TAGGED
    assert dict(message(tagged).headers)["ce_mode"] == b"live"
    assert message(sample_alert()).topic is ALERTS


def test_a_replay_leaves_canaries_out() -> None:
    complaints = Complaints()
    canary = received(canary_story(NOW), at=NOW)
    assert list(FromLog([canary], complaints)) == []
    assert complaints.count == 0
