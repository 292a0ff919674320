"""Every view in a real browser: no fault that keeps somebody from reading it, on no screen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState, Gap
from tests.support.archived import archive
from tests.support.browsers import browser, needs_browser, opened
from tests.support.samples import NOON
from tests.support.web_site import STORIES, Served, configured, fill, gathered, served, told
from wirewatch.web.routes import ROUTES

pytestmark = needs_browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "dark"), (1280, "light"))
LONG = told("Long Name Gazette " * 4, "Cambodia" * 60 + " and the US hold drills", "x" * 3_000, 300)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with stories in three scripts, words without an end, and a source that fails."""
    folder = tmp_path_factory.mktemp("views")
    configured(folder)
    (folder / "feeds.toml").write_text(
        '[[feed]]\nid = "gulf-wire"\nsource = "Gulf Wire"\nurl = "https://a.example/rss"\n'
        '[[feed]]\nid = "new"\nsource = "New"\nurl = "https://b.example/rss"\n'
    )
    events = fill(folder / "data", gathered((*STORIES, LONG)))
    reports = [
        DeliveryReport(
            event=one.event,
            alert=one.alert,
            kind=one.kind,
            subscriber="desk",
            result=DeliveryResult.FAILED,
            at=NOON,
            reason="HTTP 503",
        )
        for one in events
    ]
    health = FeedHealth(
        feed="gulf-wire",
        source="Gulf Wire",
        state=FeedState.HTTP_ERROR,
        detail="HTTP 503",
        polled=NOON,
        last_ok=NOON - timedelta(hours=5),
        entries=1,
        stories=1,
        rhythm=600.0,
        gap=Gap(since=NOON, until=NOON + timedelta(hours=5)),
    )
    archive(folder / "data", [health, *reports])
    with served(folder) as page:
        yield page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def paths(site: Served) -> list[str]:
    """All views: those of the navigation, and one of each that they lead to."""
    named = [row.path for row in ROUTES if row.label]
    return [
        *named,
        *(one for path in named for one in _first_links(site.get(path).text, path)),
        f"/stories/{LONG.id}",
        "/stories?words=zebra",
        "/missed",
        "/alerts?state=withdrawn",
        "/none",
    ]


def _first_links(html: str, path: str) -> list[str]:
    _, found, rest = html.partition(f'href="{path}/')
    return [f"{path}/{rest.partition(chr(34))[0]}"] if found else []


def test_each_view_of_the_navigation_leads_to_one_that_is_looked_at(site: Served) -> None:
    found = paths(site)
    for path in ("/alerts/", "/stories/", "/pairs/", "/sources/", "/watches/"):
        assert any(one.startswith(path) for one in found)


def axe_faults(page: Page) -> list[str]:
    """What axe finds on a page, however grave: each is somebody who reads it with trouble."""
    return [
        f"{one['id']} ({one['impact']}): {node['target']}: {node.get('failureSummary', '')}"
        for one in Axe().run(page).response["violations"]
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_view_can_be_read_and_reached(
    site: Served, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    faults = []
    for path in paths(site):
        with opened(chromium, width=width, scheme=scheme, missing=path == "/none") as page:
            page.goto(site.address + path)
            page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
            if (wider := page.evaluate(WIDE)) > 0:
                faults.append(f"{path} is wider than its window by {wider} px")
            faults += [f"{path}: {fault}" for fault in axe_faults(page)]
    assert faults == []
