"""The pages behind links, as a phone shows them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Literal

import msgspec
import pytest
from playwright.sync_api import Browser

from connectors.delivery.links.server import LinkTools, link_server
from connectors.delivery.links.signing import LinkSigner, LinkWriter
from connectors.delivery.sinks.interface import Notification
from streams.model.verdict import Verdict
from tests.support.browsers import browser, needs_browser, opened
from tests.support.samples import sample_alert
from tests.support.waiting import PATIENCE

pytestmark = [needs_browser, pytest.mark.long]

SIGNER = LinkSigner("k" * 43)
FINGER = 44
"""Pixels that a finger needs."""
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
LONG = "Ministers of both countries meet on the border after a night without sleep for anybody"


async def keep(_: Verdict) -> None:
    raise AssertionError("nothing was judged")


@contextmanager
def served(folder: Path, language: str) -> Iterator[str]:
    """Serve the links of a subscriber who reads that language."""
    tools = LinkTools(
        signer=SIGNER,
        outbox=folder / "outbox.sqlite",
        known=lambda _: True,
        keep=keep,
        language=lambda _: language,
    )
    ports: Queue[int] = Queue()
    loop, over = asyncio.new_event_loop(), asyncio.Event()

    async def main() -> None:
        async with link_server("127.0.0.1", 0, tools) as port:
            ports.put(port)
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    try:
        yield f"http://127.0.0.1:{ports.get(timeout=PATIENCE)}/ww"
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)
        loop.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.mark.parametrize("language", ["en", "fr", "km"])
def test_a_page_fits_a_phone_and_a_finger(tmp_path: Path, chromium: Browser, language: str) -> None:
    alert = sample_alert()
    alert = msgspec.structs.replace(
        alert, story=msgspec.structs.replace(alert.story, headline=LONG)
    )
    told = Notification(id="n", subscriber="anna/mail", events=(alert,), sample=True)
    with served(tmp_path, language) as base:
        writer = LinkWriter(base, SIGNER)
        links = [writer.links(told), writer.links(replace(told, sample=False))]
        for url in (links[0].wrong, links[1].wrong, links[1].mute, links[1].unsubscribe):
            with opened(chromium, width=360) as page:
                page.goto(url)
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
                for one in page.locator("button, label").all():
                    box = one.bounding_box()
                    assert box is not None
                    assert box["height"] >= FINGER
                assert page.locator("html").get_attribute("lang") == language
                if url != links[1].unsubscribe:
                    assert LONG[:40] in page.inner_text("main")


def test_a_page_goes_with_light_and_dark(tmp_path: Path, chromium: Browser) -> None:
    told = Notification(id="n", subscriber="anna/mail", events=(sample_alert(),))
    found = {}
    with served(tmp_path, "en") as base:
        url = LinkWriter(base, SIGNER).links(told).right
        for scheme in SCHEMES:
            with opened(chromium, scheme=scheme) as page:
                page.goto(url)
                found[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert found["light"] != found["dark"]
