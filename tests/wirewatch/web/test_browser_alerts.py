"""Alerts in a real browser: live rows, keys, phones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers import browser, needs_browser, opened
from tests.support.web_site import STORIES, fill, gathered, served, told
from tests.wirewatch.web.conftest import Filled
from tests.wirewatch.web.test_live_alerts import alerts

pytestmark = needs_browser
NO_SHIFT = 0.001
"""A hundredth of what counts as good: rounding by a pixel's part."""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.shifts += one.value;
}).observe({type: "layout-shift"});
"""
"""Counts what shifts from here on: while the page loads, its parts may come one by one."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def ids(page: Page) -> list[str | None]:
    return [row.get_attribute("data-alert") for row in page.locator(".alert").all()]


@pytest.mark.parametrize("width", [360, 1440])
def test_new_alerts_slide_in_without_a_reload_also_where_many_come_at_once(
    tmp_path: Path, chromium: Browser, width: int
) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 3))
    with served(tmp_path) as site, opened(chromium, width=width) as page:
        page.goto(f"{site.address}/alerts")
        expect(page.locator("#signal")).to_have_text("live")
        page.evaluate(SHIFTS)
        page.evaluate("window.here = true")
        for count, alert in enumerate(alerts(3, 11), start=4):
            fill(data, [alert])
            if count % 2:  # the others come while rows are on their way
                expect(page.locator(".alert")).to_have_count(count)
        assert page.evaluate("window.here")
        assert page.evaluate("window.shifts") < NO_SHIFT
        found = ids(page)
        page.reload()
        assert found == ids(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_where_less_motion_is_asked_for_new_rows_wait_until_they_are_asked_for(
    tmp_path: Path, chromium: Browser, width: int
) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 3))
    with served(tmp_path) as site, opened(chromium, width=width) as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{site.address}/alerts")
        expect(page.locator("#signal")).to_have_text("live")
        page.evaluate(SHIFTS)
        fill(data, alerts(3, 4))
        button = page.locator("#held")
        expect(button).to_have_text("Show 1 new alert")
        fill(data, alerts(4, 5))
        expect(button).to_have_text("Show 2 new alerts")
        assert page.evaluate("window.shifts") < NO_SHIFT
        button.press("Enter")
        expect(page.locator(".alert")).to_have_count(5)
        expect(page.locator(".alert h2 a").first).to_be_focused()
        assert len(set(ids(page))) == 5
        expect(button).to_have_text("")


def test_the_filters_stand_in_one_row_on_a_wide_window(filled: Filled, chromium: Browser) -> None:
    with opened(chromium, width=1440) as page:
        page.goto(f"{filled.page.address}/alerts?state=open")
        for part in page.locator(".filters > *").all():
            expect(part).to_be_in_viewport()
        bottoms = "all => all.map(one => one.getBoundingClientRect().bottom)"
        found = page.locator(".filters > *").evaluate_all(bottoms)
        assert len(found) == 9
        assert max(found) - min(found) < 2


def test_the_list_is_whole_after_the_server_was_away(tmp_path: Path, chromium: Browser) -> None:
    data = tmp_path / "data"
    fill(data, alerts(0, 2))
    with opened(chromium, missing=True) as page:  # the browser may try while nobody listens
        with served(tmp_path) as site:
            port = site.port
            page.goto(f"{site.address}/alerts")
            expect(page.locator("#signal")).to_have_text("live")
        expect(page.locator("#signal")).to_have_text("not connected, trying again")
        page.evaluate("window.here = true")
        fill(data, alerts(2, 5))
        with served(tmp_path, port=port):
            expect(page.locator("#signal")).to_have_text("live")
            expect(page.locator(".alert")).to_have_count(5)
            fill(data, alerts(5, 6))
            expect(page.locator(".alert")).to_have_count(6)
            assert len(set(ids(page))) == 6
            assert page.evaluate("window.here")  # and it wasn't loaded again


def test_the_first_alert_takes_the_place_of_the_words_that_there_is_none(
    tmp_path: Path, chromium: Browser
) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as site, opened(chromium) as page:
        page.goto(f"{site.address}/alerts")
        expect(page.locator("#empty")).to_be_visible()
        expect(page.locator("#signal")).to_have_text("live")
        fill(tmp_path / "data", alerts(0, 1))
        expect(page.locator(".alert")).to_have_count(1)
        expect(page.locator("#empty")).to_be_hidden()


def test_keys_go_through_the_list_and_open_an_alert(filled: Filled, chromium: Browser) -> None:
    with opened(chromium) as page:
        page.goto(f"{filled.page.address}/alerts")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("j")
        wanted = page.locator(".alert").nth(1)
        expect(wanted.locator("h2 a")).to_be_focused()
        name = wanted.get_attribute("data-alert")
        page.keyboard.press("o")
        page.wait_for_url(f"**/alerts/{name}")


def test_a_long_word_of_an_outlet_pushes_no_column_out_of_the_table(
    tmp_path: Path, chromium: Browser
) -> None:
    long = told("Unbroken" * 16, STORIES[0].headline, STORIES[0].body, 0)
    event = fill(tmp_path / "data", gathered([long]))[0]
    with served(tmp_path) as site, opened(chromium, width=1440) as page:
        page.goto(f"{site.address}/alerts/{event.alert}")
        table = page.get_by_role("group", name="Stories")
        assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_its_window(filled: Filled, chromium: Browser, width: int) -> None:
    with opened(chromium, width=width) as page:
        for path in ("/alerts", *(f"/alerts/{one}" for one in filled.opened("cambodia"))):
            page.goto(filled.page.address + path)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) <= 0


def test_without_scripts_all_is_there(filled: Filled, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{filled.page.address}/alerts")
        expect(page.locator(".alert")).to_have_count(8)
        expect(page.locator("#signal")).to_be_hidden()
        page.get_by_role("combobox", name="Watch").select_option("us-cambodia-defense")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".alert")).to_have_count(3)
        page.locator(".alert h2 a").first.click()
        expect(page.locator("blockquote")).to_be_visible()
    finally:
        context.close()


@pytest.mark.parametrize("asked", ["", "?watch=cambodia&state=open"])
def test_on_a_phone_the_first_alert_is_seen_at_once_and_the_filters_are_a_key_away(
    filled: Filled, chromium: Browser, asked: str
) -> None:
    with opened(chromium) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{filled.page.address}/alerts{asked}")
        summary = page.locator("form summary")
        expect(page.locator(".alert").first).to_be_in_viewport(ratio=1)
        expect(summary).to_have_text("Filter: Cambodia, all · open" if asked else "Filter")
        expect(page.get_by_label("Severity")).to_be_hidden()
        summary.focus()
        page.keyboard.press("Enter")
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**min_severity=high**")
        expect(summary).to_contain_text("from high")


@pytest.mark.parametrize("width", [768, 1440])
def test_where_there_is_room_the_filters_need_no_opening(
    filled: Filled, chromium: Browser, width: int
) -> None:
    with opened(chromium, width=width) as page:
        page.goto(f"{filled.page.address}/alerts")
        expect(page.get_by_label("Severity")).to_be_visible()
        expect(page.locator("form summary")).to_be_hidden()
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**min_severity=high**")


def test_ages_are_the_same_words_from_the_browser_as_from_the_server(
    filled: Filled, chromium: Browser
) -> None:
    with opened(chromium) as page:
        page.clock.install()
        page.goto(f"{filled.page.address}/alerts")
        ages = page.locator("time[data-age]")
        before = ages.all_text_contents()
        assert any(one.endswith(" ago") for one in before)
        page.evaluate(
            "document.querySelectorAll('time[data-age]').forEach(e => e.textContent = '')"
        )
        page.clock.run_for(21_000)
        expect(ages.first).not_to_have_text("")
        assert ages.all_text_contents() == before
