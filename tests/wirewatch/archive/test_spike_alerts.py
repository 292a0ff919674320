"""Which watches are told of a day's spikes, and what: by the archive's counts, without a Kafka."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks.archive.spikes import drawn
from connectors.pages.recheck_schedule import Rechecks
from streams.contract.kafka_access import KafkaAccess
from streams.contract.messages import is_told, message
from streams.model.alert import AlertEvent, Kind
from streams.model.story import Status
from streams.model.tags import TaggedStory
from streams.model.watch import Severity, Watch
from tests.support.archived import archive
from tests.support.samples import NOON, WATCH, sample_alert, sample_story
from tests.support.spiking import ASKING, BURST, DAY, about, burst, sample_spike, weeks
from wirewatch.archive import queries
from wirewatch.archive.caught_up import NEVER, keep_caught_up
from wirewatch.archive.day_spikes import new_spikes
from wirewatch.archive.overview import watch_counts
from wirewatch.archive.rows import AlertQuery
from wirewatch.archive.spike_telling import LATE, SpikeSettings, SpikeTeller
from wirewatch.archive.spikes import PAST, usual_range
from wirewatch.archive.writer import writing

MINUTE = timedelta(minutes=1)


def told(
    data: Path, records: Iterable[msgspec.Struct], *watches: Watch, now: datetime = NOON
) -> list[AlertEvent]:
    archive(data, records)
    return again(data, *watches, now=now)


def again(data: Path, *watches: Watch, now: datetime = NOON) -> list[AlertEvent]:
    with queries.reading(data) as db:
        return new_spikes(db, watches, (), now.date(), now)


def watch(**facts: object) -> Watch:
    return msgspec.structs.replace(ASKING, **facts)


def test_a_day_with_many_stories_is_told_with_what_is_usual_and_who_tells_what(
    tmp_path: Path,
) -> None:
    (event,) = told(tmp_path, [*weeks(NOON), *burst(NOON)], ASKING, WATCH)
    assert event.kind is Kind.SPIKE
    assert event.reason == (
        f"KH-US, defense: {BURST} stories on Monday 23 November, where 0–2 are usual for a Monday"
    )
    assert (event.watch, event.title, event.severity) == (WATCH.id, WATCH.title, Severity.NORMAL)
    assert set(event.outlets) == {"Gulf Wire", "Delta"}
    assert event.spike is not None
    first, second = event.spike.telling
    assert first.headline.startswith("US and Cambodia weigh"), "two of three stories tell it"
    assert second.headline.startswith("Five things")
    assert first.url
    assert event.why.pair is not None
    assert event.why.pair.name == "KH-US"


@pytest.mark.parametrize(
    ("asking", "name"),
    [
        (watch(topics=()), "KH-US: "),
        (watch(topics=("trade", "defense")), "KH-US, defense: "),
        (watch(topics=(), topics_all=("defense",)), "KH-US, defense: "),
        (watch(topics=("trade",)), ""),
        (watch(pairs=("CN-KH",)), ""),
        (watch(pairs=(), countries=("KH",)), ""),
    ],
)
def test_what_is_counted_is_what_a_watch_names(asking: Watch, name: str, tmp_path: Path) -> None:
    events = told(tmp_path, [*weeks(NOON), *burst(NOON)], asking)
    assert [event.reason.startswith(name) for event in events] == [True] * bool(name)


def test_there_is_one_alert_for_a_watch_a_pair_and_a_day(tmp_path: Path) -> None:
    records = [*weeks(NOON), *burst(NOON), *weeks(NOON, "TH-US"), *burst(NOON, "TH-US")]
    other = watch(id="other", pairs=("KH-US", "TH-US"))
    events = told(tmp_path, records, ASKING, other)
    assert len({event.alert for event in events}) == len(events) == 3
    assert again(tmp_path, ASKING, other, now=NOON + DAY) == []
    later = again(tmp_path, ASKING, other, now=NOON + timedelta(hours=3))
    assert {one.event for one in later} == {one.event for one in events}
    with writing(tmp_path):
        pass
    archive(tmp_path, events)
    assert again(tmp_path, ASKING, other, now=NOON + timedelta(hours=3)) == []
    with queries.reading(tmp_path) as db:
        told_already = {one.event for one in events}
        assert new_spikes(db, [watch(id="third")], told_already, NOON.date(), NOON) != []


@pytest.mark.parametrize(
    "facts",
    [
        {"backfill": True},
        {"status": Status.CANCELED},
        {"embargo": NOON + DAY},
    ],
)
def test_what_is_no_news_makes_no_alert(facts: dict[str, Any], tmp_path: Path) -> None:
    assert told(tmp_path, [*weeks(NOON), *burst(NOON, **facts)], ASKING) == []


def test_without_weeks_of_past_nothing_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, burst(NOON), ASKING) == []


def test_a_critical_watch_has_no_critical_spike_and_a_shadow_stays_one() -> None:
    assert sample_spike(watch(severity=Severity.CRITICAL)).severity is Severity.HIGH
    assert sample_spike(watch(severity=Severity.LOW)).severity is Severity.LOW
    assert sample_spike(watch(shadow=True)).shadow


@pytest.mark.parametrize(
    ("caught_up", "tells"),
    [
        (NEVER, False),
        (NOON - timedelta(seconds=1), False),
        (NOON, True),
    ],
)
def test_nothing_is_told_before_the_archive_has_all_since_the_start(
    caught_up: datetime, *, tells: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = teller_at_noon(tmp_path, monkeypatch)
    keep_caught_up(tmp_path, caught_up)
    assert bool(teller.look(NOON + timedelta(seconds=5))) == tells


def teller_at_noon(
    data: Path, monkeypatch: pytest.MonkeyPatch, *, seen: datetime = NOON
) -> SpikeTeller:
    archive(data, [*weeks(NOON), *burst(seen)])
    kafka = KafkaAccess("127.0.0.1:9")  # it is asked nothing
    teller = SpikeTeller(SpikeSettings(data=data, kafka=kafka, prefix="", watches=lambda: [ASKING]))
    monkeypatch.setattr(teller, "_began", NOON)
    return teller


def test_an_archive_that_fell_behind_tells_nothing_and_what_was_told_is_not_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = teller_at_noon(tmp_path, monkeypatch)
    keep_caught_up(tmp_path, NOON)
    assert teller.look(NOON + 5 * MINUTE) == []
    keep_caught_up(tmp_path, NOON + 5 * MINUTE)
    events = teller.look(NOON + 5 * MINUTE)
    teller.keep(events)
    assert len(events) == 1
    assert teller.look(NOON + 5 * MINUTE) == [], "before it is in the archive"


MIDNIGHT = NOON + timedelta(hours=12)


@pytest.mark.parametrize(
    ("now", "caught_up", "tells"),
    [
        (MIDNIGHT + MINUTE, MIDNIGHT - timedelta(seconds=1), False),
        (MIDNIGHT + MINUTE, MIDNIGHT + timedelta(seconds=30), True),
        (MIDNIGHT + LATE - MINUTE, MIDNIGHT + LATE - MINUTE, True),
        (MIDNIGHT + LATE + MINUTE, MIDNIGHT + LATE + MINUTE, False),
    ],
)
def test_a_day_is_told_of_by_stories_that_come_after_its_end(
    now: datetime,
    caught_up: datetime,
    *,
    tells: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teller = teller_at_noon(tmp_path, monkeypatch, seen=MIDNIGHT - timedelta(seconds=1))
    keep_caught_up(tmp_path, caught_up)
    events = teller.look(now)
    assert [str(one.spike and one.spike.day) for one in events] == ["2026-11-23"] * tells


def test_what_was_told_before_midnight_is_not_told_again_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teller = teller_at_noon(tmp_path, monkeypatch)
    for at in (MIDNIGHT - MINUTE, MIDNIGHT + MINUTE):
        keep_caught_up(tmp_path, at)
        events = teller.look(at)
        assert len(events) == (at < MIDNIGHT)
        teller.keep(events)


def test_its_record_says_who_made_it_and_is_news() -> None:
    packed = message(sample_spike())
    headers = dict(packed.headers)
    assert headers["ce_type"] == b"wirewatch.alert.spike.v1"
    assert headers["ce_source"].endswith(b"/archive")
    assert (headers["ce_kind"], headers["ce_mode"]) == (b"spike", b"live")
    assert is_told(packed)


def test_no_page_is_asked_for_again_because_of_a_spike() -> None:
    rechecks = Rechecks()
    rechecks.hear(sample_spike(), NOON.timestamp(), NOON.timestamp())
    assert len(rechecks) == 0


@pytest.mark.parametrize(
    ("later", "state"),
    [(timedelta(), "open"), (timedelta(hours=11), "open"), (timedelta(hours=12), "closed")],
)
def test_in_the_archive_it_is_an_alert_open_on_its_day_that_holds_no_story(
    tmp_path: Path, later: timedelta, state: str
) -> None:
    event, now = sample_spike(), NOON + later
    opened, other = sample_alert(), sample_alert(sample_story("other"))
    ended = msgspec.structs.replace(other, event="ended", kind=Kind.CLOSED)
    archive(tmp_path, [event, opened, other, ended])
    with queries.reading(tmp_path) as db:
        row = next(one for one in queries.alerts(db, AlertQuery(), now) if one.id == event.alert)
        detail = queries.alert(db, event.alert, now)
        listed = {
            name: {one.id for one in queries.alerts(db, AlertQuery(state=name), now)}
            for name in ("open", "closed")
        }
        (counts,) = watch_counts(db, NOON - DAY, now)
    assert (row.state, row.headline, row.stories) == (state, event.reason, BURST)
    assert (detail.alert.state, detail.members) == (state, ())
    assert [name for name, ids in listed.items() if event.alert in ids] == [state]
    assert {len(listed["open"]), len(listed["closed"])} == {1, 2}
    assert (counts.open, counts.closed) == (len(listed["open"]), len(listed["closed"]))
    assert (row.pair, row.url, row.outlets) == ("KH-US", None, event.outlets)


def test_what_is_usual_is_what_most_days_have_each_weekday_its_own() -> None:
    chance = random.Random(3)
    days = [[drawn(4, 0.2, chance) for _ in range(PAST + 1)] for _ in range(200)]
    ranges = [(usual_range(one[:-1]), one[-1]) for one in days]
    inside = sum(low <= last <= high for (low, high), last in ranges) / len(ranges)
    assert 0.7 <= inside <= 0.95
    weeks_of_sundays = [2, 2, 2, 2, 2, 2, 20] * 8
    assert usual_range(weeks_of_sundays)[1] < 20 // 2 <= usual_range(weeks_of_sundays[:-1])[0]
    assert usual_range([0] * 28) == (0, 0)


def test_a_story_of_a_day_before_that_is_edited_is_none_of_today(tmp_path: Path) -> None:
    def edited(one: TaggedStory) -> TaggedStory:
        version = {"version": f"{one.story.version[:-1]}x", "first_seen": NOON, "edited": True}
        return msgspec.structs.replace(one, story=msgspec.structs.replace(one.story, **version))

    before = [about(f"KH-US-now-{n}", NOON - DAY) for n in range(BURST)]
    assert told(tmp_path, [*weeks(NOON), *before, *map(edited, before)], ASKING) == []
