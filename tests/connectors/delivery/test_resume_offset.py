"""Where in `alerts` reading goes on, whatever was lost."""

from connectors.delivery.resume_offset import KnownOffsets, where_to_start

PLACES = {0: (10, 100), 1: (0, 7)}


def known(**given: object) -> KnownOffsets:
    facts = {"places": PLACES, "log": "L", "kept_log": None, "kept": {}, "committed": {}}
    return KnownOffsets(**{**facts, **given})  # type: ignore[arg-type]  # a test's own keywords


def events(**given: object) -> list[str]:
    return [event for event, _ in where_to_start(known(**given)).remarks]


def test_the_outbox_knows_best() -> None:
    given = {"kept_log": "L", "kept": {0: 50, 1: 7}, "committed": {0: 20, 1: 0}}
    assert where_to_start(known(**given)).offsets == {0: 50, 1: 7}
    assert events(**given) == []


def test_a_position_that_kafka_forgot_does_not_matter() -> None:
    assert where_to_start(known(kept_log="L", kept={0: 50, 1: 7})).offsets == {0: 50, 1: 7}


def test_without_an_outbox_it_is_the_group_s_position() -> None:
    assert where_to_start(known(committed={0: 20, 1: 3})).offsets == {0: 20, 1: 3}


def test_without_either_it_is_the_beginning() -> None:
    assert where_to_start(known()).offsets == {0: 10, 1: 0}
    assert events() == []


def test_a_new_partition_is_read_from_its_beginning() -> None:
    given = {"kept_log": "L", "kept": {0: 50}, "committed": {0: 20, 1: 5}}
    assert where_to_start(known(**given)).offsets == {0: 50, 1: 0}


def test_a_topic_that_was_made_anew_is_read_from_its_beginning() -> None:
    given = {"kept_log": "another", "kept": {0: 50, 1: 5}, "committed": {0: 20, 1: 3}}
    assert where_to_start(known(**given)).offsets == {0: 10, 1: 0}
    assert events(**given) == ["position_lost"]


def test_what_kafka_deleted_before_it_was_read_is_told() -> None:
    start = where_to_start(known(kept_log="L", kept={0: 4, 1: 7}))
    assert start.offsets == {0: 10, 1: 7}
    ((event, facts),) = start.remarks
    assert (event, facts["partition"], facts["most"]) == ("alerts_lost", 0, 6)


def test_a_topic_that_lost_its_end_is_read_from_its_beginning() -> None:
    start = where_to_start(known(kept_log="L", kept={0: 200, 1: 7}))
    assert start.offsets == {0: 10, 1: 7}
    assert [event for event, _ in start.remarks] == ["position_lost"]
