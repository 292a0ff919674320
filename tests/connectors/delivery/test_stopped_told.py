"""Who gets nothing any more isn't forgotten in silence: the operator hears of it, once."""

import json
from pathlib import Path

import msgspec

from connectors.delivery.outbox.summary import outbox_summary
from streams.contract.kafka_access import KafkaAccess
from tests.connectors.delivery.coverage.test_coverage_told import feed, notes
from tests.support.commands import ended_here
from tests.support.delivering import Answer, Desk, Receiver, block, receiving
from tests.support.samples import sample_alert, sample_story
from tests.support.waiting import until


def test_the_operator_is_told_once_whose_receiver_wants_nothing_any_more(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    desk, gone = Desk(tmp_path, kafka_address, prefix), Receiver(lambda _: Answer(410))
    with receiving(gone):
        desk.subscribers(block("hook", gone), feed("night", "operator = true"))

        def told() -> list[str]:
            return [note for note in notes(desk, "night") if "gets nothing any more" in note]

        for number in ("1", "2"):
            with desk.delivering():
                desk.put(sample_alert(sample_story(number)))
                until(told)
    (note,) = told()
    assert note.startswith("hook gets nothing any more")
    assert "410" in note


def test_a_stop_holds_over_later_alerts_and_a_restart_until_it_is_resumed(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    """It is shown all the time, and nothing is posted: no alert and no notice, by no restart.

    What it missed is kept, and sent once a person asks for it.
    """
    takes = [False]
    gone = Receiver(lambda _: Answer(200 if takes[0] else 410))
    desk, well = Desk(tmp_path, kafka_address, prefix), Receiver()
    where = ["--config", str(tmp_path), "--data", str(tmp_path / "data")]

    def ask(*words: str) -> str:
        done = ended_here(*words, *where)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def shown() -> object:
        one = json.loads(ask("subscribers", "list", "--json").splitlines()[0])
        assert (one["stopped"] is None) == (one["stopped_since"] is None)
        return one["stopped"]

    with receiving(gone, well):
        desk.subscribers(block("hook", gone) + "operator = true\n", block("well", well))
        first, *later = (sample_alert(sample_story(str(number))) for number in range(5))
        with desk.delivering() as deliver:
            desk.put(first)
            deliver.says("subscriber_stopped")
            desk.put(*later[:2])
            until(lambda: len(well.heard) == 3)
            deliver.says('"notice_failed"')
            assert desk.states("hook") == {"failed": 3}
            assert "410" in outbox_summary(desk.outbox).stopped["hook"].why
        with desk.delivering() as deliver:
            desk.put(later[2])
            until(lambda: len(well.heard) == 4)
            deliver.says("subscriber_still_stopped")
            assert "410" in str(shown())
            assert gone.ids == [first.event]
            takes[0] = True
            said = ask("subscribers", "resume", "hook")
            assert "`wirewatch deliver retry hook` sends once more the 4 events" in said
            desk.put(later[3])
            until(lambda: gone.ids == [first.event, later[3].event])
            assert shown() is None
            assert "hook: 4 events to be sent again" in ask("deliver", "retry", "hook")
            until(lambda: {*gone.ids[2:]} == {one.event for one in (first, *later[:3])})
    assert outbox_summary(desk.outbox).stopped == {}


def test_an_event_that_can_not_be_sent_stops_no_receiver(
    tmp_path: Path, kafka_address: KafkaAccess, prefix: str
) -> None:
    """It is given up, with its reason; that says nothing of the receiver, who gets the next one."""
    desk, well = Desk(tmp_path, kafka_address, prefix), Receiver()
    odd = msgspec.structs.replace(sample_alert(), event="abc\r\nX-Evil: 1")
    with receiving(well):
        desk.subscribers(block("hook", well), feed("night", "operator = true"))
        with desk.delivering():
            desk.put(odd)
            until(lambda: outbox_summary(desk.outbox).states.get("failed") == 1)
            assert outbox_summary(desk.outbox).stopped == {}
            desk.put(sample_alert(sample_story("2")))
            until(lambda: len(well.heard) == 1)
    assert not [note for note in notes(desk, "night") if "gets nothing" in note]
