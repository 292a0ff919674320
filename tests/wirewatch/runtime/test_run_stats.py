"""The totals, from what services say."""

from collections.abc import Mapping

from wirewatch.runtime.child_process import ServiceMessage
from wirewatch.runtime.run_stats import RunStats


def hear(*lines: tuple[str, Mapping[str, object]]) -> RunStats:
    totals = RunStats()
    for service, facts in lines:
        totals.hear(ServiceMessage(service, dict(facts)))
    return totals


POLLED = ("poll", {"event": "feed_polled", "feed": "a", "state": "ok", "stories": 3})
FAILED = ("poll", {"event": "feed_polled", "feed": "b", "state": "unreachable", "stories": 0})
DELIVERED = ("deliver", {"event": "delivered", "subscriber": "desk"})


def progress(service: str = "work-0", **counts: int) -> tuple[str, dict[str, object]]:
    return service, {"event": "progress", "level": "info", **counts}


ALL = progress(tag_in=3, tag_out=3, match_in=3, match_out=1, gather_in=1, gather_out=1)


def test_a_line_for_people() -> None:
    line = hear(POLLED, FAILED, ALL, DELIVERED).line()
    assert line == "feeds 1/2 ok · stories 3 · matches 1 · alert events 1 · delivered 1"


def test_a_notice_to_all_partitions_is_no_match() -> None:
    edited = progress(match_in=3, match_out=9, match_notices=8)
    assert "matches 1 " in hear(POLLED, edited).line()


def test_a_feed_that_left_counts_no_more_and_its_stories_do() -> None:
    left = ("poll", {"event": "feed_left", "feed": "b"})
    assert "feeds 1/1 ok · stories 3" in hear(POLLED, FAILED, left).line()
    assert "feeds 1/1 ok" in hear(POLLED, left).line(), "it was never polled"


def test_a_run_is_settled_when_every_story_has_gone_all_the_way() -> None:
    assert not hear(POLLED).settled()
    assert not hear(POLLED, progress(tag_in=3, tag_out=3)).settled()
    assert not hear(POLLED, ALL).settled()
    assert hear(POLLED, ALL, DELIVERED).settled()


def test_what_a_shadow_raises_is_waited_for_by_nobody() -> None:
    counts = progress(
        tag_in=3, tag_out=3, match_in=3, match_out=3, gather_in=3, gather_out=3, gather_shadow=2
    )
    assert not hear(POLLED, counts).settled()
    assert hear(POLLED, counts, DELIVERED).settled()


def test_alerts_that_could_not_be_saved_are_counted() -> None:
    totals = hear(*[("work-0", {"event": "alert_too_large", "level": "error"})] * 2)
    assert "alerts too large to save 2" in totals.line()
    assert totals.summary()["work-0"].told() == "2 alerts too large to save"


def test_dead_letters_are_told_and_settle() -> None:
    counts = progress(tag_in=3, tag_out=2, match_in=2, match_out=0, dead_letters=1)
    totals = hear(POLLED, counts)
    assert totals.settled()
    assert "dead letters 1" in totals.line()


def test_workers_add_up_and_a_restart_counts_on() -> None:
    totals = hear(
        progress("work-0", tag_in=5),
        progress("work-1", tag_in=7),
        ("work-0", {"event": "restarting", "cause": "ended with code 70"}),
        progress("work-0", tag_in=2),
    )
    assert totals.count("tag_in") == 14
    assert "restarts 1" in totals.line()


def test_what_was_withdrawn_before_it_was_sent_is_settled_and_told() -> None:
    moot = ("deliver", {"event": "delivery_moot", "subscriber": "desk"})
    totals = hear(POLLED, ALL, moot)
    assert totals.settled()
    assert "withdrawn before it was sent 1" in totals.line()


def test_what_was_given_up_on_together_is_counted_one_by_one() -> None:
    stopped = ("deliver", {"event": "subscriber_stopped", "subscriber": "desk", "count": 7})
    given_up = ("deliver", {"event": "given_up", "subscriber": "desk", "count": 3})
    assert "undeliverable 10" in hear(stopped, given_up).line()


def test_lines_that_lack_what_they_should_hold_count_for_nothing() -> None:
    names = ("feed_polled", "feed_left", "delivered", "dead_letters", "restarting", "progress")
    totals = hear(*(("poll", {"event": name}) for name in (*names, "given_up", ["no", "text"])))
    assert totals.stories == totals.failed == 0


def test_what_went_wrong_is_summed_up_by_service_over_restarts() -> None:
    restart = {"event": "restarting", "cause": "ended with code 70: tagged/3 is not read"}
    totals = hear(
        progress("work-0", tag_in=5, dead_letters=2),
        ("work-0", restart),
        progress("work-0", tag_in=2, dead_letters=1),
        ("work-0", restart),
        ("poll", {"event": "producer_replaced"}),
        ("deliver", {"event": "delivery_retry", "subscriber": "desk"}),
        ("deliver", {"event": "delivery_retry", "subscriber": "desk"}),
        ("deliver", {"event": "dead_letters", "stage": "deliver", "count": 4}),
    )
    assert {name: trouble.told() for name, trouble in totals.summary().items()} == {
        "work-0": "2 restarts (the last: ended with code 70: tagged/3 is not read), 3 dead letters",
        "poll": "1 retry",
        "deliver": "2 retries, 4 dead letters",
    }
    assert totals.line().endswith("dead letters 7 · retries 3 · restarts 2")
    assert hear(POLLED, ALL, DELIVERED).summary() == {}


def test_the_age_of_the_canary_is_in_the_line_and_its_silence_is_called_out() -> None:
    now = 100.0
    totals = RunStats(clock=lambda: now)
    assert "canary" not in totals.line()
    totals.hear(ServiceMessage("deliver", {"event": "canary", "seconds": 0.5}))
    now = 130.0
    assert "canary 30 s ago" in totals.line()
    totals.hear(ServiceMessage("deliver", {"event": "canary_late"}))
    assert "canary LATE" in totals.line()
    totals.hear(ServiceMessage("deliver", {"event": "canary_back"}))
    assert "LATE" not in totals.line()


def test_stories_that_the_encoder_gave_no_answer_for_are_counted_over_restarts() -> None:
    restarting = ("work-0", {"event": "restarting", "cause": "it hung"})
    failed = ("work-0", {"event": "encoder_failed", "error": "no answer in 30 s"})
    totals = hear(
        POLLED,
        progress(reader_failed=1, reader_timed_out=2, reader_read=5),
        failed,
        restarting,
        progress(reader_busy=1),
    )
    told = totals.summary()["work-0"].told()
    assert told == "1 restart (the last: it hung), 1 retry, 4 stories tagged by words alone"
    assert "by words alone 4" in totals.line()
