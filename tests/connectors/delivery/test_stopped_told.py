"""Who gets nothing any more isn't forgotten in silence: the operator hears of it, once."""

from pathlib import Path

from streams.contract.kafka_access import KafkaAccess
from tests.connectors.delivery.coverage.test_coverage_told import feed, notes
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
