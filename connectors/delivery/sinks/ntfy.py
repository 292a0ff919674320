"""ntfy, for phones. The message is plain text: there is no markup to escape."""

from datetime import UTC, datetime

import msgspec

from connectors.delivery.sinks.chat_text import chat_runs, plain_text, utf8_length
from connectors.delivery.sinks.content import card, subject
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, give_up, retry
from connectors.delivery.sinks.posting import Answer, post_once, to_retry
from connectors.delivery.sinks.settings import NtfySettings
from streams.model.watch import Severity

MOST = 4_000
"""Bytes of a message: what is longer than 4,096 ntfy makes a file of."""
MOST_TITLE = 200
PRIORITIES = {Severity.CRITICAL: 5, Severity.HIGH: 4, Severity.NORMAL: 3, Severity.LOW: 2}


def open_sink(tools: SinkTools) -> Send:
    """Return what posts to ntfy."""

    async def send(settings: NtfySettings, told: Notification) -> DeliveryOutcome:
        headers = {"content-type": "application/json"}
        if settings.token is not None:
            headers["authorization"] = f"Bearer {settings.token.value}"
        return await post_once(
            tools.session_for(allow_private=settings.allow_private_address),
            settings.server,
            payload(settings.topic.value, told),
            headers,
            now=datetime.now(UTC),
            read=outcome,
        )

    return send


def payload(topic: str, told: Notification) -> bytes:
    """Return the body to post."""
    given: dict[str, object] = {
        "topic": topic,
        "title": subject(told)[:MOST_TITLE],
        "message": plain_text(chat_runs(told, MOST, utf8_length)).strip(),
        "priority": max((PRIORITIES.get(event.severity, 3) for event in told.events), default=3),
    }
    if told.event is not None and (url := card(told.event).url):
        given["click"] = url
    return msgspec.json.encode(given)


def outcome(answer: Answer) -> DeliveryOutcome:
    """Read ntfy's answer."""
    if answer.ok:
        return DELIVERED
    if answer.status in (401, 403):
        return retry(f"ntfy says {answer.status}: the token may not write to it", away=True)
    if answer.status in (400, 413):
        return give_up(f"ntfy says {answer.status}: it doesn't take this message")
    return to_retry(answer)
