"""A browser for tests: the Chromium that is installed here, and what its pages complain of."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.waiting import PATIENCE

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
MILLISECONDS = PATIENCE * 1_000
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: `make test-web` says how to install it"
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    expect.set_options(timeout=MILLISECONDS)  # else it gives up after five seconds
    # As root, as in containers, Chromium has no sandbox; it only sees our own server.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            yield started
        finally:
            started.close()


@contextmanager
def opened(
    browser: Browser,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    missing: bool = False,
) -> Iterator[Page]:
    """Open an empty page, and fail if what it shows complains of anything at the end.

    Where it is to be `missing`, the browser says so itself, and that is all right.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="no-preference",
    )
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    try:
        yield page
        assert missing or not complaints
    finally:
        context.close()
