"""Slack, by an incoming webhook.

The text goes as rich text elements, which Slack shows as they are: no markup of its own, mention or
link can be in a headline.
"""

from datetime import UTC, datetime

import msgspec

from connectors.delivery.sinks.chat_text import TextRun, chat_runs
from connectors.delivery.sinks.content import subject
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up
from connectors.delivery.sinks.posting import Answer, post_once, to_retry
from connectors.delivery.sinks.settings import SlackSettings

MOST = 3_000
"""Characters: Slack takes more, but nobody reads them in a channel."""
MOST_SHORT = 300
"""Characters of what a phone's notice shows."""
OVER = (b"no_service", b"channel_not_found", b"channel_is_archived", b"user_not_found")
"""What Slack says of a webhook that nothing comes through any more."""


def open_sink(tools: SinkTools) -> Send:
    """Return what posts to Slack."""

    async def send(settings: SlackSettings, told: Notification) -> DeliveryOutcome:
        return await post_once(
            tools.session,
            settings.url.value,
            payload(told),
            {"content-type": "application/json; charset=utf-8"},
            now=datetime.now(UTC),
            read=outcome,
        )

    return send


def payload(told: Notification) -> bytes:
    """Return the body to post."""
    section = {"type": "rich_text_section", "elements": [_element(run) for run in _runs(told)]}
    return msgspec.json.encode(
        {
            "text": escaped(subject(told)[:MOST_SHORT]),
            "blocks": [{"type": "rich_text", "elements": [section]}],
            "unfurl_links": False,
            "unfurl_media": False,
        }
    )


def outcome(answer: Answer) -> DeliveryOutcome:
    """Read Slack's answer."""
    if answer.ok:
        return DELIVERED
    said = answer.body.strip()[:60]
    if said in OVER:
        return DeliveryOutcome(Result.STOP, f"Slack says {said.decode()}: the webhook is of no use")
    if answer.status == 400:
        return give_up("Slack says 400: it doesn't take this message")
    return to_retry(answer)


def escaped(text: str) -> str:
    """Escape a text where Slack reads markup: then it has no mentions and no links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _runs(told: Notification) -> list[TextRun]:
    return [run for run in chat_runs(told, MOST) if run.text]


def _element(run: TextRun) -> dict[str, object]:
    element: dict[str, object] = {"type": "text", "text": run.text}
    if run.url:
        element = {"type": "link", "url": run.url, "text": run.text}
    if run.bold:
        element["style"] = {"bold": True}
    return element
