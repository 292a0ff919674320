"""When the operator hears of a missing canary: by the very class that deliver asks."""

from connectors.delivery.canary_watch import FIRST, CanaryNews, CanaryWatch
from wirewatch.config.settings import CANARY_LIMIT as LIMIT
from wirewatch.config.settings import CANARY_SECONDS as EVERY

LOOK = 5.0


def told(
    watch: CanaryWatch,
    until: float,
    *,
    dead: tuple[float, float] = (0.0, 0.0),
    asleep: tuple[float, float] = (0.0, 0.0),
    start: float = 0.0,
    takes: float = 0.0,
) -> list[tuple[float, CanaryNews]]:
    """Let canaries come but while something is dead; return what is told when."""
    news = []
    now = start
    while now < until:
        if not asleep[0] <= now < asleep[1]:
            if (sent := now - takes) % EVERY == 0 and not dead[0] <= now < dead[1]:
                watch.came(sent)
            if (one := watch.look(now)) is not None:
                news.append((now, one))
        now += LOOK
    return news


def test_a_day_of_canaries_is_silent() -> None:
    assert told(CanaryWatch(LIMIT, since=0.0), 86_400) == []


def test_canaries_that_take_more_than_a_minute_on_a_busy_machine_are_not_late() -> None:
    assert told(CanaryWatch(LIMIT, since=0.0), 20_000, takes=85.0) == []


def test_whatever_dies_is_told_once_within_three_minutes_and_once_when_it_is_over() -> None:
    for began in range(3_600, 3_660, 5):
        dead = (float(began), float(began) + 7_200)
        news = told(CanaryWatch(LIMIT, since=0.0), 20_000, dead=dead)
        assert [kind for _, kind in news] == [CanaryNews.LATE, CanaryNews.BACK]
        assert news[0][0] - began <= 130  # That leaves the notice time on a busy machine.
        assert news[1][0] - dead[1] <= EVERY


def test_a_restart_of_a_worker_is_not_told() -> None:
    assert told(CanaryWatch(LIMIT, since=0.0), 20_000, dead=(3_601, 3_690)) == []


def test_services_may_take_long_to_come_up() -> None:
    assert told(CanaryWatch(LIMIT, since=0.0), 20_000, dead=(0, FIRST * LIMIT)) == []
    news = told(CanaryWatch(LIMIT, since=0.0), 20_000, dead=(0, 3_000))
    assert [kind for _, kind in news] == [CanaryNews.LATE, CanaryNews.BACK]


def test_a_machine_that_slept_has_missed_none() -> None:
    night = (3_605.0, 40_005.0)
    assert told(CanaryWatch(LIMIT, since=0.0), 60_000, asleep=night, dead=night) == []


def test_a_clock_that_is_set_back_or_on_is_no_silence() -> None:
    watch = CanaryWatch(LIMIT, since=0.0)
    assert told(watch, 3_600) == []
    assert told(watch, 90_000, start=86_400) == []
    assert told(watch, 20_000, start=600) == []


def test_what_was_told_before_a_restart_is_not_told_again_but_its_end_is() -> None:
    watch = CanaryWatch(LIMIT, since=5_000.0, late=True, sent=3_600.0)
    news = told(watch, 20_000, start=5_000, dead=(0, 9_000))
    assert news == [(9_000.0, CanaryNews.BACK)]


def test_the_last_canary_of_long_before_a_start_is_no_alarm() -> None:
    assert told(CanaryWatch(LIMIT, since=90_000.0, sent=3_600.0), 99_000, start=90_000) == []
