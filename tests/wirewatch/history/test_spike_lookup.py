"""A spike found again by its id: explained and judged, and in the way of no single story."""

import pytest

from streams.contract.messages import message
from streams.matching.match import Watches
from streams.model.verdict import Said
from tests.support.samples import NOON, WATCH
from tests.support.spiking import burst, sample_spike
from tests.wirewatch.history.test_story_account import kafka
from wirewatch.history.lookup import look_up
from wirewatch.history.story_account import account
from wirewatch.history.verdict_target import PersonsVerdict, UnfitError, judge

SPIKE = sample_spike()
MESSAGES = [*map(message, burst(NOON)), message(SPIKE)]


def said(what: Said) -> PersonsVerdict:
    return PersonsVerdict(said=what, by="ana", at=NOON, watch=None, note="")


def test_a_spike_is_explained_and_judged_by_its_id() -> None:
    traces = look_up(SPIKE.alert[:10], kafka(*MESSAGES))
    told = account(traces, Watches([WATCH]), backfill=False)
    assert f"a spike, {SPIKE.reason}" in told.steps[-1].said
    assert told.alerts[-1].stories == ()
    verdict = judge(traces, said(Said.WRONG), [WATCH.id])
    assert (verdict.alert, verdict.watch) == (SPIKE.alert, WATCH.id)


def test_a_story_that_a_spike_names_is_in_no_alert_for_that() -> None:
    traces = look_up(SPIKE.story.id, kafka(*MESSAGES))
    assert account(traces, Watches([WATCH]), backfill=False).alerts == ()
    assert judge(traces, said(Said.MISSED), [WATCH.id]).alert is None
    with pytest.raises(UnfitError, match="in no alert"):
        judge(traces, said(Said.RIGHT), [WATCH.id])
