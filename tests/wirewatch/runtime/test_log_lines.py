"""What people see of the log of a run: warnings and what ends them, once, in words."""

import pytest

from wirewatch.runtime.child_process import ServiceMessage
from wirewatch.runtime.log_lines import Chosen, line


def said(event: str, level: str = "info", service: str = "poll", **facts: object) -> ServiceMessage:
    return ServiceMessage(service, {"event": event, "level": level, **facts})


def polled(state: str, feed: str = "a", **facts: object) -> ServiceMessage:
    level = "info" if state in {"ok", "silent"} else "warning"
    return ServiceMessage(
        "poll", {"event": "feed_polled", "level": level, "feed": feed, "state": state, **facts}
    )


def chosen(*lines: ServiceMessage, verbose: bool = False) -> list[str]:
    choose = Chosen(verbose=verbose, clock=lambda: 0.0)
    shown = [one for one in map(choose, lines) if one is not None]
    return [line(one, verbose=verbose).plain[9:] for one in shown]


@pytest.mark.parametrize(
    "routine",
    [
        polled("ok", detail="not modified"),
        polled("silent", detail="nothing new for 906 days"),
        said("progress"),
        said("delivered"),
        said("working", member="m", watches=1),
        said("polling", feeds=7),
        said("stopped"),
        said("full_text", story="s", characters=100),
    ],
    ids=lambda routine: routine.facts["event"],
)
def test_what_is_routine_is_shown_only_when_asked_for(routine: ServiceMessage) -> None:
    assert chosen(routine) == []
    counted = routine.facts["event"] in {"progress", "delivered"}
    assert len(chosen(routine, verbose=True)) == (0 if counted else 1)


def test_a_warning_of_any_kind_is_shown() -> None:
    assert chosen(said("kafka_does_not_answer", "warning")) == ["poll    kafka does not answer"]
    assert chosen(said("alert_full", "error", "work-0", alert="a")) == [
        "work-0  alert full  alert=a"
    ]


def test_a_feed_that_fails_is_told_of_when_that_begins_changes_and_ends() -> None:
    assert chosen(
        polled("ok"),
        polled("blocked", detail="a challenge page"),
        polled("blocked", detail="a challenge page"),
        polled("http_error", detail="HTTP 503"),
        polled("blocked", feed="b"),
        polled("ok"),
        polled("ok"),
    ) == [
        "poll    a: a challenge page",
        "poll    a: HTTP 503",
        "poll    b: blocked",
        "poll    a can be read again",
    ]


def test_of_many_feeds_that_fail_at_once_the_first_are_named() -> None:
    failed = [polled("unreachable", feed=f"f{number}") for number in range(69)]
    again = [polled("ok", feed=f"f{number}") for number in range(69)]
    told = chosen(*failed, *again)
    assert told == [
        *(f"poll    f{number}: unreachable" for number in range(5)),
        "poll    more feeds: unreachable; `wirewatch feeds list` shows which",
        *(f"poll    f{number} can be read again" for number in range(5)),
        "poll    more feeds: can be read again; `wirewatch feeds list` shows which",
    ]


FAULTS = ["watches.toml:3: unknown key", "watches.toml:9: [bold]no topic[/bold]"]


def kept(name: str, service: str) -> ServiceMessage:
    return said(
        f"{name}_kept", "warning", service, because=FAULTS, faults="2 faults in watches.toml"
    )


def test_faults_of_a_reload_are_a_list_and_told_once_by_all_services() -> None:
    (told,) = chosen(kept("watches", "work-0"), kept("subscribers", "deliver"))
    assert told.splitlines() == [
        "work-0  2 faults in watches.toml: what was before stays in force",
        *(f"         - {fault}" for fault in FAULTS),
    ]


def test_a_mended_file_is_said_to_be_in_force_once() -> None:
    assert chosen(said("watches_mended"), said("subscribers_mended", service="deliver")) == [
        "poll    the fault is mended: what the files say is in force"
    ]


def test_the_last_good_configuration_comes_with_its_faults_once() -> None:
    good = [
        said("last_good_configuration", "warning", name, because=FAULTS, of="2026-11-27T00:00")
        for name in ("run", "work-0", "poll")
    ]
    (told,) = chosen(*good)
    assert told.splitlines()[1:] == [f"         - {fault}" for fault in FAULTS]


def test_an_edit_says_what_it_changed() -> None:
    edit = said("watches_reloaded", added=["ream"], removed=[], changed=["w", "v"], watches=1)
    assert chosen(edit) == [
        "poll    watches edited, and in force: added ream; changed w, v; 1 watch now"
    ]


def test_a_damaged_file_that_several_services_read_is_named_once() -> None:
    damaged = [
        said("kept_file_not_read", "warning", name, file=file, because="it is damaged")
        for name, file in (("run", "/data/a"), ("poll", "/data/a"), ("poll", "/data/b"))
    ]
    assert [told.split("file=")[1][:7] for told in chosen(*damaged)] == ["/data/a", "/data/b"]


def test_what_lacks_its_facts_is_shown_as_it_is() -> None:
    assert chosen(said("restarting", "warning")) == ["poll    restarting"]
    assert chosen(said("watches_kept", "warning")) == [
        "poll    a fault: what was before stays in force"
    ]


def test_a_fault_of_the_program_comes_with_its_traceback_below() -> None:
    fault = {"error": "ValueError: no", "exception": "Traceback:\n  here\nValueError: no"}
    (told,) = chosen(said("crashed", "critical", **fault))
    first, *below = told.splitlines()
    assert first == "poll    a fault of the program ended it: ValueError: no"
    assert below == ["         - Traceback:", "         -   here", "         - ValueError: no"]
