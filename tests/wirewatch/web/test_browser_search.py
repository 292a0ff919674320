"""Searching stories and following a pair to its stories, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers import browser, needs_browser, opened
from tests.support.web_site import STORIES, Served, fill, gathered, served, told

pytestmark = needs_browser
CHINESE = told(
    "湄公时报",
    "柬埔寨国防部与美国海军举行联合军演",
    "金边消息，柬埔寨国防部说，美国海军和柬埔寨海军星期一在西哈努克港附近开始联合军演。",
    300,
    "zh",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("search")
    fill(folder / "data", gathered((*STORIES, CHINESE)))
    with served(folder) as page:
        yield page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.parametrize(
    ("words", "headline"),
    [
        ("patrol boats", "Washington sends Cambodia two patrol boats"),
        ("សមយុទ្ធ", "កម្ពុជា និងសហរដ្ឋអាមេរិក ចាប់ផ្តើមសមយុទ្ធយោធារួមគ្នា"),
        ("国防部 军演", CHINESE.headline),
    ],
    ids=["English", "Khmer", "Chinese"],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_words_of_any_script_are_found_by_typing_them(
    site: Served, chromium: Browser, words: str, headline: str, width: int
) -> None:
    with opened(chromium, width=width) as page:
        page.goto(f"{site.address}/stories")
        page.get_by_label("Words").fill(words)
        page.get_by_label("Words").press("Enter")
        expect(page.locator(".results h2")).to_have_text([headline])
        page.locator(".results h2 a").click()
        expect(page.locator("h1")).to_have_text(headline)


def test_a_facet_narrows_and_its_chip_takes_that_back(site: Served, chromium: Browser) -> None:
    rows = ".results .alert"
    with opened(chromium) as page:
        page.goto(f"{site.address}/stories")
        expect(page.locator(rows)).to_have_count(len(STORIES) + 1)
        page.locator(".facets details").evaluate_all("all => all.forEach(one => one.open = true)")
        page.locator(".facets a", has_text="zh").click()
        expect(page.locator(f"{rows} h2")).to_have_text([CHINESE.headline])
        page.locator(".chosen .chip").click()
        expect(page.locator(rows)).to_have_count(len(STORIES) + 1)


def test_on_a_phone_what_narrows_the_search_is_folded_before_the_rows(
    site: Served, chromium: Browser
) -> None:
    with opened(chromium, width=360) as page:
        page.goto(f"{site.address}/stories")
        expect(page.locator(".facets a").first).to_be_hidden()
        expect(page.locator(".results h2 a").first).to_be_in_viewport()
        page.locator(".facets > summary").click()
        page.locator(".facets a", has_text="zh").click()
        expect(page.locator(".results h2")).to_have_text([CHINESE.headline])


def test_from_the_matrix_by_a_pair_and_a_bar_to_its_stories(
    site: Served, chromium: Browser
) -> None:
    with opened(chromium) as page:
        page.goto(f"{site.address}/pairs")
        page.locator("table.matrix td a").first.click()
        expect(page.locator("h1")).to_have_text("Cambodia – United States")
        bar = page.locator("section.timeline").first.locator("svg rect").last
        number = int((bar.locator("title").text_content() or "").split(": ")[1].split()[0])
        bar.click()
        expect(page.locator(".results .alert")).to_have_count(number)
