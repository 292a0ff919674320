"""What people say of the grouping is obeyed: parted, joined, taken back, in whatever order."""

from datetime import timedelta

import msgspec

from streams.contract.codec import decode, encode
from streams.grouping import Gathering
from streams.grouping.weights import TEXTS
from streams.model.alert import AlertEvent, AlertState, Bond, Change, Grouping, Kind, alert_id
from streams.model.heard import Heard
from streams.model.ruled import Ruled
from streams.model.story import Status, digest
from streams.model.verdict import Ruling, Said, Verdict
from streams.model.watch import Match, Notice, Tick
from tests.support.gathered import ELSEWHERE, LANDING, OTHER_WORDS, REPORTS, told
from tests.support.samples import NOON


def brief(match: Match) -> Match:
    """A match whose version is a digest, as those that are written down."""
    version = digest((match.story.version,))
    return msgspec.structs.replace(
        match, story=msgspec.structs.replace(match.story, version=version)
    )


FIRST = told("1")
SECOND = told(
    "2", source="Gulf Wire", headline="Kampot cut off, says navy", body=OTHER_WORDS, hours=1
)
COPY = told("3", source="Pacific Desk", headline="Kampot cut off", body=OTHER_WORDS, hours=2)
TEAK = told("4", source="Gulf Wire", headline="Teak beams sell dear", body=ELSEWHERE, hours=3)
ALERT = alert_id(watch=FIRST.watch, story=FIRST.story.id)
OTHER = alert_id(watch=TEAK.watch, story=TEAK.story.id)


def two_events(
    match: Match, *, minutes: float = 200, back: bool = False, by: str = "ana"
) -> Ruling:
    return Ruling(
        verdict=Verdict(
            said=Said.TWO_EVENTS,
            watch=match.watch,
            story=match.story.id,
            by=by,
            at=NOON + timedelta(minutes=minutes),
            alert=ALERT,
            match=None if back else brief(match),
            taken_back=back,
        )
    )


def one_event(*, minutes: float = 200, back: bool = False, by: str = "ben") -> Ruling:
    return Ruling(
        verdict=Verdict(
            said=Said.ONE_EVENT,
            watch=FIRST.watch,
            story=FIRST.story.id,
            by=by,
            at=NOON + timedelta(minutes=minutes),
            alert=ALERT,
            other=OTHER,
            taken_back=back,
        )
    )


class Worker:
    """A gathering whose memory is written after each record, and read again before the next."""

    def __init__(self) -> None:
        self.alerts: dict[str, bytes] = {}
        self.heard: dict[str, bytes] = {}
        self.ruled: dict[str, bytes] = {}
        self.events: list[AlertEvent] = []

    def step(self, *records: Match | Notice | Tick | Ruling) -> "Worker":
        for given in records:
            record = brief(given) if isinstance(given, Match) else given
            gathering = Gathering(
                [decode(one, AlertState) for one in self.alerts.values()],
                [decode(one, Heard) for one in self.heard.values()],
                [decode(one, Ruled) for one in self.ruled.values()],
            )
            outcome = gathering.step(record, NOON)
            self.events += outcome.events
            self.alerts |= {name: encode(one) for name, one in outcome.changed.items()}
            for name in outcome.dropped:
                self.alerts.pop(name, None)  # it may have opened just now
            self.ruled |= {name: encode(one) for name, one in outcome.ruled.items() if one}
        return self

    def told(self, count: int) -> list[tuple[Kind, str, tuple[str, ...]]]:
        """The kinds, reasons and stories of the last events."""
        return [(one.kind, one.reason, one.stories) for one in self.events[-count:]]

    def stories(self) -> set[frozenset[str]]:
        """The stories of each alert."""
        states = [decode(one, AlertState) for one in self.alerts.values()]
        return {frozenset(one.stories) for one in states}


def ids(*matches: Match) -> frozenset[str]:
    return frozenset(one.story.id for one in matches)


def test_a_story_of_another_event_leaves_with_its_copies_and_opens_an_alert() -> None:
    worker = Worker().step(FIRST, SECOND, COPY)
    assert worker.stories() == {ids(FIRST, SECOND, COPY)}
    worker.step(two_events(SECOND))
    assert worker.stories() == {ids(FIRST), ids(SECOND, COPY)}
    event = worker.events[-1]
    assert (event.kind, event.reason) == (Kind.OPENED, "parted by ana")
    assert event.related == (ALERT,)
    assert event.alert != ALERT
    assert event.story == brief(SECOND).story
    assert event.grouping == Grouping(bond=Bond.RULING, nearest=ALERT, by="ana")
    later = told("2", source="Gulf Wire", headline="Kampot cut off again", body=REPORTS[2], hours=4)
    worker.step(later, two_events(SECOND))
    assert worker.stories() == {ids(FIRST), ids(SECOND, COPY)}, "a later version stays there"


def test_the_story_that_opened_an_alert_can_be_parted_from_it() -> None:
    worker = Worker().step(FIRST, SECOND, two_events(FIRST))
    assert worker.stories() == {ids(FIRST), ids(SECOND)}
    (rest,) = [decode(one, AlertState) for name, one in worker.alerts.items() if name == ALERT]
    assert rest.face.story.headline == SECOND.story.headline
    assert rest.outlets == ("Gulf Wire",)


def test_a_word_that_parts_is_obeyed_though_it_is_read_before_its_story() -> None:
    worker = Worker().step(FIRST, two_events(SECOND), SECOND)
    assert worker.stories() == {ids(FIRST), ids(SECOND)}
    assert worker.told(1) == [(Kind.OPENED, "parted by ana", (SECOND.story.id,))]
    assert worker.events[-1].grouping == Grouping(bond=Bond.RULING, nearest=ALERT, by="ana")
    assert worker.events[-1].related == (ALERT,)
    straight = Worker().step(FIRST, SECOND, two_events(SECOND))
    assert worker.alerts.keys() == straight.alerts.keys(), "the alerts have the same ids"


def test_two_alerts_of_one_event_are_one_from_then_on() -> None:
    worker = Worker().step(FIRST, TEAK, one_event())
    assert worker.stories() == {ids(FIRST, TEAK)}
    updated, closed = worker.told(2)
    assert updated[:2] == (Kind.UPDATED, "joined by ben")
    assert set(updated[2]) == ids(FIRST, TEAK)
    assert closed[0] is Kind.CLOSED
    update, end = worker.events[-2:]
    assert update.grouping == Grouping(bond=Bond.RULING, nearest=end.alert, by="ben")
    assert end.grouping == Grouping(bond=Bond.RULING, nearest=update.alert, by="ben")
    assert (update.related, end.related) == ((), ()), "they are one, and so not perhaps the same"
    assert update.changes == (
        Change(what="alert", before=TEAK.story.headline, after=FIRST.story.headline),
        Change(what="outlets", before="Mekong Courier", after="Mekong Courier, Gulf Wire"),
    )
    more = told("5", headline="Teak for a hotel", body=ELSEWHERE, source="Harbour News", hours=4)
    assert worker.step(more).stories() == {ids(FIRST, TEAK, more)}
    assert worker.events[-1].alert in {ALERT, OTHER}


def test_a_word_that_joins_is_obeyed_though_an_alert_opens_later() -> None:
    worker = Worker().step(FIRST, one_event(), TEAK)
    assert worker.stories() == {ids(FIRST, TEAK)}
    assert [kind for kind, *_ in worker.told(3)] == [Kind.OPENED, Kind.UPDATED, Kind.CLOSED]


def test_what_is_taken_back_is_undone() -> None:
    worker = Worker().step(
        FIRST, SECOND, two_events(SECOND), two_events(SECOND, minutes=300, back=True)
    )
    assert worker.stories() == {ids(FIRST, SECOND)}
    assert worker.told(2)[0][:2] == (Kind.UPDATED, "joined by ana")
    worker = Worker().step(FIRST, TEAK, one_event(), one_event(minutes=300, back=True))
    assert worker.stories() == {ids(FIRST), ids(TEAK)}
    assert worker.told(1) == [(Kind.OPENED, "parted by ben", (TEAK.story.id,))]


def test_what_another_parted_from_a_joined_alert_stays_where_it_is() -> None:
    """Its story would be told once more, in two open alerts, when the join is taken back."""
    worker = Worker().step(FIRST, TEAK, one_event(), two_events(TEAK, minutes=250))
    assert worker.stories() == {ids(FIRST), ids(TEAK)}
    count = len(worker.events)
    worker.step(one_event(minutes=300, back=True))
    assert worker.stories() == {ids(FIRST), ids(TEAK)}
    assert len(worker.alerts) == 2
    assert len(worker.events) == count


def test_what_is_left_of_a_joined_alert_leaves_without_what_another_parted() -> None:
    more = told("5", headline="Teak for a hotel", body=ELSEWHERE, source="Harbour News", hours=2)
    worker = Worker().step(FIRST, TEAK, more)
    assert worker.stories() == {ids(FIRST), ids(TEAK, more)}
    worker.step(one_event(), two_events(more, minutes=250), one_event(minutes=300, back=True))
    assert worker.stories() == {ids(FIRST), ids(TEAK), ids(more)}
    assert len(worker.alerts) == 3


def test_an_old_word_that_comes_again_changes_nothing() -> None:
    worker = Worker().step(
        FIRST, SECOND, two_events(SECOND), two_events(SECOND, minutes=300, back=True)
    )
    count = len(worker.events)
    assert worker.step(two_events(SECOND)).stories() == {ids(FIRST, SECOND)}
    assert len(worker.events) == count


def test_the_only_story_of_an_alert_cannot_be_parted() -> None:
    worker = Worker().step(FIRST, two_events(FIRST))
    assert worker.stories() == {ids(FIRST)}
    assert len(worker.events) == 1


def test_words_on_alerts_that_are_gone_do_nothing() -> None:
    worker = Worker().step(one_event(), two_events(SECOND))
    assert (worker.events, worker.alerts) == ([], {})
    assert LANDING


BOATS = told("7", headline="Navy buys 7 boats in March", body=ELSEWHERE, hours=1)
MORE_BOATS = "Navy buys 16 boats and 200 engines"


def test_an_edit_after_a_join_shows_its_own_earlier_figures() -> None:
    word = msgspec.structs.replace(
        one_event().verdict, other=alert_id(watch=BOATS.watch, story=BOATS.story.id)
    )
    edit = told("7", headline=MORE_BOATS, body=ELSEWHERE, hours=5)
    for joined in ((FIRST, BOATS, Ruling(verdict=word)), (BOATS, FIRST, Ruling(verdict=word))):
        event = Worker().step(*joined, edit).events[-1]
        assert (event.kind, event.reason) == (Kind.UPDATED, "new fact")
        assert event.changes == (Change(what="figures", before="7, March", after="16, 200"),)


def test_a_correction_after_many_joins_is_held_against_its_own_earlier_version() -> None:
    many = [
        told(str(n), headline=f"Item {n} of {n + 500} sold", body=f"{n} {LANDING}"[::-1], hours=n)
        for n in range(8, 8 + TEXTS)
    ]
    words = [
        Ruling(
            verdict=msgspec.structs.replace(
                one_event().verdict, other=alert_id(watch=one.watch, story=one.story.id)
            )
        )
        for one in (BOATS, *many)
    ]
    worker = Worker().step(FIRST, BOATS, *many, *words)
    corrected = told(
        "7", headline="Navy buys 6 boats", body=ELSEWHERE, hours=30, status=Status.CORRECTED
    )
    event = worker.step(corrected).events[-1]
    assert event.kind is Kind.CORRECTED
    assert event.changes == (
        Change(what="headline", before=BOATS.story.headline, after="Navy buys 6 boats"),
        Change(what="figures", before="7, March", after="6"),
    )
