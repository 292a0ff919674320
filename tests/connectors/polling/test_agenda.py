"""Every feed at its time, and no host asked too much."""

from itertools import pairwise

import pytest

from connectors.http.origin import server_of
from connectors.polling.feed import Feed
from connectors.polling.poll_queue import AT_ONCE_PER_HOST, AT_WILL, PAUSE, Agenda


def feed(name: str, host: str = "") -> Feed:
    return Feed(id=name, url=f"https://{host or name}.example/rss", source=name)


def taken(agenda: Agenda, now: float) -> list[str]:
    return [one.id for one in iter(lambda: agenda.take(now), None)]


def test_feeds_come_in_the_order_of_their_times() -> None:
    agenda = Agenda()
    for name, at in (("late", 9.0), ("early", 1.0), ("middle", 5.0)):
        agenda.add(feed(name), at)
    assert taken(agenda, 0.9) == []
    assert taken(agenda, 5.0) == ["early", "middle"]
    assert agenda.next_time() == 9.0
    assert taken(agenda, 9.0) == ["late"]
    assert agenda.next_time() is None


def test_a_host_is_asked_few_things_at_once() -> None:
    agenda = Agenda()
    feeds = [feed(str(number), "courier") for number in range(5)]
    for one in feeds:
        agenda.add(one, 0.0)
    agenda.add(feed("gulf"), 1.0)
    assert sorted(taken(agenda, 1.0)) == ["0", "1", "gulf"]
    assert agenda.next_time() is None, "the others wait for one to end"
    agenda.done(feeds[0])
    assert taken(agenda, 1.0) == ["2"]
    assert AT_ONCE_PER_HOST == 2


def test_a_host_with_many_feeds_is_asked_at_a_steady_pace() -> None:
    agenda = Agenda()
    feeds = {str(number): feed(str(number), "courier") for number in range(30)}
    for one in feeds.values():
        agenda.add(one, 100.0)
    times, now = [], 100.0
    while (at := agenda.next_time()) is not None:
        now = max(now, at)
        taken_now = agenda.take(now)
        assert taken_now is not None
        times.append(now)
        agenda.done(taken_now)
    assert times[:AT_WILL] == [100.0] * AT_WILL
    paused = [later - earlier for earlier, later in pairwise(times[AT_WILL:])]
    assert paused == pytest.approx([PAUSE] * (30 - AT_WILL - 1))


def test_a_host_left_alone_may_be_asked_at_will_again() -> None:
    agenda = Agenda()
    for turn in (0.0, 1_000.0):
        for number in range(AT_WILL):
            one = feed(str(number), "courier")
            agenda.add(one, turn)
            assert agenda.take(turn) == one
            agenda.done(one)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Courier.example/rss", "courier.example"),
        ("https://user:word@courier.example:8080/rss", "courier.example:8080"),
        ("http://[", ""),
        ("none", ""),
    ],
)
def test_hosts_are_told_without_user(url: str, host: str) -> None:
    assert server_of(url) == host
