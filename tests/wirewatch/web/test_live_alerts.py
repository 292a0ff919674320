"""Alerts as they come, over HTTP: no gap, nothing twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from streams.model.alert import AlertEvent, Kind
from streams.model.watch import Severity
from tests.support.samples import sample_alert, sample_story
from tests.support.web_site import Served, Told, fill, served, stream
from wirewatch.archive.layout import FILE
from wirewatch.web import live


def alerts(first: int, last: int) -> list[AlertEvent]:
    return [sample_alert(sample_story(str(number))) for number in range(first, last)]


def after(page: Served, path: str = "/alerts") -> str:
    """The event that a page knows, as its script would send it."""
    return str(re.findall(r'data-after="([^"]*)"', page.get(path).text)[0])


def until_known(told: Iterator[Told], event: str) -> list[Told]:
    """What is told up to where an event is known."""
    found = []
    for one in told:
        found.append(one)
        if one.event == "beat" and one.id.endswith(event):
            return found
    raise AssertionError("the stream ended")


def test_what_comes_is_told_once_in_order(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 3))
    with (
        served(tmp_path) as page,
        stream(page.port, f"/alerts/live?after={after(page)}") as told,
    ):
        assert next(told).event == "ready"
        new = alerts(3, 6)
        for one in new:
            fill(data, [one])
        found = [one for one in until_known(told, new[-1].event) if one.event == "alert"]
        assert [one.alert for one in found] == [one.alert for one in new]
        assert all(json.loads(one.data)["opened"] for one in found)
        changed = msgspec.structs.replace(new[0], event="changed", kind=Kind.UPDATED)
        fill(data, [changed])
        (last,) = [one for one in until_known(told, "changed") if one.event == "alert"]
        assert last.alert == new[0].alert
        assert not json.loads(last.data)["opened"]


def test_a_page_that_comes_back_gets_what_it_missed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 2))
    with served(tmp_path) as page:
        known = after(page)
        with stream(page.port, f"/alerts/live?after={known}") as told:
            (new,) = alerts(2, 3)
            fill(data, [new])
            known = until_known(told, new.event)[-1].id
    missed = alerts(3, 8)
    fill(data, missed)
    with served(tmp_path) as page:  # another server: nothing is kept in its memory
        # What the browser heard last counts, whatever the page knew when it was loaded.
        path, headers = "/alerts/live?after=0-", {"Last-Event-ID": known}
        with stream(page.port, path, headers) as told:
            found = until_known(told, missed[-1].event)
            assert [one.alert for one in found if one.alert] == [one.alert for one in missed]


def test_a_page_of_an_empty_archive_hears_of_the_first_alert(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with (
        served(tmp_path) as page,
        stream(page.port, f"/alerts/live?after={after(page)}") as told,
    ):
        (new,) = alerts(0, 1)
        fill(tmp_path / "data", [new])
        assert [one.alert for one in until_known(told, new.event) if one.alert] == [new.alert]


@pytest.mark.parametrize("known", ["1-other", "99-none"])
def test_a_page_of_an_archive_that_was_filled_anew_loads_again(tmp_path: Path, known: str) -> None:
    fill(tmp_path / "data", alerts(0, 3))
    with served(tmp_path) as page, stream(page.port, f"/alerts/live?after={known}") as told:
        assert [next(told).event, next(told).event] == ["ready", "reload"]


def test_an_open_page_loads_again_once_the_archive_is_filled_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 3))
    with (
        served(tmp_path) as page,
        stream(page.port, f"/alerts/live?after={after(page)}") as told,
    ):
        (new,) = alerts(3, 4)
        fill(data, [new])
        until_known(told, new.event)
        for file in data.glob(f"{FILE}*"):
            file.unlink()
        fill(data, alerts(5, 7))
        assert "reload" in [one.event for one in told]


def test_a_page_that_missed_too_much_loads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_MISSED", 3)
    fill(tmp_path / "data", alerts(0, 5))
    with served(tmp_path) as page, stream(page.port, "/alerts/live?after=0-") as told:
        assert [next(told).event, next(told).event] == ["ready", "reload"]


def test_filters_hold_for_what_comes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    fill(data, [])
    (first,) = alerts(0, 1)
    other = msgspec.structs.replace(first, alert="a" * 32, event="other", watch="other")
    shadow = msgspec.structs.replace(first, alert="b" * 32, event="shadow", shadow=True)
    minor = msgspec.structs.replace(
        first, alert="c" * 32, event="minor", severity=Severity.LOW, outlets=("GULF WIRE",)
    )
    elsewhere = msgspec.structs.replace(first, alert="d" * 32, event="there", outlets=("Other",))
    first = msgspec.structs.replace(first, outlets=("Other", "Gulf Wire"))
    closed = msgspec.structs.replace(first, event="closed", kind=Kind.CLOSED)
    with served(tmp_path) as page:
        path = f"/alerts/live?after=0-&watch={first.watch}&state=open&min_severity=normal"
        path += "&outlet=gulf+wire"
        with stream(page.port, path) as told:
            fill(data, [other, shadow, minor, elsewhere, first])
            found = until_known(told, first.event)
            assert [(one.event, one.alert) for one in found if one.alert] == [
                ("gone", minor.alert),
                ("gone", elsewhere.alert),
                ("alert", first.alert),
            ]
            fill(data, [closed])
            found = until_known(told, "closed")
            assert [(one.event, one.alert) for one in found if one.alert] == [("gone", first.alert)]


def test_the_server_ends_while_pages_are_open(tmp_path: Path) -> None:
    fill(tmp_path / "data", alerts(0, 1))
    with served(tmp_path) as page:
        told = stream(page.port, f"/alerts/live?after={after(page)}")
        lines = told.__enter__()
        assert next(lines).event == "ready"
    assert all(one.event in {"beat", "ready"} for one in lines)  # to the end
    told.__exit__(None, None, None)
