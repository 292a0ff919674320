"""What the pages of watches say, over HTTP."""

import asyncio
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from connectors.delivery.feed_server import feed_server
from connectors.delivery.sinks import feed
from connectors.delivery.sinks.interface import Notification
from connectors.delivery.sinks.settings import FeedSettings
from connectors.delivery.sinks.subscriber import Subscriber
from streams.contract.codec import encode
from streams.model.alert import AlertEvent
from streams.model.verdict import Said, Verdict
from tests.support.archived import archive
from tests.support.samples import NOON
from tests.support.waiting import PATIENCE
from tests.support.web_site import fill, served
from tests.wirewatch.metrics.test_metrics import free_ports
from tests.wirewatch.web.conftest import Filled


def said(html: str) -> str:
    (main,) = LexborHTMLParser(html).css("main")
    return " ".join(main.text(separator=" ").split())


def test_each_watch_tells_its_rule_in_words_and_what_it_brought(filled: Filled) -> None:
    answer = filled.page.get("/watches")
    assert answer.status == 200
    first, second = LexborHTMLParser(answer.text).css(".alerts .alert")
    told = " ".join(first.text(separator=" ").split())
    assert "US–Cambodia defense" in told
    assert "It ties Cambodia and United States: they act together or one acts" in told
    assert "Its topic is defense." in told
    assert "3 alerts, 3 open in the last 30 days" in told
    assert "It is about Cambodia." in " ".join(second.text(separator=" ").split())


def test_a_watch_tells_its_keys_and_how_sure_each_must_be(filled: Filled) -> None:
    told = said(filled.page.get("/watches/us-cambodia-defense").text)
    assert "pairs KH-US between" in told
    assert "topics defense >= 0.50" in told


def test_a_watch_tells_how_well_it_does_by_what_people_said(tmp_path: Path) -> None:
    events = fill(tmp_path / "data")
    opened = list(dict.fromkeys(one.alert for one in events if one.watch == "us-cambodia-defense"))
    verdicts = [
        Verdict(said=what, watch="us-cambodia-defense", story="s", by="Sok", at=NOON, alert=alert)
        for alert, what in zip(opened, (Said.RIGHT, Said.RIGHT, Said.WRONG), strict=True)
    ]
    missed = Verdict(
        said=Said.MISSED,
        watch="us-cambodia-defense",
        story="x",
        by="Sok",
        at=NOON + timedelta(hours=5),
    )
    other = Verdict(said=Said.MISSED, watch="cambodia", story="y", by="Sok", at=NOON)
    archive(tmp_path / "data", [*verdicts, missed, other])
    with served(tmp_path) as page:
        told = said(page.get("/watches/us-cambodia-defense").text)
    assert "3: 2 called right, 1 wrong; 1 story reported as missed" in told
    assert "Precision 67% 95 %: 21% to 94%" in told
    assert "Recall at most 67%" in told
    assert "Published to alert half within" in told
    assert "no reason given, 1 of 1 wrong" in told


def test_a_watch_without_an_alert_says_so(tmp_path: Path) -> None:
    fill(tmp_path / "data", [])
    with served(tmp_path) as page:
        assert "no alert in the last 30 days" in said(page.get("/watches").text)
        told = said(page.get("/watches/cambodia").text)
    assert "It raised no alert in the last 90 days." in told
    assert "no source was ever read" in told


def test_a_watch_that_there_is_not_is_not_found(filled: Filled) -> None:
    answer = filled.page.get("/watches/none")
    assert answer.status == 404
    assert "watches.toml has no watch none" in answer.text


WATCH = "us-cambodia-defense"
READERS = '[[subscriber]]\nid = "readers"\nkind = "feed"\n'


def delivered(data: Path, event: AlertEvent) -> None:
    """Write the feeds of `readers`, as deliver does."""
    told = Notification(
        id=event.event, subscriber="readers", events=(event,), payload=encode(event)
    )
    feed.write(data / feed.FOLDER, told, NOON)


def test_a_watch_links_its_feeds_where_deliver_serves_them(tmp_path: Path) -> None:
    (event, *_) = (one for one in fill(tmp_path / "data") if one.watch == WATCH)
    delivered(tmp_path / "data", event)
    (tmp_path / "subscribers.toml").write_text(READERS)
    (port,) = free_ports(1)
    with served(tmp_path, web=f'[feeds_out]\nlisten = "127.0.0.1:{port}"') as page:
        found = LexborHTMLParser(page.get(f"/watches/{WATCH}").text)
        assert "nothing yet" in said(page.get("/watches/cambodia").text)
    links = [str(one.attributes["href"]) for one in found.css("section a[href*='//127.']")]
    alternates = {
        one.attributes["type"]: one.attributes["href"] for one in found.css("link[rel=alternate]")
    }
    assert alternates["application/atom+xml"] == links[0]
    assert alternates["application/feed+json"] == links[1]

    async def read() -> list[str]:
        readers = (Subscriber(id="readers", sink=FeedSettings()),)
        async with feed_server("127.0.0.1", port, tmp_path / "data", lambda: readers):
            return [await asyncio.to_thread(fetched, link) for link in links]

    assert all(event.story.headline in text for text in asyncio.run(read()))


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("subscriber", "settings", "why"),
    [
        ("", "", 'a subscriber of kind = "feed"'),
        (READERS + 'watches = ["cambodia"]', "", 'a subscriber of kind = "feed"'),
        (READERS, "enabled = false", "not served: enabled is false"),
        (READERS, 'listen = "0.0.0.0:8467"', "open to others, and it has no token"),
        (READERS + 'token_env = "WEB_TOKEN"', "", "its address holds its token"),
    ],
)
def test_a_watch_says_why_a_feed_is_not_linked(
    tmp_path: Path, subscriber: str, settings: str, why: str
) -> None:
    (event, *_) = (one for one in fill(tmp_path / "data") if one.watch == WATCH)
    delivered(tmp_path / "data", event)
    (tmp_path / "subscribers.toml").write_text(subscriber)
    with served(tmp_path, web=f"[feeds_out]\n{settings}") as page:
        html = page.get(f"/watches/{WATCH}").text
    assert why in said(html)
    assert 'rel="alternate"' not in html
