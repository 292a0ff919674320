"""A page with stories of ours in it, served as in production, and requests to it."""

import asyncio
import json
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from streams.matching.match import Watches
from streams.model.alert import AlertEvent
from streams.model.story import Story, story_id, story_version
from streams.model.verdict import Verdict
from streams.model.watch import Severity, Watch
from streams.tagging import shipped
from tests.support.archived import archive
from tests.support.samples import NOON
from wirewatch.cli.web import site_for
from wirewatch.config import load
from wirewatch.history.pipeline import ArrivedStory, Pipeline, tagged
from wirewatch.web.fresh_config import FreshConfig
from wirewatch.web.server import listening, serve

WATCHES = (
    Watch(
        id="us-cambodia-defense",
        title="US–Cambodia defense",
        pairs=("KH-US",),
        topics=("defense",),
        severity=Severity.HIGH,
    ),
    Watch(id="cambodia", title="Cambodia, all", countries=("KH",)),
)
TOKEN = "a-token-of-these-tests"
NOTHING: Mapping[str, str] = MappingProxyType({})


def told(
    source: str, headline: str, body: str, minutes: float, language: str = "en", number: int = 0
) -> Story:
    """A story that an outlet told so many minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    feed = source.casefold().replace(" ", "-")
    return Story(
        id=story_id(feed=feed, guid=f"{headline}{number}", link=None, headline="", body=""),
        version=story_version(headline=headline, body=body),
        feed=feed,
        source=source,
        headline=headline,
        body=body,
        language=language,
        url=f"https://{feed}.example/{minutes:.0f}",
        published=at - timedelta(minutes=4),
        first_seen=at,
    )


STORIES = (
    told(
        "Mekong Courier",
        "US and Cambodia resume joint naval exercise after seven-year pause",
        "Sihanoukville. On Monday two ships of the United States Navy began a joint exercise"
        " with Cambodian marines off the coast of Sihanoukville.\nThe defense ministry in Phnom"
        " Penh said that 140 sailors take part, and that the drill ends on Friday. It is the first"
        " since 2017, when Cambodia called the exercises off.",
        0,
    ),
    told(
        "Gulf Wire",
        "American and Cambodian navies hold first drill since 2017",
        "The United States Navy and Cambodian marines opened a joint exercise near Sihanoukville on"
        " Monday, the first since 2017. About 140 sailors take part, the defense ministry said.",
        11,
    ),
    told(
        "Pacific Desk",
        "Washington sends Cambodia two patrol boats",
        "The Pentagon handed two patrol boats over to the Cambodian navy at Ream on Tuesday, as"
        " part of a military aid agreement that the United States and Cambodia signed in March.",
        95,
    ),
    told(
        "Harbour News",
        "Rain closes Phnom Penh night market",
        "Cambodia had its wettest November day in twenty years. Stalls in Phnom Penh stayed shut.",
        130,
    ),
    told(
        "ទន្លេសារ",
        "កម្ពុជា និងសហរដ្ឋអាមេរិក ចាប់ផ្តើមសមយុទ្ធយោធារួមគ្នា",
        "ក្រសួងការពារជាតិកម្ពុជា បាននិយាយថា កងទ័ពជើងទឹកសហរដ្ឋអាមេរិក និងកម្ពុជា បានចាប់ផ្តើមសមយុទ្ធរួមគ្នា"
        " នៅខេត្តព្រះសីហនុ។",
        190,
        "km",
    ),
    told(
        "بريد الخليج",
        "الولايات المتحدة وكمبوديا تبدآن مناورات عسكرية مشتركة",
        "قالت وزارة الدفاع الكمبودية إن البحرية الأمريكية والكمبودية بدأتا مناورات عسكرية مشتركة"
        " قبالة ساحل سيهانوكفيل يوم الاثنين.",
        260,
        "ar",
    ),
)


def gathered(
    stories: Iterable[Story] = STORIES, watches: Iterable[Watch] = WATCHES
) -> Iterator[msgspec.Struct]:
    """Return what Kafka would hold of stories: each as tagged, and the events of alerts."""
    pipeline = Pipeline(Watches(list(watches)))
    for story in stories:
        with_tags = tagged(ArrivedStory(story, story.first_seen), shipped())
        yield with_tags
        yield from pipeline.step(with_tags, story.first_seen).events


def fill(data: Path, records: Iterable[msgspec.Struct] | None = None) -> list[AlertEvent]:
    """Fill an archive, with our stories unless others are given; return the events in it."""
    written = list(gathered() if records is None else records)
    archive(data, written)
    return [one for one in written if isinstance(one, AlertEvent)]


class Answer(NamedTuple):
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    text: str


class Served:
    """A page that is being served."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path: str, headers: Mapping[str, str] = NOTHING) -> Answer:
        return self.ask("GET", path, headers)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] = NOTHING,
        body: bytes | None = None,
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            found = connection.getresponse()
            names = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, names, found.read().decode())
        finally:
            connection.close()


def configured(
    folder: Path, watches: Iterable[Watch] = WATCHES, web: str = "", archive: str = ""
) -> Path:
    """Write a configuration with watches, `[web]` and `[archive]`; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = ""
    for one in watches:
        text += f"[[watch]]\nid = {json.dumps(one.id)}\ntitle = {json.dumps(one.title)}\n"
        for name in ("pairs", "countries", "topics", "words"):
            if values := getattr(one, name):
                text += f"{name} = {json.dumps(values)}\n"
    (folder / "watches.toml").write_text(text, "utf-8")
    (folder / "wirewatch.toml").write_text(f"[web]\n{web}\n[archive]\n{archive}\n", "utf-8")
    return folder


@contextmanager
def served(
    folder: Path,
    *,
    web: str = "",
    now: datetime | None = None,
    port: int = 0,
    keep: Callable[[Verdict], Awaitable[None]] | None = None,
    archive: str = "",
) -> Iterator[Served]:
    """Serve the page of the data folder `folder/data`, by what `[web]` and `[archive]` say.

    Verdicts go to Kafka, or else to `keep`.
    """
    given = {"WEB_TOKEN": TOKEN}
    loaded = load(configured(folder, web=web, archive=archive), given)
    site = site_for(loaded, FreshConfig(folder, given, loaded), folder)
    moment = now or NOON + timedelta(hours=6)
    site = replace(site, now=lambda: moment, keep=keep or site.keep)
    running: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def main(listener: socket.socket) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        await serve(site, listener, stop, lambda: running.set_result((loop, stop)))

    with listening("127.0.0.1", port) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(main(listener)))
        thread.start()
        loop, stop = running.result(60)
        try:
            yield Served(listener.getsockname()[1])
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(60)


class Told(NamedTuple):
    """A server-sent event."""

    event: str
    id: str
    data: str

    @property
    def alert(self) -> str:
        """The alert that it is about, empty if it is about none."""
        return "" if self.data in ("", ".") else str(json.loads(self.data).get("alert", ""))


@contextmanager
def stream(port: int, path: str, headers: Mapping[str, str] = NOTHING) -> Iterator[Iterator[Told]]:
    """Open a stream of server-sent events."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        yield _told(answer)
    finally:
        connection.close()


def _told(lines: Iterable[bytes]) -> Iterator[Told]:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.decode().rstrip("\r\n").partition(": ")
        if name:
            fields[name] = value
        else:
            if "data" in fields:
                yield Told(fields.get("event", ""), fields.get("id", ""), fields["data"])
            fields = {}


class Visitor:
    """A browser that has opened a page, and sends its forms."""

    def __init__(self, page: Served, path: str, headers: Mapping[str, str] = NOTHING) -> None:
        self._page = page
        answer = page.get(path, headers)
        assert answer.status == 200, answer.text
        self._word = re.findall(r'name="form" value="([^"]+)"', answer.text)[0]
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self._headers = {**headers, "Cookie": cookie}

    def send(self, path: str, fields: Mapping[str, str]) -> Answer:
        body = urlencode({"form": self._word, **fields}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._page.ask("POST", path, {**self._headers, **kind}, body)
