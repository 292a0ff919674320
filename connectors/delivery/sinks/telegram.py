"""Telegram, by a bot.

Bold and links go as entities, places in the text: so nothing in the text is read as markup.
"""

from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from connectors.delivery.sinks.chat_text import chat_runs, utf16_length
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import (
    DELIVERED,
    DeliveryOutcome,
    Result,
    give_up,
    retry,
)
from connectors.delivery.sinks.posting import Answer, post_once, to_retry
from connectors.delivery.sinks.settings import TelegramSettings
from connectors.http.retry_after import MAX_AFTER

MOST = 4_096
"""UTF-16 units of a message."""


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Said(msgspec.Struct):
    description: str = ""
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


def open_sink(tools: SinkTools) -> Send:
    """Return what posts to Telegram."""

    async def send(settings: TelegramSettings, told: Notification) -> DeliveryOutcome:
        return await post_once(
            tools.session_for(allow_private=settings.allow_private_address),
            f"{settings.api.rstrip('/')}/bot{settings.token.value}/sendMessage",
            payload(settings.chat, told),
            {"content-type": "application/json"},
            now=datetime.now(UTC),
            read=outcome,
        )

    return send


def payload(chat: str, told: Notification) -> bytes:
    """Return the body to post."""
    text, entities = "", []
    for run in chat_runs(told, MOST, utf16_length):
        place = {"offset": utf16_length(text), "length": utf16_length(run.text.rstrip())}
        if run.url:
            entities.append({"type": "text_link", "url": run.url, **place})
        if run.bold and place["length"]:
            entities.append({"type": "bold", **place})
        text += run.text
    return msgspec.json.encode(
        {
            "chat_id": chat,
            "text": text.rstrip(),
            "entities": entities,
            "link_preview_options": {"is_disabled": True},
        }
    )


def outcome(answer: Answer) -> DeliveryOutcome:
    """Read Telegram's answer."""
    if answer.ok:
        return DELIVERED
    said = _Said()
    with suppress(msgspec.MsgspecError):
        said = msgspec.json.decode(answer.body, type=_Said)
    if answer.status == 429:
        asked = said.parameters.retry_after
        after = answer.after if asked is None else min(max(asked, 0.0), MAX_AFTER)
        return retry("Telegram says 429: too many messages", after=after, away=True)
    over = "chat not found" in said.description or "upgraded" in said.description
    if answer.status == 403 or (answer.status == 400 and over):
        return DeliveryOutcome(
            Result.STOP, f"Telegram says {answer.status}: the bot can't write to that chat"
        )
    if answer.status == 400:
        return give_up("Telegram says 400: it doesn't take this message")
    if answer.status in (401, 404):
        return retry(f"Telegram says {answer.status}: it doesn't know the bot's token", away=True)
    return to_retry(answer)
