"""How far what somebody reads moves while new alerts come in, by the browser's own measure.

The real `wirewatch web` and Chromium. Of each `layout-shift` the browser tells a value: the share
of the window that moved, times how far. All of them are added up; a page of good quality has less
than 0.1 in its worst five seconds. A row that is put in plainly shows that the browser measures.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count, product
from pathlib import Path
from typing import Literal

import msgspec
from playwright.sync_api import Browser, Page

from benchmarks.support import stand
from benchmarks.support.options import Options
from benchmarks.web.clients import alert, page
from streams.model.alert import AlertEvent
from tests.support.archived import archive
from tests.support.browsers import browser
from tests.support.samples import NOON
from tests.support.waiting import until

WIDTHS = (360, 1440)
ROWS = 50
COMING = 20
PLACES = ("at the top", "in the middle")
Motion = Literal["no-preference", "reduce"]
MOTIONS: tuple[Motion, ...] = ("no-preference", "reduce")
OBSERVE = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.shifts.push(one.value);
  }).observe({ type: "layout-shift" });
}"""
MIDDLE = "() => scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })"
COME = """() => document.querySelectorAll(".alert").length
  + Number(document.getElementById("held").textContent.replace(/[^0-9]/g, ""))"""
PLAINLY = """() => {
  const list = document.getElementById("alerts");
  list.insertBefore(list.lastElementChild.cloneNode(true), list.firstElementChild);
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def opened(number: int) -> AlertEvent:
    """Return an alert that opened after those with lower numbers."""
    event = alert(number)
    times = msgspec.structs.replace(event.times, raised=NOON + timedelta(seconds=number))
    return msgspec.structs.replace(event, times=times)


def measured(shown: Page, data: Path, numbers: Iterator[int]) -> tuple[list[float], int]:
    """Let alerts come; return each shift, and how many came, those that wait at a button too."""
    before = shown.evaluate(COME)
    shown.evaluate(OBSERVE)
    for come in range(1, COMING + 1):
        archive(data, [opened(next(numbers))])
        until(partial(has_come, shown, before + come))
        shown.evaluate(PAINTED)
    return shown.evaluate("() => window.shifts"), shown.evaluate(COME) - before


def has_come(shown: Page, count: int) -> bool:
    """Say whether there are so many rows, with those that wait."""
    return bool(shown.evaluate(COME) >= count)


def looked_at(
    chromium: Browser, address: str, data: Path, numbers: Iterator[int], width: int, motion: Motion
) -> None:
    """Measure one window, at each place of the list, and print what comes of it."""
    for place in PLACES:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, reduced_motion=motion
        )
        shown = context.new_page()
        shown.goto(f"{address}/alerts")
        shown.locator("#signal.on").wait_for()
        if place != PLACES[0]:
            shown.evaluate(MIDDLE)
            shown.evaluate(PAINTED)
        shifts, come = measured(shown, data, numbers)
        shown.evaluate(OBSERVE)
        shown.evaluate("() => scrollTo({ top: 0, behavior: 'instant' })")
        shown.evaluate(PAINTED)
        shown.evaluate(PLAINLY)
        shown.evaluate(PAINTED)
        plainly = sum(shown.evaluate("() => window.shifts"))
        less = ", less motion asked for" if motion == "reduce" else ""
        most = max(shifts, default=0.0)
        print(f"{width} px, {place}{less}: {come} rows came in, {len(shifts)} shifts,", end=" ")
        print(f"{sum(shifts):.4f} in all, {most:.4f} at most; one put in plainly: {plainly:.4f}")
        context.close()


def main() -> None:
    """Measure, and print a line for each window and place."""
    stand.begin()
    numbers = count(1)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        archive(data, [opened(next(numbers)) for _ in range(ROWS // 2)])
        with page(data) as (port, _), browser() as chromium:
            for width, motion in product(WIDTHS, MOTIONS):
                looked_at(chromium, f"http://127.0.0.1:{port}", data, numbers, width, motion)


if __name__ == "__main__":
    Options(__doc__, takes="three minutes").given()
    main()
