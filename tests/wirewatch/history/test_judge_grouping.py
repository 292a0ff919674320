"""What people say of the grouping, from the command to the alerts, by workers on a real Kafka."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.kafka import Received, ensure_topics
from streams.contract.codec import decode
from streams.contract.headers import kind_of
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import Message, message
from streams.contract.topics import ALERTS, MATCHES
from streams.model.alert import AlertEvent, Bond, Kind, alert_id
from streams.model.verdict import Said, Verdict
from streams.model.watch import Match
from tests.streams.worker.test_work import put, take, work
from tests.support.commands import ended_here, running
from tests.support.samples import sample_story

pytestmark = pytest.mark.long

HEADLINE = "US and Cambodia hold joint military exercises"
FIRST = sample_story("1", headline=HEADLINE)
COPY = msgspec.structs.replace(sample_story("2", headline=HEADLINE), source="Gulf Wire")
OTHER = sample_story(
    "3",
    headline="US Navy hospital ship treats patients in Cambodia",
    body="Surgeons of the US Navy ship operate in Sihanoukville, the Cambodian navy said, on"
    " eyes and hips, and train nurses of the province's hospitals until the end of the month.",
)


def events(found: list[Received]) -> list[AlertEvent]:
    return [decode(one.value, AlertEvent) for one in found]


def ties(account: dict[str, Any]) -> set[tuple[str, str, bool]]:
    """The stories of the alert that was asked for, what tied each there, and whether it left."""
    (stories,) = [one["stories"] for one in account["alerts"] if one["stories"]]
    return {(one["story"], one["grouping"]["bond"], one["left"]) for one in stories}


def test_alerts_are_parted_and_joined_as_people_say_and_replay_and_explain_tell_it(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path)]

    def until(kind: Kind, reason: str) -> AlertEvent:
        def there(found: list[Received]) -> bool:
            return any((one.kind, one.reason) == (kind, reason) for one in events(found))

        last = events(take(kafka_address, prefix, ALERTS, there))
        return next(one for one in reversed(last) if (one.kind, one.reason) == (kind, reason))

    def judged(*said: str) -> str:
        done = ended_here("judge", *said, "--by", "ana", *asked, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def explained(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            ended_here("explain", name, "--json", *asked, given=given).stdout
        )
        return found

    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, *map(message, (FIRST, OTHER)))
        until(Kind.OPENED, "new story")
        put(kafka_address, prefix, message(COPY))
        until(Kind.JOINED, "copy")
        assert "two events: alert" in judged(COPY.id, "two-events")
        parted = until(Kind.OPENED, "parted by ana")
        assert parted.stories == (COPY.id,)
        assert parted.why.who, "though it joined in silence, without the words that decided"
        assert all(topic.spans for topic in parted.why.topics)
        assert worker.stop() == 0
    (first,) = parted.related
    assert parted.grouping is not None
    assert (parted.grouping.nearest, parted.grouping.by) == (first, "ana")
    assert parted.grouping.bond is Bond.RULING
    assert ties(explained(first)) == {(FIRST.id, "first", False), (COPY.id, "copy", True)}
    assert any("parted from it by ana" in step["said"] for step in explained(COPY.id)["steps"])

    # Said while no worker runs, it is obeyed by the next one.
    other = explained(OTHER.id)["alerts"][0]["alert"]
    assert "one event: alert" in judged(other, "one event", "--with", first)
    with running(tmp_path / "log", words, given) as worker:
        joined = until(Kind.UPDATED, "joined by ana")
        assert set(joined.stories) == {FIRST.id, OTHER.id}
        assert joined.grouping is not None
        assert (joined.grouping.bond, {joined.alert, joined.grouping.nearest}) == (
            Bond.RULING,
            {first, other},
        )
        assert "taken back: two events" in judged(COPY.id, "two-events", "--take-back")

        def whole(found: list[Received]) -> bool:
            return any(len(one.stories) == 3 for one in events(found))

        last = events(take(kafka_address, prefix, ALERTS, whole))
        assert worker.stop() == 0
    (live,) = [one for one in last if len(one.stories) == 3]
    assert live.reason == "joined by ana"
    assert ties(explained(joined.alert)) == {
        (FIRST.id, "first", False),
        (COPY.id, "copy", False),
        (OTHER.id, "first", False),
    }

    replayed = [
        json.loads(line)
        for line in ended_here(
            "replay", "--since", "1d", "--json", *asked, given=given
        ).stdout.splitlines()
    ]
    told = [one for one in replayed if one["reason"] == "joined by ana"]
    assert {one["event"] for one in told if one["kind"] == "updated"} >= {joined.event}
    assert set(replayed[-1]["stories"]) == {FIRST.id, OTHER.id, COPY.id}
    assert {one["said"] for one in explained(COPY.id)["verdicts"]} == {"one event"}


WATCHES = ("ream", "angkor", "mekong", "kampot", "tonle", "koh-kong")
"""Enough that they lie in several partitions."""


def test_two_workers_obey_what_is_said_of_alerts_in_all_partitions_and_replay_says_the_same(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    watches = [f'[[watch]]\nid = "{one}"\ntitle = "T"\npair = ["KH", "US"]\n' for one in WATCHES]
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
        (folder / "watches.toml").write_text("".join(watches))

    def until(kind: Kind, reason: str, count: int) -> list[AlertEvent]:
        def there(found: list[Received]) -> bool:
            said = [one for one in events(found) if (one.kind, one.reason) == (kind, reason)]
            return len({one.event for one in said}) >= count

        return events(take(kafka_address, prefix, ALERTS, there))

    def said(what: Said, watch: str, match: Match | None = None) -> Message:
        alert, other = (alert_id(watch=watch, story=one.id) for one in (FIRST, OTHER))
        two = what is Said.TWO_EVENTS
        return message(
            Verdict(
                said=what,
                watch=watch,
                story=COPY.id if two else FIRST.id,
                by="ana",
                at=datetime.now(UTC),
                alert=alert,
                other=None if two else other,
                match=match,
            )
        )

    of_each = [work(kafka_address, prefix, folder) for folder in folders]
    with running(tmp_path / "a", *of_each[0]) as one, running(tmp_path / "b", *of_each[1]) as two:
        put(kafka_address, prefix, message(FIRST), message(OTHER))
        until(Kind.OPENED, "new story", 2 * len(WATCHES))
        put(kafka_address, prefix, message(COPY))
        until(Kind.JOINED, "copy", len(WATCHES))

        def copied(found: list[Received]) -> bool:
            return len(matches(found)) == len(WATCHES)

        taken = take(kafka_address, prefix, MATCHES, copied)
        assert len({record.partition for record in taken}) > 1
        put(
            kafka_address,
            prefix,
            *(said(Said.TWO_EVENTS, name, match) for name, match in matches(taken).items()),
        )
        until(Kind.OPENED, "parted by ana", len(WATCHES))
        put(kafka_address, prefix, *(said(Said.ONE_EVENT, name) for name in WATCHES))
        live = until(Kind.UPDATED, "joined by ana", len(WATCHES))
        assert (one.stop(), two.stop()) == (0, 0)
    asked = ["--kafka", kafka_address.address, "--config", str(folders[0])]
    again = ended_here("replay", "--since", "1d", "--json", *asked, given=of_each[0][1])
    replayed = [json.loads(line) for line in again.stdout.splitlines()]
    told = {
        (one["watch"], one["kind"], one["reason"], one["event"])
        for one in replayed
        if one["reason"] != "end of replay"
    }
    assert again.returncode == 0, again.stderr
    assert {(one.watch, one.kind.value, one.reason, one.event) for one in live} == told
    ends = [set(one["stories"]) for one in replayed if one["reason"] == "end of replay"]
    assert ends.count({FIRST.id, OTHER.id}) == ends.count({COPY.id}) == len(WATCHES)


def matches(found: list[Received]) -> dict[str, Match]:
    """The matches of the copy, by their watches."""
    read = [decode(one.value, Match) for one in found if kind_of(one.headers) == "match"]
    return {one.watch: one for one in read if one.story.id == COPY.id}


def test_a_word_on_the_grouping_that_fits_nothing_is_refused_with_what_would(
    kafka_address: KafkaAccess, prefix: str, tmp_path: Path
) -> None:
    ensure_topics(kafka_address, prefix=prefix)
    words, given = work(kafka_address, prefix, tmp_path)
    asked = ["--kafka", kafka_address.address, "--config", str(tmp_path), "--by", "ana"]
    with running(tmp_path / "log", words, given) as worker:
        put(kafka_address, prefix, message(FIRST))
        (event,) = events(take(kafka_address, prefix, ALERTS, lambda found: len(found) >= 1))
        assert worker.stop() == 0
    for said, refused in (
        ([FIRST.id, "two events"], "its alert holds no other story"),
        ([event.alert, "two-events"], "say which story is of another event"),
        ([event.alert, "one-event"], "which other alert is of the same event by --with"),
        ([event.alert, "one-event", "--with", event.alert[:8]], "they are one alert already"),
        ([event.alert, "one-event", "--with", FIRST.id], "--with takes an alert's id"),
        ([event.alert, "right", "--with", event.alert], "--with goes with one-event"),
        ([event.alert, "right", "--take-back"], "there is nothing to take back"),
    ):
        shown = ended_here("judge", *said, *asked, given=given)
        assert shown.returncode == 2
        assert refused in " ".join(shown.stderr.decode().replace("│", " ").split())
