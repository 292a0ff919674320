"""Records of a later release, with values that this one doesn't know, are read and kept."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given

from streams.contract.codec import decode, encode
from streams.contract.messages import message
from streams.model.alert import AlertEvent
from streams.model.watch import Severity
from tests.support import strategies
from tests.support.later_release import FIELD, OTHER, from_later
from tests.support.samples import alert_tied_in_the_body, sample_alert


def of_later(value: object, path: str = "") -> Iterator[str]:
    """Yield where in a record values of a later release stand."""
    if value in (OTHER, FIELD):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from of_later(part, f"{path}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from of_later(part, f"{path}.{number}")


@given(strategies.records)
def test_values_of_a_later_release_are_kept_where_they_stood(record: msgspec.Struct) -> None:
    later = from_later(record)
    kept = encode(decode(later, type(record)))
    assert list(of_later(json.loads(kept))) == list(of_later(json.loads(later)))


def test_a_value_of_a_later_release_is_none_of_those_known_and_ranks_as_normal() -> None:
    event = decode(from_later(sample_alert()), AlertEvent)
    assert not event.severity.known
    assert event.severity == OTHER
    assert event.severity.rank == Severity.NORMAL.rank
    assert event.kind not in set(type(event.kind))
    assert ("ce_kind", OTHER.encode()) in message(event).headers


def test_a_sentence_in_a_text_of_a_later_release_is_shown_nowhere() -> None:
    event = decode(from_later(alert_tied_in_the_body()), AlertEvent)
    assert event.why.sentence is None
    assert event.why.pair is not None
    assert event.why.pair.sentence is not None
    assert event.why.pair.sentence.field == FIELD


@pytest.mark.parametrize("value", [b"7", b"null", b"[]"])
def test_what_is_no_text_is_no_value(value: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(value, type=Severity)
