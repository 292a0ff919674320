"""The page for programs: JSON and a stream of events."""

import json
from datetime import timedelta
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from streams.contract.codec import decode
from streams.model.alert import AlertEvent
from streams.model.tags import TaggedStory, TopicTag
from streams.model.timestamps import Timestamps
from streams.model.watch import Watch
from tests.support.samples import NOON
from tests.support.web_site import TOKEN, Served, fill, gathered, served, stream
from tests.wirewatch.web.conftest import Filled
from tests.wirewatch.web.test_live_alerts import alerts
from wirewatch.web.routes import ROUTES


def got(page: Served, path: str, status: int = 200) -> dict[str, Any]:
    answer = page.get(path)
    assert answer.status == status, answer.text
    assert answer.headers["content-type"].startswith("application/")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_answers_are_as_their_description_says(filled: Filled) -> None:
    described = got(filled.page, "/api/openapi.json")
    alert = filled.opened("us-cambodia-defense")[0]
    for path, operation in described["paths"].items():
        content = operation["get"]["responses"]["200"]["content"]
        if "application/json" not in content:
            continue
        schema = {**content["application/json"]["schema"], "components": described["components"]}
        found = got(filled.page, path.replace("{alert}", alert))
        jsonschema.validate(found, schema)
    problem = described["components"]["schemas"]["ProblemDetails"]
    jsonschema.validate(got(filled.page, "/api/alerts/000000", 404), problem)


def test_every_path_for_programs_is_described(filled: Filled) -> None:
    described = set(got(filled.page, "/api/openapi.json")["paths"])
    paths = {row.path for row in ROUTES if row.path.startswith(("/api", "/stream"))}
    assert described == paths - {"/api/openapi.json"}
    assert 'href="/api/openapi.json"' in filled.page.get("/alerts").text


def test_what_is_asked_for_is_given_page_by_page(filled: Filled) -> None:
    found, cursor = [], ""
    while True:
        answer = got(filled.page, f"/api/alerts?limit=3&cursor={cursor}")
        found += [one["id"] for one in answer["alerts"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == 8
    stories = got(filled.page, "/api/stories?words=patrol+boats&since=2026-11-01")["stories"]
    assert [one["outlet"] for one in stories] == ["Pacific Desk"]
    assert not got(filled.page, "/api/stories?until=2026-11-01T00:00:00Z")["stories"]


@pytest.mark.parametrize(
    "asked",
    [
        "watch=cambodja",
        *("limit=0", "limit=x", "pair=x", "since=never", "since=9999-12-31T23:59-23:00", "none=1"),
        *("shadow=maybe", "cursor=zz", "limit=100000"),
    ],
)
def test_what_can_not_be_asked_for_is_told_as_json(filled: Filled, asked: str) -> None:
    answer = got(filled.page, f"/api/alerts?{asked}", 400)
    assert answer["status"] == 400
    assert answer["detail"]


def later(events: list[AlertEvent]) -> list[AlertEvent]:
    """The events as if they had happened after all of ours."""
    times = Timestamps(raised=NOON + timedelta(hours=5))
    return [msgspec.structs.replace(one, times=times) for one in events]


def test_a_stream_begins_where_it_is_asked_to_and_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old = fill(data, list(gathered()))
    since = NOON + timedelta(minutes=90)
    wanted = [one for one in old if one.times.raised is not None and one.times.raised >= since]
    with (
        served(tmp_path) as page,
        stream(page.port, f"/stream?since={since:%Y-%m-%dT%H:%M:%SZ}") as told,
    ):
        found = [decode(one.data.encode(), AlertEvent) for one in islice(told, len(wanted))]
        assert [one.event for one in found] == [one.event for one in wanted]
        new = later(alerts(0, 2))
        fill(data, new)
        came = [next(told), next(told)]
        assert [decode(one.data.encode(), AlertEvent).event for one in came] == [
            one.event for one in new
        ]
    with served(tmp_path) as page:
        missed = later(alerts(2, 3))
        fill(data, missed)
        with stream(page.port, "/stream", {"Last-Event-ID": came[0].id}) as told:
            found = [decode(one.data.encode(), AlertEvent) for one in islice(told, 2)]
            assert [one.event for one in found] == [new[1].event, missed[0].event]


def test_a_stream_is_of_what_was_asked_for(tmp_path: Path) -> None:
    events = fill(tmp_path / "data")
    wanted = [
        one.event
        for one in events
        if one.why.pair is not None and one.why.pair.name == "KH-US" and one.why.topics
        if one.severity == "high" and "Gulf Wire" in one.outlets
    ]
    assert wanted
    more = "min_severity=high&outlet=gulf+wire"
    with (
        served(tmp_path) as page,
        stream(page.port, f"/stream?pair=US-KH&topic=defense&since=30d&{more}") as told,
    ):
        found = [decode(one.data.encode(), AlertEvent) for one in islice(told, len(wanted))]
    assert [one.event for one in found] == wanted


def test_a_stream_of_an_archive_that_was_filled_anew_says_so_and_ends(filled: Filled) -> None:
    with stream(filled.page.port, "/stream", {"Last-Event-ID": "3-none"}) as told:
        assert [one.event for one in told] == ["reset"]


def test_a_client_that_is_reset_forgets_its_place_and_waits_before_it_comes_again(
    filled: Filled,
) -> None:
    answer = filled.page.get("/stream", {"Last-Event-ID": "3-none"})
    reset = next(one for one in answer.text.split("\r\n\r\n") if "event: reset" in one)
    lines = reset.split("\r\n")
    assert "id: " in lines  # empty: that clears what a client sends as Last-Event-ID
    (again,) = (int(line.removeprefix("retry: ")) for line in lines if line.startswith("retry: "))
    assert again >= 5_000


def test_programs_give_the_token_with_each_request(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path, web='token_env = "WEB_TOKEN"') as page:
        refused = got(page, "/api/alerts", 401)
        assert refused["status"] == 401
        assert "Authorization: Bearer" in refused["detail"]
        assert page.get("/stream").status == 401
        assert page.get("/api/alerts", {"Authorization": f"Bearer {TOKEN}"}).status == 200


@pytest.mark.parametrize(
    "asked", ["alerts?state=foo", "stories?pair=KH-US&relation=foo", "stories?topic=a&role=foo"]
)
def test_a_value_that_there_is_not_is_refused(filled: Filled, asked: str) -> None:
    answer = filled.page.get(f"/api/{asked}")
    assert answer.status == 400
    assert "is none of" in answer.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/api/alerts?watch=zzz", "there are cambodia, us-cambodia-defense"),
        ("/api/stories?watch=cambodja", 'did you mean "cambodia"?'),
        ("/api/stories?topic=qqqqqq", "there are "),
        ("/api/stories?country=XX", "country: "),
        ("/api/stories?language=%21", "language: "),
        ("/stream?watch=zzz", "there are cambodia"),
        ("/stream?topic=defence", 'did you mean "defense"?'),
        ("/stories?watch=zzz", "there are cambodia"),
        ("/stories?topic=defence", 'did you mean "defense"?'),
        ("/alerts?watch=zzz", "there are cambodia"),
    ],
)
def test_what_nothing_can_have_is_refused_with_what_there_is(
    filled: Filled, asked: str, told: str
) -> None:
    answer = filled.page.get(asked)
    assert answer.status == 400
    assert told in unescape(answer.text).replace('\\"', '"')


def test_a_watch_and_a_topic_of_the_past_are_found_by_the_names_they_had(tmp_path: Path) -> None:
    old = Watch(id="old-watch", title="Old", countries=("KH",))
    gone = TopicTag(slug="gone-topic", score=0.9, spans=())
    records = [
        replace(one, tags=replace(one.tags, topics=(gone,)))
        if isinstance(one, TaggedStory)
        else one
        for one in gathered(watches=(old,))
    ]
    fill(tmp_path / "data", records)
    with served(tmp_path) as page:
        assert got(page, "/api/alerts?watch=old-watch")["alerts"]
        assert got(page, "/api/stories?watch=old-watch&topic=gone-topic")["stories"]
        assert page.get("/alerts?watch=old-watch").status == 200
        refused = got(page, "/api/alerts?watch=zzz", 400)["detail"]
        assert "cambodia, old-watch, us-cambodia-defense" in refused


def test_a_cursor_that_is_none_is_told_in_words_of_no_command(filled: Filled) -> None:
    told = got(filled.page, "/api/alerts?cursor=zz", 400)["detail"]
    assert '"zz" is no cursor' in told
    assert "--" not in told
