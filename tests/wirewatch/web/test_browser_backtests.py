"""A back-test in a real browser, with script and without, from the form to the alert."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers import browser, needs_browser, opened
from tests.support.web_site import Served, fill, served
from tests.wirewatch.web.test_backtest_pages import NARROWER, begun, endless
from tests.wirewatch.web.test_browser_views import WIDE, axe_faults

pytestmark = needs_browser
__all__ = ["endless"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    fill(tmp_path / "data")
    with served(tmp_path) as page:
        yield page


def faults(page: Page) -> list[str]:
    wider = page.evaluate(WIDE)
    return [*axe_faults(page), *([f"wider by {wider} px"] if wider > 0 else [])]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_change_of_a_watch_is_tried_and_leads_to_the_alerts_that_it_loses(
    site: Served, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    with opened(chromium, width=width, scheme=scheme, missing=True) as page:
        page.goto(f"{site.address}/watches/cambodia")
        page.get_by_role("link", name="Try a change").click()
        draft = page.get_by_label("Draft")
        expect(draft).to_have_value(
            '[[watch]]\nid = "cambodia"\ntitle = "Cambodia, all"\ncountries = ["KH"]\n'
        )
        assert faults(page) == []
        draft.fill(NARROWER + "wordz = 1\n")
        page.get_by_role("button", name="Back-test").click()
        expect(page.get_by_role("alert")).to_contain_text("wordz")
        assert faults(page) == []
        draft.fill(NARROWER)
        page.get_by_role("button", name="Back-test").click()
        expect(page.get_by_role("heading", name="Lost 4")).to_be_visible()
        assert faults(page) == []
        page.get_by_role("link", name="Washington sends Cambodia two patrol boats").click()
        expect(page).to_have_url(f"{site.address}/alerts/{page.url.rpartition('/')[2]}")


def test_without_script_the_page_looks_again_by_itself(site: Served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site.address}/backtests?watch=cambodia")
        page.get_by_label("Draft").fill(NARROWER)
        page.get_by_role("button", name="Back-test").click()
        expect(page.get_by_role("heading", name="Lost 4")).to_be_visible()
    finally:
        context.close()


def test_one_under_way_can_be_stopped_and_that_shows_at_once(
    site: Served, chromium: Browser, endless: Path
) -> None:
    place = begun(site, endless)
    with opened(chromium, width=360) as looking, opened(chromium) as page:
        looking.goto(site.address + place)
        expect(looking.get_by_role("progressbar")).to_be_visible()
        assert faults(looking) == []
        page.goto(site.address + place)
        page.get_by_role("button", name="Stop it").click()
        expect(page.get_by_role("status")).to_contain_text("it was stopped")
        expect(looking.get_by_role("status")).to_contain_text("it was stopped")
