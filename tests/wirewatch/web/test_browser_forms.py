"""Every form of the page, filled in and sent by a real browser: what it sends along is its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from streams.model.verdict import Said, Verdict
from tests.support.browsers import browser, needs_browser, opened
from tests.support.web_site import TOKEN, Served, fill, served
from tests.wirewatch.web.test_browser_views import axe_faults

pytestmark = needs_browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


class Kept:
    """What people said."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []

    async def keep(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)


def first_alert(page: Served) -> str:
    return str(re.findall(r"/alerts/[0-9a-f]{32}", page.get("/alerts").text)[0])


@pytest.mark.parametrize(("button", "said"), [("right", Said.RIGHT), ("wrong", Said.WRONG)])
def test_an_alert_is_judged(tmp_path: Path, chromium: Browser, button: str, said: Said) -> None:
    kept = Kept()
    fill(tmp_path / "data")
    with served(tmp_path, keep=kept.keep) as site, opened(chromium) as page:
        page.goto(site.address + first_alert(site))
        page.get_by_label("Your name").first.fill("Sok")
        page.get_by_role("button", name=f"It was {button}").click()
        expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    assert [(one.said, one.by) for one in kept.verdicts] == [(said, "Sok")]


def test_an_alert_is_muted_and_sent_again(tmp_path: Path, chromium: Browser) -> None:
    fill(tmp_path / "data")
    with served(tmp_path) as site, opened(chromium) as page:
        page.goto(site.address + first_alert(site))
        page.get_by_role("button", name="Mute").click()
        expect(page.get_by_text("Muted for everybody.")).to_be_visible()
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_role("button", name="Mute")).to_be_visible()


def test_a_story_is_told_to_be_missed(tmp_path: Path, chromium: Browser) -> None:
    kept = Kept()
    fill(tmp_path / "data")
    with served(tmp_path, keep=kept.keep) as site, opened(chromium) as page:
        page.goto(f"{site.address}/stories?words=stalls")
        page.locator(".results h2 a").click()
        page.get_by_label("Your name").fill("Sok")
        page.get_by_role("button", name="Say so").click()
        expect(page.get_by_text("Thank you: kept as missed.")).to_be_visible()
    assert [one.said for one in kept.verdicts] == [Said.MISSED]


def test_a_text_that_no_feed_brought_is_told_to_be_missed(
    tmp_path: Path, chromium: Browser
) -> None:
    kept = Kept()
    fill(tmp_path / "data")
    with served(tmp_path, keep=kept.keep) as site, opened(chromium) as page:
        page.goto(f"{site.address}/stories")
        page.get_by_role("link", name="Tell of one that was missed").click()
        page.get_by_label("Its headline").fill("Rain closes the market\nPhnom Penh was wet.")
        page.get_by_label("Your name").fill("Sok")
        page.get_by_role("button", name="Say so").click()
        expect(page.get_by_text("Thank you: kept as missed.")).to_be_visible()
        expect(page.get_by_text("it does not fit")).to_be_visible()
        assert axe_faults(page) == []
    assert [one.note for one in kept.verdicts] == ["Rain closes the market Phnom Penh was wet."]


def test_who_gives_the_token_is_let_in(tmp_path: Path, chromium: Browser) -> None:
    fill(tmp_path / "data")
    with (
        served(tmp_path, web='token_env = "WEB_TOKEN"') as site,
        opened(chromium, missing=True) as page,
    ):
        page.goto(f"{site.address}/alerts")
        page.get_by_label("Token").fill("guessed")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(".wrong")).to_be_visible()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(".alert").first).to_be_visible()


def test_a_form_on_another_site_is_refused(tmp_path: Path, chromium: Browser) -> None:
    """What the browser says of where it comes from is heeded, though it names no origin."""
    kept = Kept()
    fill(tmp_path / "data")
    with served(tmp_path, keep=kept.keep) as site, opened(chromium, missing=True) as page:
        path = first_alert(site)
        page.goto(site.address + path)
        word = page.locator("input[name=form]").first.input_value()
        fields = f"<input name=form value='{word}'><input name=said value=right>"
        fields += "<input name=name value=Eve>"
        page.route(
            "http://evil.example/",
            lambda route: route.fulfill(
                content_type="text/html",
                body=f"<form method=post action='{site.address}{path}/judge'>{fields}</form>"
                "<script>document.forms[0].submit()</script>",
            ),
        )
        page.goto("http://evil.example/", wait_until="commit")
        expect(page.get_by_text("Sent by another site")).to_be_visible()
    assert kept.verdicts == []
