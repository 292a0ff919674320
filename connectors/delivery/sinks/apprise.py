"""Other chat and push services, through Apprise: those that are allowed, one target each.

Apprise knows 255 kinds of addresses; some run programs, read files or post to any host. So only
services that show messages to people are on the list.
"""

import asyncio
import html
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from connectors.background import in_thread
from connectors.delivery.sinks.apprise_services import service
from connectors.delivery.sinks.chat_text import TextRun, chat_runs, plain_text
from connectors.delivery.sinks.content import one_line, subject
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, give_up, retry
from connectors.delivery.sinks.settings import AppriseSettings
from connectors.http.guarded_requests import guarded

SECONDS = 60.0
MOST = 2_500
MARKDOWN = ("discord", "rocket", "rockets", "workflows", "zulip")
"""Those that show Markdown whatever one calls the text."""
_MARKUP = re.compile(r"([\\`*_\[\]()#~|>])")


def open_sink(_: SinkTools) -> Send:
    """Return what sends through Apprise."""

    async def send(settings: AppriseSettings, told: Notification) -> DeliveryOutcome:
        try:
            async with asyncio.timeout(SECONDS):
                return await in_thread(partial(notify, settings, told))
        except TimeoutError:
            reason = f"{service(settings.url.value)} gave no answer in {SECONDS:.0f} seconds"
            return retry(reason, away=True, maybe_taken=True)

    return send


def notify(settings: AppriseSettings, told: Notification) -> DeliveryOutcome:
    """Send once, and wait for it."""
    import apprise  # noqa: PLC0415 - it takes a second and 20 MB, and few deliver through it

    url = settings.url.value
    name = service(url)
    made: Any = apprise.Apprise.instantiate(url)
    if made is None:
        return give_up(f"Apprise can't read the address for {name}")
    body, title = text(url, told, made.body_maxlen)
    with guarded(allow_private=settings.allow_private_address) as refused, _listening() as said:
        taken = made.notify(body=body, title=title, body_format=made.notify_format)
    if taken:
        return DELIVERED
    if (why := refused()) is not None:
        cure = "set allow_private_address = true for this subscriber if it is yours"
        return give_up(f"{name}: {why.partition(';')[0]}; {cure}")
    return retry(f"{name} didn't take it{_because(said, url)}", away=True, maybe_taken=True)


def text(url: str, told: Notification, most: int) -> tuple[str, str]:
    """Return the body and the title for a service."""
    scheme = url.partition("://")[0].lower()
    if scheme in MARKDOWN:
        runs = chat_runs(told, min(most // 2, MOST))
        return "".join(map(_markdown, runs))[:most], ""
    runs = chat_runs(told, min(most - 300, MOST))
    return plain_text(runs).strip(), subject(told)[:200]


def _markdown(run: TextRun) -> str:
    shown = _MARKUP.sub(r"\\\1", run.text)
    if run.url:
        return f"{shown}\n{run.url}"
    bare = shown.strip()
    return shown.replace(bare, f"**{bare}**", 1) if run.bold and bare else shown


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear what Apprise says in this thread, which it says to its log alone."""
    said: list[str] = []
    here = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == here:
                said.append(record.getMessage())

    log, listener = logging.getLogger("apprise"), Listener(logging.WARNING)
    log.propagate = False
    log.addHandler(listener)
    try:
        yield said
    finally:
        log.removeHandler(listener)


def _because(said: Sequence[str], url: str) -> str:
    """Return what Apprise said, without any part of the address."""
    if not said:
        return ""
    shown = html.unescape(said[0])
    for part in re.split(r"[:/@?&=#]+", url.partition("://")[2]):
        if len(part) > 3:
            shown = shown.replace(part, "...")
    return f" ({one_line(shown, 160)})"
