"""Pictures of the page as a browser shows it.

`python -m tools.page_screenshots URL FOLDER [PATH ...]`.
For every path one picture for each width and scheme; what is wider than its window is told.
"""

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
HEIGHT = 900


def main(url: str, folder: Path, paths: list[str]) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for path, width, scheme in product(paths, WIDTHS, SCHEMES):
                _picture(browser, url.rstrip("/") + path, folder, width, scheme)
        finally:
            browser.close()


def _picture(browser: Browser, address: str, folder: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": HEIGHT})
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    parts = address.partition("?")[0].split("/")[3:]
    name = "-".join(part for part in parts if part) or "home"
    file = folder / f"{name[:40]}-{width}-{scheme}.png"
    page.screenshot(path=file, full_page=True)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    sys.stdout.write(f"{file}{f'  wider than its window by {wide} px' if wide > 0 else ''}\n")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or ["/alerts"])
