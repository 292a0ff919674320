"""The mail's HTML as a phone and a wide screen show it, by day and by night."""

from typing import Literal

import msgspec

from connectors.delivery.sinks.interface import Links, Notification
from streams.model.alert import Change, Kind
from streams.model.watch import Severity
from tests.connectors.delivery.sinks.test_mail import part, sent
from tests.support.browsers import browser, needs_browser, opened
from tests.support.samples import alert_tied_in_the_body, sample_alert, sample_story

LINKS = Links(
    right="https://desk.example/right",
    wrong="https://desk.example/wrong",
    mute="https://desk.example/mute",
    unsubscribe="https://desk.example/unsubscribe",
)
LONG = "Nowhere-to-break-this-word" * 12
DIGEST = Notification(
    id="digest",
    subscriber="desk",
    title="Daily digest",
    note="2 alerts",
    links=LINKS,
    events=(
        msgspec.structs.replace(
            alert_tied_in_the_body(),
            kind=Kind.CORRECTED,
            severity=Severity.CRITICAL,
            changes=(Change(what="figures", before=LONG, after="14"),),
        ),
        sample_alert(sample_story("2", headline=f"US and Cambodia weigh joint drills {LONG}")),
    ),
)
NOTICE = Notification(id="notice", subscriber="desk", title="3 sources silent", note=f"See {LONG}")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CONTRAST = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" ? behind(element.parentElement) : colour;
  };
  return [...document.querySelectorAll("p, h1, a, blockquote, mark")].map(element => {
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}"""
"""How much each text stands out: 4.5 is what WCAG asks for."""


@needs_browser
def test_a_mail_can_be_read_on_a_phone_and_a_wide_screen_in_light_and_dark() -> None:
    pages = [part(message, "html") for message in sent(DIGEST, NOTICE)]
    with browser() as chromium:
        for width in (360, 1200):
            for scheme in SCHEMES:
                with opened(chromium, width=width, scheme=scheme) as page:
                    for html in pages:
                        page.set_content(html)
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        assert wide <= width, "one would scroll sideways"
                        assert min(page.evaluate(CONTRAST)) >= 4.5, scheme
                        shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
                        assert (shade == "rgb(22, 24, 28)") == (scheme == "dark")
