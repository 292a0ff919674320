"""A page never takes an archive that lacks something for quiet."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.samples import NOON
from tests.support.waiting import until
from tests.support.web_site import fill, served, stream
from wirewatch.archive.caught_up import NEVER, keep_caught_up
from wirewatch.archive.room import too_full
from wirewatch.runtime.presence import KeptFile, ServiceFile, file_of
from wirewatch.runtime.run import ARCHIVE
from wirewatch.web.archive_notice import ArchiveNotice, ArchiveStanding, notice

NOW = NOON + timedelta(hours=6)
BEHIND = "The archive is behind since 17:13: what came since isn't shown here."
AT = NOW - timedelta(minutes=47)


@pytest.mark.parametrize(
    ("caught_up", "said"),
    [
        (None, ""),
        (NOW, ""),
        (NOW - timedelta(seconds=50), ""),
        (NEVER, "The archive is just being filled: what isn't in it yet isn't shown here."),
        (AT, BEHIND),
    ],
)
def test_what_is_said_of_an_archive_goes_by_up_to_when_it_has_all(
    caught_up: datetime | None, said: str
) -> None:
    found = ArchiveStanding(caught_up=caught_up, is_filled=True, too_full=None)
    assert notice(found, NOW) == said


def test_the_cause_is_told_with_what_is_known_of_it() -> None:
    full = ArchiveStanding(caught_up=AT, is_filled=True, too_full=too_full(417_000_000))
    assert notice(full, NOW) == (
        f"{BEHIND} The disk is too full for it: 417 MB are free, and 500 left for Kafka."
    )
    stopped = ArchiveStanding(caught_up=AT, is_filled=False, too_full=None)
    assert notice(stopped, NOW).startswith(f"{BEHIND} Nothing fills it: ")


def test_nothing_is_said_of_a_folder_that_is_gone(tmp_path: Path) -> None:
    assert ArchiveNotice(tmp_path / "unmounted", lambda: NOW)() == ""


def test_every_view_says_that_the_archive_is_behind_until_it_has_caught_up(tmp_path: Path) -> None:
    data = tmp_path / "data"
    alert = fill(data)[0]
    service = ServiceFile(service=ARCHIVE, pid=1, started=datetime.now(UTC))
    running = KeptFile(file_of(data, ARCHIVE, 1), service)
    running.touch()
    keep_caught_up(data, AT)
    views = [
        *("/alerts", "/alerts?state=closed", "/stories", "/pairs", "/sources", "/watches"),
        *(f"/alerts/{alert.alert}", f"/stories/{alert.story.id}", "/pairs/KH-US", "/backtests"),
    ]
    shown = BEHIND.replace("'", "&#39;")
    try:
        with served(tmp_path, now=NOW) as page:
            for view in views:
                assert f">{shown}</p>" in page.get(view).text, view
            keep_caught_up(data, NOW)
            until(lambda: shown not in page.get("/alerts").text)
            for view in views:
                assert 'id="behind" role="status" hidden></p>' in page.get(view).text, view
    finally:
        running.remove()


def test_an_open_list_of_alerts_hears_that_the_archive_is_behind(tmp_path: Path) -> None:
    fill(tmp_path / "data")
    keep_caught_up(tmp_path / "data", AT)
    with (
        served(tmp_path, now=NOW) as page,
        stream(page.port, "/alerts/live?after=0-") as told,
    ):
        beat = next(one for one in told if one.event == "beat")
        assert json.loads(beat.data)["archive"].startswith(BEHIND)
