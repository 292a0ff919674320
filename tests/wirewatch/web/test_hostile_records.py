"""Whatever a feed, a person or a server wrote: the page shows it as text, and nothing runs."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec
import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from streams.model.delivery import DeliveryReport, DeliveryResult
from streams.model.feed_health import FeedHealth, FeedState
from streams.model.story import Story
from streams.model.tags import Span, TaggedStory, TopicTag
from streams.model.verdict import Said, Verdict
from tests.support.archived import archive
from tests.support.browsers import browser, needs_browser, opened
from tests.support.naughty import NAUGHTY, naughty_alert
from tests.support.samples import NOON, sample_tagged
from tests.support.web_site import WATCHES, Served, served
from wirewatch.web.security import guard

HIT = "window.hit && window.hit()"
PAYLOADS = [
    f"<script>{HIT}</script>",
    f"</script><script>{HIT}</script>",
    f"<SCRIPT SRC=data:text/javascript,{HIT}></SCRIPT>",
    f"<img src=x onerror='{HIT}'>",
    f'"><img src=x onerror="{HIT}">',
    f"'><img src=x onerror='{HIT}'>",
    f"<svg onload='{HIT}'>",
    f"<svg><script>{HIT}</script></svg>",
    f"<svg/onload={HIT.replace(' ', '/**/')}>",
    f"<body onload='{HIT}'>",
    f'<iframe src="javascript:parent.{HIT.replace("window.", "")}"></iframe>',
    f'<iframe srcdoc="<script>parent.{HIT.replace("window.", "")}</script>"></iframe>',
    f"<a href='javascript:{HIT}'>x</a>",
    f"javascript:{HIT}",
    f"JaVaScRiPt:{HIT}",
    f"java\tscript:{HIT}",
    f"\x01javascript:{HIT}",
    f"javascript://x.example/%0a{HIT}",
    f"data:text/html,<script>{HIT}</script>",
    f"vbscript:{HIT}",
    f"<details open ontoggle='{HIT}'>",
    f"<input autofocus onfocus='{HIT}'>",
    f"<select autofocus onfocus='{HIT}'>",
    f"<textarea autofocus onfocus='{HIT}'>",
    f"<video><source onerror='{HIT}'></video>",
    f"<audio src=x onerror='{HIT}'>",
    f"<object data='javascript:{HIT}'>",
    f"<embed src='javascript:{HIT}'>",
    f"<marquee onstart='{HIT}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{HIT}'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    f"<form action='javascript:{HIT}'><button>x</button></form>",
    f"<button formaction='javascript:{HIT}'>x</button>",
    f"<math><mi xlink:href='javascript:{HIT}'>x</mi></math>",
    f'<link rel=stylesheet href="data:text/css,*{{x:expression({HIT})}}">',
    "<style>body{display:none!important}</style>",
    f"<style>@import 'javascript:{HIT}'</style>",
    f'<div style="background:url(javascript:{HIT})">x</div>',
    "<base href='https://evil.example/'>",
    f"<template><script>{HIT}</script></template>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{HIT}'>\">",
    f"<!--<img src=--><img src=x onerror='{HIT}'>-->",
    f"]]><img src=x onerror='{HIT}'>",
    f"&lt;img src=x onerror='{HIT}'&gt;",
    f"&#60;img src=x onerror='{HIT}'&#62;",
    f"\uff1cscript\uff1e{HIT}\uff1c/script\uff1e",
    f"{{{{ constructor.constructor('{HIT}')() }}}}",
    f"${{{HIT}}}",
    f"' autofocus onfocus='{HIT}' x='",
    f'" autofocus onfocus="{HIT}" x="',
    f"` onmouseover=`{HIT}",
    f"x' onclick='{HIT}' style='position:fixed;inset:0",
]
LONGEST = 500
"""Characters of an outlet's name, which poll cuts to as many."""
FORBIDDEN = (
    "iframe, object, embed, base, style, template, marquee, math, audio, video, img, "
    "meta[http-equiv], [onerror], [onload], [onfocus], [onclick], [onmouseover], [ontoggle], "
    "[onstart], [style], [formaction], [autofocus], [srcdoc]"
)


class Place(NamedTuple):
    """A text, and the pages of what holds it."""

    text: str
    pages: tuple[str, ...]


def name_of(kind: str, number: int) -> str:
    return sha256(f"{kind}{number}".encode()).hexdigest()[:32]


def hostile_story(text: str, number: int) -> TaggedStory:
    """A story with the text in every field that a feed fills, and as what was found in it."""
    tagged = sample_tagged()
    told: Story = msgspec.structs.replace(
        tagged.story,
        id=name_of("story", number),
        version=name_of("version", number),
        headline=text[:LONGEST],
        summary=text,
        body=text,
        source=text[:LONGEST],
        url=text[:LONGEST],
        language=text[:12],
    )
    span = Span(field="body", start=0, end=len(text), surface=text, entry=text)
    topic = TopicTag(slug="defense", score=0.9, spans=(span,))
    tags = msgspec.structs.replace(tagged.tags, topics=(topic,), countries=(), pairs=())
    return msgspec.structs.replace(tagged, story=told, tags=tags)


def records(text: str, number: int) -> Iterator[msgspec.Struct]:
    tagged, alert = hostile_story(text, number), name_of("alert", number)
    yield tagged
    event = naughty_alert(text, number)
    yield msgspec.structs.replace(
        event,
        alert=alert,
        event=name_of("event", number),
        watch=WATCHES[0].id,
        story=tagged.story,
        related=(),
    )
    yield DeliveryReport(
        event=name_of("event", number),
        alert=alert,
        kind="opened",
        subscriber=text,
        result=DeliveryResult.FAILED,
        at=NOON,
        reason=text,
    )
    yield Verdict(
        said=Said.WRONG,
        watch=WATCHES[0].id,
        story=tagged.story.id,
        by=text,
        at=NOON,
        alert=alert,
        note=text,
    )


def clean(text: str) -> str:
    """What can be put on Kafka: lone surrogates can't."""
    return text.encode("utf-8", "replace").decode()


TEXTS = [clean(text) for text in (*PAYLOADS, *NAUGHTY)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with all texts, a feed whose outlet is one, and a watch whose title is one."""
    folder = tmp_path_factory.mktemp("hostile")
    found = [record for number, text in enumerate(TEXTS) for record in records(text, number)]
    feeds = ""
    for number, text in enumerate(PAYLOADS):
        found.append(
            FeedHealth(
                feed=f"feed-{number}",
                source=text,
                state=FeedState.HTTP_ERROR,
                detail=text,
                polled=NOON,
                last_ok=NOON,
                entries=1,
                stories=1,
            )
        )
        source = json.dumps("".join(char for char in text if char.isprintable()))
        feeds += f'[[feed]]\nid = "feed-{number}"\nsource = {source}\n'
        feeds += f'url = "https://{number}.example/rss"\n'
    archive(folder / "data", found)
    (folder / "feeds.toml").write_text(feeds, "utf-8")
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(guard, "BURST", 10_000)  # here one client asks for all there is
        with served(folder) as page:
            yield page


def places() -> list[Place]:
    return [
        Place(text, (f"/alerts/{name_of('alert', n)}", f"/stories/{name_of('story', n)}"))
        for n, text in enumerate(TEXTS)
    ]


def assert_harmless(html: str) -> None:
    tree = LexborHTMLParser(html)
    assert [one.html for one in tree.css(FORBIDDEN)] == []
    for script in tree.css("script"):
        assert str(script.attributes["src"]).startswith("/static/")
    for one in tree.css("[href], [action], [src]"):
        target = one.attributes.get("href") or one.attributes.get("action") or ""
        assert not target or target.startswith(("/", "#", "https://", "http://")), target


@pytest.mark.parametrize("group", range(6))
def test_every_text_in_every_field_is_shown_as_text(site: Served, group: int) -> None:
    for place in places()[group::6]:
        for path in place.pages:
            answer = site.get(path)
            assert answer.status == 200, (place.text, answer.text)
            assert_harmless(answer.text)


@pytest.mark.parametrize("path", ["/alerts", "/stories", "/sources", "/pairs?relation=any"])
def test_a_list_of_such_records_is_shown_as_text(site: Served, path: str) -> None:
    for _ in range(20):
        answer = site.get(path)
        assert answer.status == 200
        assert_harmless(answer.text)
        older = LexborHTMLParser(answer.text).css("nav.pages a[rel=next]")
        if not older:
            return
        path = str(older[0].attributes["href"])
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("field", ["words", "pair", "topic", "outlet", "watch", "since", "cursor"])
def test_what_an_address_asks_is_shown_as_text(site: Served, field: str) -> None:
    for text in PAYLOADS[::8]:
        asked = quote(text)
        for path in ("/stories", "/alerts", "/sources", "/pairs", f"/pairs/{asked}"):
            answer = site.get(f"{path}?{field}={asked}&state={asked}&name={asked}")
            assert answer.status in (200, 400, 404), (path, text, answer.status)
            assert_harmless(answer.text)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@needs_browser
def test_nothing_runs_in_a_browser(site: Served, chromium: Browser) -> None:
    """The hook is called by what would run: that is tried first on a page without our headers."""
    hits: list[str] = []
    with opened(chromium) as page:
        page.expose_function("hit", lambda: hits.append(page.url))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.set_content(f"<svg onload='{HIT}'>")
        page.wait_for_function("true")
        page.wait_for_timeout(0)
        assert len(hits) == 1
        paths = [path for place in places()[: len(PAYLOADS)] for path in place.pages]
        for path in ("/alerts", "/stories", "/sources", "/sources/feed-0", "/pairs/KH-US", *paths):
            page.goto(site.address + path)
            assert page.url == site.address + path
    assert len(hits) == 1


@needs_browser
def test_a_hostile_alert_that_comes_live_is_shown_as_text(
    tmp_path: Path, chromium: Browser
) -> None:
    hits: list[str] = []
    archive(tmp_path / "data", [])
    with served(tmp_path) as live, opened(chromium) as page:
        page.expose_function("hit", lambda: hits.append(page.url))
        page.goto(f"{live.address}/alerts")
        page.locator("#signal").get_by_text("live").wait_for()
        found = [record for n, text in enumerate(PAYLOADS) for record in records(text, n)]
        archive(tmp_path / "data", found)
        page.locator(".alert").nth(len(PAYLOADS) - 1).wait_for()
    assert hits == []
