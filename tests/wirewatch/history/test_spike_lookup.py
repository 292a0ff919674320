"""A spike found again by its id: explained and judged, and in the way of no single story."""

import json
from dataclasses import replace

import msgspec
import pytest

from streams.contract.messages import message
from streams.matching.match import Watches
from streams.model.alert import AlertEvent
from streams.model.verdict import ON_GROUPING, Said
from streams.tagging import shipped
from tests.support.samples import NOON, WATCH, sample_alert
from tests.support.spiking import burst, sample_spike
from tests.wirewatch.history.test_story_account import kafka
from wirewatch.history.explain_input import ExplainOptions, explain_traces
from wirewatch.history.lookup import look_up
from wirewatch.history.story_account import account
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError, judge

SPIKE = sample_spike()
EVENT: AlertEvent = sample_alert()
MESSAGES = [*map(message, burst(NOON)), message(SPIKE)]


OPTIONS = ExplainOptions(tagger=shipped(), watches=Watches([WATCH]))


def said(what: Said) -> PersonsVerdict:
    return PersonsVerdict(said=what, by="ana", at=NOON, watch=None, note="")


def test_a_spike_is_explained_and_judged_by_its_id() -> None:
    traces = look_up(SPIKE.alert[:10], kafka(*MESSAGES))
    told = account(traces, Watches([WATCH]), backfill=False)
    assert f"a spike, {SPIKE.reason}" in told.steps[-1].said
    assert told.alerts[-1].stories == ()
    verdict = judge(traces, said(Said.WRONG), [WATCH.id])
    assert (verdict.alert, verdict.watch) == (SPIKE.alert, WATCH.id)


def explained(capfd: pytest.CaptureFixture[str], *, as_json: bool) -> str:
    word = judge(look_up(SPIKE.alert, kafka(*MESSAGES)), said(Said.WRONG), [WATCH.id])
    traces = look_up(SPIKE.alert, kafka(*MESSAGES, message(word)))
    explain_traces(traces, replace(OPTIONS, as_json=as_json))
    return " ".join(capfd.readouterr().out.split())


def test_a_spike_is_explained_by_what_was_counted_against_which_days(
    capfd: pytest.CaptureFixture[str],
) -> None:
    shown = explained(capfd, as_json=False)
    assert shown.startswith(SPIKE.reason)
    assert (
        "stories of KH-US with the topic defense on 2026-11-23 (UTC), when it was told: 17" in shown
    )
    assert "14 to 56 of them: 3.02 to be expected, 1 to 5 usual for a Monday" in shown
    assert "called wrong · ana" in shown
    assert SPIKE.spike is not None
    for story in SPIKE.spike.telling:
        assert story.headline in shown


def test_a_spike_is_explained_to_programs_without_a_story_of_its_own(
    capfd: pytest.CaptureFixture[str],
) -> None:
    line = json.loads(explained(capfd, as_json=True))
    assert line["alert"] == SPIKE.alert
    assert line["spike"] == json.loads(msgspec.json.encode(SPIKE.spike))
    assert [one["said"] for one in line["verdicts"]] == ["wrong"]


@pytest.mark.parametrize("what", sorted(ON_GROUPING | {Said.MISSED}))
def test_of_a_spike_only_right_and_wrong_can_be_said(what: Said) -> None:
    traces = look_up(SPIKE.alert, kafka(*MESSAGES))
    other = look_up(EVENT.alert, kafka(*MESSAGES, message(EVENT)))
    with pytest.raises(UnfitError, match="right or wrong"):
        judge(traces, said(what), [WATCH.id], other if what is Said.ONE_EVENT else None)


def test_an_event_is_not_joined_with_a_spike() -> None:
    read = kafka(*MESSAGES, message(EVENT))
    with pytest.raises(UnfitError, match="is a spike: it counts the stories of a day"):
        judge(look_up(EVENT.alert, read), said(Said.ONE_EVENT), [], look_up(SPIKE.alert, read))


def test_a_story_that_a_spike_names_is_in_no_alert_for_that() -> None:
    traces = look_up(SPIKE.story.id, kafka(*MESSAGES))
    assert account(traces, Watches([WATCH]), backfill=False).alerts == ()
    assert judge(traces, said(Said.MISSED), [WATCH.id]).alert is None
    with pytest.raises(UnfitError, match="in no alert"):
        judge(traces, said(Said.RIGHT), [WATCH.id])
