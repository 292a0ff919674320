"""When a feed is polled again: soon enough for the operator, gently for the publisher."""

import pytest
from msgspec.structs import replace

from connectors.http.fetch import Validators
from connectors.polling import schedule
from connectors.polling.feed import Feed, FeedKind
from connectors.polling.feed_memory import FeedMemory
from connectors.polling.next_state import MOVED_AFTER, address, remember
from connectors.polling.poll_result import DocumentResult, PollResult
from streams.model.feed_health import FeedState as State

FEED = Feed(id="courier", url="https://courier.example/rss", source="Courier", interval=300)
HOUR, DAY = 3600.0, 24 * 3600.0
NOW = 1_000_000.0
KNOWN = FeedMemory(
    url=FEED.url,
    validators=Validators(etag='"1"'),
    last_ok=NOW - 300,
    last_new=NOW - HOUR,
    digest="old",
    entries=20,
    interval=300,
)


def document(*, new: int = 0, different: int = 20, asked: float | None = None) -> DocumentResult:
    validators = Validators(etag='"2"')
    return DocumentResult(
        digest="new", validators=validators, different=different, new=new, asked=asked
    )


def polled(
    memory: FeedMemory, outcome: PollResult, *, now: float = NOW, dice: float = 0.0
) -> FeedMemory:
    return remember(memory, FEED, outcome, now=now, dice=dice)


def failed(state: State = State.HTTP_ERROR, **facts: float | int | None) -> PollResult:
    return PollResult(state=state, **facts)  # type: ignore[arg-type]  # mypy can't tell which is which


GOOD = PollResult(read=document(new=1))
SAME = PollResult(detail="not modified")


@pytest.mark.parametrize("dice", [0.0, 0.5, 1.0])
def test_a_feed_that_is_well_is_polled_again_within_the_interval(dice: float) -> None:
    after = polled(KNOWN, GOOD, dice=dice)
    assert NOW + 270 <= after.next_poll <= NOW + 300
    assert (after.last_ok, after.failures, after.digest) == (NOW, 0, "new")
    assert after.validators == Validators(etag='"2"')


def test_a_page_not_modified_keeps_what_was_known() -> None:
    after = polled(KNOWN, SAME)
    assert (after.validators, after.digest, after.entries) == (KNOWN.validators, "old", 20)
    assert after.next_poll == NOW + 300


def test_nothing_that_a_feed_asks_for_makes_the_operator_wait() -> None:
    assert polled(KNOWN, PollResult(read=document(new=1, asked=DAY))).interval == 300


def test_polls_come_sooner_while_most_entries_are_new_and_later_again_after() -> None:
    memory, intervals = KNOWN, []
    for new in (19, 19, 19, 5, 1, 0, 0, 0):
        unlearnt = replace(memory, rhythm=None, last_new=None)
        memory = polled(unlearnt, PollResult(read=document(new=new)))
        intervals.append(memory.interval)
    assert intervals == [150, 75, 60, 90, 135, 202.5, 300, 300]


def test_a_feed_is_not_polled_sooner_than_it_asks_for() -> None:
    assert polled(KNOWN, PollResult(read=document(new=19, asked=200))).interval == 200


def test_a_feed_whose_entries_soon_make_way_is_polled_before_they_do() -> None:
    fast = replace(KNOWN, rhythm=30.0, last_new=NOW - 30)
    assert polled(fast, GOOD).interval == pytest.approx(30 * 20 / 3)
    assert polled(replace(fast, rhythm=2.0, last_new=NOW - 2), GOOD).interval == schedule.FLOOR


def test_a_feed_that_brings_all_its_entries_at_once_is_quick_only_then() -> None:
    daily = replace(KNOWN, rhythm=1.0, last_new=NOW - HOUR)
    assert polled(daily, SAME).interval == 300


def test_what_a_poll_left_is_read_soon() -> None:
    """Wire files at once; a server, which is asked for everything again, after a minute."""
    left = PollResult(read=document(), more=True)
    wire = replace(FEED, kind=FeedKind.WIRE)
    assert remember(KNOWN, wire, left, now=NOW, dice=0.0).next_poll == NOW + 5
    assert polled(KNOWN, left).next_poll == NOW + schedule.FLOOR


def test_what_a_feed_showed_at_first_stays_old_news_until_it_is_read() -> None:
    left, whole = PollResult(read=document(), more=True), PollResult(read=document())
    first = polled(FeedMemory(url=FEED.url), left)
    assert first.backlog
    second = polled(first, left)
    assert second.backlog
    assert not polled(second, whole).backlog
    assert not polled(KNOWN, left).backlog


def test_an_operator_who_wants_it_sooner_than_the_floor_gets_it() -> None:
    eager = Feed(id="courier", url=FEED.url, source="Courier", interval=30)
    after = remember(KNOWN, eager, GOOD, now=NOW, dice=0.0)
    assert after.next_poll == NOW + 30


def test_a_poll_that_shares_nothing_is_a_gap_and_the_next_comes_soon() -> None:
    after = polled(KNOWN, PollResult(read=document(new=20)))
    assert after.gap == (KNOWN.last_ok, NOW)
    assert after.interval == schedule.FLOOR
    later = polled(after, GOOD, now=NOW + 60)
    assert later.gap == after.gap, "it is told of for a while"
    assert polled(later, GOOD, now=NOW + 8 * DAY).gap is None


@pytest.mark.parametrize(
    "memory",
    [FeedMemory(url=FEED.url), replace(KNOWN, entries=0)],
    ids=["first poll", "empty before"],
)
def test_where_nothing_was_before_there_is_no_gap(memory: FeedMemory) -> None:
    assert polled(memory, PollResult(read=document(new=20))).gap is None


def test_a_feed_that_is_empty_for_once_is_no_gap() -> None:
    assert polled(KNOWN, PollResult(read=document(different=0))).gap is None


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        (failed(State.NOT_A_FEED), [600, 1_200, 2_400]),
        (failed(status=403), [600, 1_200, 2_400]),
        (failed(status=404), [424.3, 600, 848.5]),
        (failed(status=500), [424.3, 600, 848.5]),
        (failed(State.UNREACHABLE), [424.3, 600, 848.5]),
        (failed(State.BLOCKED, status=403), [424.3, 600, 848.5]),
        (failed(status=503), [356.8, 424.3, 504.5]),
        (failed(status=429), [356.8, 424.3, 504.5]),
        (failed(State.GONE, status=410), [DAY, 2 * DAY, 3 * DAY]),
    ],
)
def test_failures_wait_longer_each_time_by_what_they_weigh(
    outcome: PollResult, waits: list[float]
) -> None:
    memory, found = KNOWN, []
    for _ in range(3):
        memory = polled(memory, outcome)
        found.append(memory.next_poll - NOW)
    assert found == pytest.approx(waits, abs=0.1)


@pytest.mark.parametrize(
    ("state", "longest"), [(State.NOT_A_FEED, schedule.LONGEST), (State.GONE, 7 * DAY)]
)
def test_a_feed_is_never_given_up(state: State, longest: float) -> None:
    memory = KNOWN
    for _ in range(3_000):
        memory = polled(memory, failed(state))
    assert memory.next_poll == NOW + longest
    assert (memory.validators, memory.last_ok) == (KNOWN.validators, KNOWN.last_ok)
    back = polled(memory, GOOD)
    assert (back.failures, back.weight, back.state, back.interval) == (0, 0, State.OK, 300)


def test_a_server_that_asks_for_time_gets_it_in_full() -> None:
    after = polled(KNOWN, failed(status=429, after=7_200), dice=0.0)
    assert after.next_poll == NOW + 7_200
    assert polled(KNOWN, failed(status=429, after=7_200), dice=1.0).next_poll > NOW + 7_200


MOVED = PollResult(read=document(), moved_to="https://new.example/rss")


def times(memory: FeedMemory, outcome: PollResult, count: int) -> FeedMemory:
    for _ in range(count):
        memory = polled(memory, outcome)
    return memory


def test_a_feed_that_moved_for_good_is_asked_there_after_several_polls() -> None:
    almost = times(KNOWN, MOVED, MOVED_AFTER - 1)
    assert (address(almost), almost.state) == (FEED.url, State.OK)
    moved = polled(almost, MOVED)
    assert (address(moved), moved.state) == (MOVED.moved_to, State.MOVED)
    assert address(times(moved, SAME, 100)) == MOVED.moved_to


@pytest.mark.parametrize(
    "other",
    [SAME, PollResult(read=document(), moved_to="https://third.example/"), failed(status=500)],
)
def test_moves_that_dont_last_count_for_nothing(other: PollResult) -> None:
    memory = polled(times(KNOWN, MOVED, MOVED_AFTER - 1), other)
    assert address(times(memory, MOVED, MOVED_AFTER - 1)) == FEED.url


def test_when_the_new_address_fails_the_old_one_is_asked_again() -> None:
    moved = times(KNOWN, MOVED, MOVED_AFTER)
    assert address(polled(moved, failed(status=404))) == FEED.url


def test_a_restart_polls_nothing_early() -> None:
    assert schedule.due(replace(KNOWN, next_poll=NOW + 200), FEED, NOW) == NOW + 200
    failing = replace(KNOWN, next_poll=NOW + HOUR, failures=3)
    assert schedule.due(failing, FEED, NOW) == NOW + HOUR


def test_a_restart_heeds_a_shorter_interval_and_a_clock_set_back() -> None:
    assert schedule.due(replace(KNOWN, next_poll=NOW + DAY), FEED, NOW) == NOW + 300


def test_a_slow_feed_says_so() -> None:
    assert polled(KNOWN, PollResult(read=document(new=1), seconds=12.0)).state is State.SLOW
