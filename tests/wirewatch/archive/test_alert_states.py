"""How an alert stands, and how many stories it has, by the events of grouping."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain, permutations
from pathlib import Path

import msgspec
import pytest

from streams.grouping import Gathering, joined_in_silence
from streams.model.alert import AlertEvent, Change, Kind
from streams.model.story import Status, Story, story_version
from streams.model.watch import Match, Notice, Severity, Tick
from tests.streams.grouping.test_rulings import ALERT, FIRST, SECOND, brief, two_events
from tests.support.archived import archive
from tests.support.gathered import LANDING, OTHER_WORDS, notice
from tests.support.gathered import told as matched
from tests.support.samples import NOON, sample_alert
from tests.support.web_site import STORIES, WATCHES, gathered
from wirewatch.archive import queries
from wirewatch.archive.rows import AlertQuery, AlertRow
from wirewatch.archive.writing import face, state_after

TOLD = STORIES[0]
OTHER = STORIES[1]
KILLED, AGAIN = Status.CANCELED, Status.USABLE


def version(story: Story, minutes: float, status: Status, note: str) -> Story:
    """A newer version of a story."""
    headline = f"{'KILL: ' if status is Status.CANCELED else ''}{story.headline}"
    body = f"{story.body} {note}"
    return msgspec.structs.replace(
        story,
        headline=headline,
        body=body,
        status=status,
        version=story_version(headline=headline, body=body),
        first_seen=story.first_seen + timedelta(minutes=minutes),
        edited=True,
    )


def archived(data: Path, stories: Iterable[Story]) -> tuple[list[AlertEvent], AlertRow]:
    """Put stories through grouping into an archive: the events, and the one alert."""
    records = list(gathered(stories, WATCHES[:1]))
    archive(data, records)
    with queries.reading(data) as db:
        (row,) = queries.alerts(db, AlertQuery())
    return [one for one in records if isinstance(one, AlertEvent)], row


@pytest.mark.parametrize(
    ("versions", "state"),
    [
        ([(5, KILLED, "")], "withdrawn"),
        ([(5, KILLED, ""), (9, KILLED, "Second notice.")], "withdrawn"),
        ([(5, KILLED, ""), (9, AGAIN, "It was right after all.")], "open"),
        ([(5, KILLED, ""), (9, AGAIN, ""), (12, KILLED, "Once more.")], "withdrawn"),
    ],
)
def test_an_alert_stays_withdrawn_until_somebody_tells_it_again(
    tmp_path: Path, versions: list[tuple[float, Status, str]], state: str
) -> None:
    _, row = archived(tmp_path, [TOLD, *(version(TOLD, *one) for one in versions)])
    assert row.state == state
    assert row.stories == 1


def test_a_newer_version_of_a_story_is_no_further_story(tmp_path: Path) -> None:
    edits = [version(OTHER, minutes, AGAIN, "x" * minutes) for minutes in (20, 30)]
    events, row = archived(tmp_path, [TOLD, OTHER, *edits])
    assert [one.kind for one in events].count(Kind.JOINED) > 1
    assert row.stories == 2
    with queries.reading(tmp_path) as db:
        assert len(queries.alert(db, row.id).members) == 2


@pytest.mark.parametrize("story", [FIRST, SECOND], ids=["the one it is shown by", "another"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=90)], ids=["open", "closed"])
def test_a_story_that_a_person_parted_from_an_alert_is_in_it_no_more(
    tmp_path: Path, story: Match, later: timedelta
) -> None:
    gathering, events = Gathering(), list[AlertEvent]()
    tick = Tick(at=NOON + later)
    for record in (brief(FIRST), brief(SECOND), tick, two_events(story)):
        outcome = gathering.step(record, NOON)
        events += [*outcome.events, *joined_in_silence(record, outcome, NOON)]
    stays = SECOND if story is FIRST else FIRST
    # Each alert's events keep their order; a rebuild may read the other alert first, and all again.
    rebuilt = sorted(events, key=lambda event: event.alert == ALERT)
    for order, given in (("live", events), ("rebuilt", [*rebuilt, *rebuilt])):
        archive(tmp_path / order, given)
        with queries.reading(tmp_path / order) as db:
            rows = {row.id: row for row in queries.alerts(db, AlertQuery())}
            detail = queries.alert(db, ALERT)
        assert [one.id for one in detail.members] == [stays.story.id]
        assert (rows[ALERT].stories, rows[ALERT].headline) == (1, stays.story.headline)
        assert rows[ALERT].outlets == (stays.story.source,)
        assert rows[ALERT].state == ("closed" if later else "open")
        assert "parted by ana" in [event.reason for event in detail.events]


@pytest.mark.parametrize("outlet", ["Mekong Courier", "Gulf Wire"])
@pytest.mark.parametrize("words", [LANDING, OTHER_WORDS], ids=["the same words", "other words"])
def test_each_story_that_an_alert_counts_has_an_event_that_tells_why(
    tmp_path: Path, outlet: str, words: str
) -> None:
    """In whatever order two stories and their kills come: a kill before its story, too."""
    dead = Status.CANCELED
    one = killed(matched("1"), matched("1", status=dead, hours=2))
    other = killed(
        matched("2", body=words, source=outlet, hours=1),
        matched("2", body=words, source=outlet, hours=1.5, status=dead),
    )
    for number, order in enumerate(permutations((*one, *other))):
        gathering, events = Gathering(), list[AlertEvent]()
        for record in chain.from_iterable(order):
            outcome = gathering.step(record, NOON)
            events += [*outcome.events, *joined_in_silence(record, outcome, NOON)]
        archive(tmp_path / str(number), events)
        with queries.reading(tmp_path / str(number)) as db:
            for row in queries.alerts(db, AlertQuery()):
                found = queries.alert(db, row.id)
                named = {event.story.id for event in found.events}
                assert {member.id for member in found.members} <= named, order


def killed(story: Match, kill: Match) -> list[list[Match | Notice]]:
    """What `match` makes of the first version of a story, and of the second, which kills it."""
    first, second = (
        msgspec.structs.replace(
            one, story=msgspec.structs.replace(one.story, revision=number, version=f"{number}")
        )
        for number, one in enumerate((story, kill), 1)
    )
    return [[first], [second, notice(second)]]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["opened"], "open"),
        (["joined"], "open"),
        (["opened", "joined", "closed"], "closed"),
        (["opened", "closed", "joined"], "closed"),
        (["opened", "closed", "updated"], "open"),
        (["opened", "withdrawn", "joined", "closed"], "withdrawn"),
        (["opened", "withdrawn", "updated", "closed"], "closed"),
    ],
)
def test_only_what_is_told_opens_an_alert_again(kinds: list[str], state: str) -> None:
    stands = ""
    for kind in kinds:
        stands = state_after(stands, Kind(kind))
    assert stands == state


@pytest.mark.parametrize("kind", [Kind.JOINED, Kind.CLOSED])
def test_what_tells_nothing_leaves_the_severity_of_an_alert(tmp_path: Path, kind: Kind) -> None:
    (first, *_), row = archived(tmp_path, [TOLD])
    assert row.severity == Severity.HIGH
    later = msgspec.structs.replace(first, event="later", kind=kind, severity=Severity.LOW)
    archive(tmp_path, [later])
    with queries.reading(tmp_path) as db:
        (found,) = queries.alerts(db, AlertQuery(min_severity="high"))
    assert found.severity == Severity.HIGH


SAID = msgspec.structs.replace(sample_alert(), story=TOLD)
FACT = (Change(what="figures", before="", after="140"),)


def after(kind: Kind, story: Story = OTHER, **more: object) -> AlertEvent:
    return msgspec.structs.replace(SAID, kind=kind, story=story, **more)


@pytest.mark.parametrize(
    ("event", "shows"),
    [
        (after(Kind.UPDATED, reason="third outlet"), TOLD),
        (after(Kind.JOINED), TOLD),
        (after(Kind.CLOSED), TOLD),
        (after(Kind.UPDATED, reason="new fact", changes=FACT), OTHER),
        (after(Kind.CORRECTED, reason="correction"), OTHER),
        (after(Kind.WITHDRAWN, reason="killed"), OTHER),
    ],
)
def test_a_headline_stands_still_until_one_says_more_or_is_put_right(
    event: AlertEvent, shows: Story
) -> None:
    assert face(SAID, event).story == shows


def test_a_newer_version_of_the_story_that_is_shown_takes_its_place() -> None:
    edited = version(TOLD, 5, AGAIN, "More.")
    assert face(SAID, after(Kind.UPDATED, edited)).story == edited


def test_who_tells_it_after_a_kill_is_shown_in_place_of_the_killed() -> None:
    killed = after(Kind.WITHDRAWN, version(TOLD, 5, KILLED, ""))
    assert face(killed, after(Kind.UPDATED, reason="told again")).story == OTHER


def test_a_kill_of_another_outlet_s_story_is_no_headline_while_the_corrected_one_stands() -> None:
    corrected = after(Kind.CORRECTED, msgspec.structs.replace(TOLD, status=Status.CORRECTED))
    killed = after(Kind.UPDATED, msgspec.structs.replace(OTHER, status=KILLED), reason="killed")
    assert face(corrected, killed) == corrected
    assert face(corrected, after(Kind.UPDATED, reason="third outlet")) == corrected
