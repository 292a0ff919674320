"""Mattermost, by an incoming webhook. Its text is Markdown, so all that could be is escaped."""

import re
from datetime import UTC, datetime

import msgspec

from connectors.delivery.sinks.chat_text import TextRun, chat_runs
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up
from connectors.delivery.sinks.posting import Answer, post_once, to_retry
from connectors.delivery.sinks.settings import MattermostSettings

MOST = 3_500
"""Characters before they are escaped: Mattermost takes 16,383, and of older servers 4,000."""
MOST_ESCAPED = 16_383
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&:$^=\"'])")


def open_sink(tools: SinkTools) -> Send:
    """Return what posts to Mattermost."""

    async def send(settings: MattermostSettings, told: Notification) -> DeliveryOutcome:
        return await post_once(
            tools.session_for(allow_private=settings.allow_private_address),
            settings.url.value,
            msgspec.json.encode({"text": text(told)}),
            {"content-type": "application/json"},
            now=datetime.now(UTC),
            read=outcome,
        )

    return send


def text(told: Notification) -> str:
    """Return a notification as Markdown."""
    return "".join(map(_markdown, chat_runs(told, MOST)))[:MOST_ESCAPED]


def outcome(answer: Answer) -> DeliveryOutcome:
    """Read Mattermost's answer."""
    if answer.ok:
        return DELIVERED
    if answer.status == 404:
        return DeliveryOutcome(Result.STOP, "Mattermost says 404: there is no such webhook")
    if answer.status in (400, 413):
        return give_up(f"Mattermost says {answer.status}: it doesn't take this message")
    return to_retry(answer)


def escaped(text: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)


def _markdown(run: TextRun) -> str:
    shown = escaped(run.text)
    if run.url:
        address = run.url.replace("(", "%28").replace(")", "%29")
        shown = f"[{shown}]({address})"
    bare = shown.strip(" \n")
    if not run.bold or not bare:
        return shown
    begin = shown.index(bare)
    return f"{shown[:begin]}**{bare}**{shown[begin + len(bare) :]}"
