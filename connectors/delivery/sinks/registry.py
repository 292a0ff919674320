"""The table of sinks. A new kind of receiver is a file beside this one, and a row here."""

from collections.abc import Mapping
from dataclasses import replace

from connectors.delivery.sinks import (
    apprise,
    feed,
    mail,
    mattermost,
    ntfy,
    slack,
    telegram,
    terminal,
    webhook,
)
from connectors.delivery.sinks.interface import Notification, Send, SinkTools, SinkType
from connectors.delivery.sinks.outcome import DeliveryOutcome

SINKS = (
    SinkType(kind="terminal", settings=terminal.TerminalSettings, open=terminal.open_sink),
    SinkType(kind="webhook", settings=webhook.WebhookSettings, open=webhook.open_sink),
    SinkType(kind="mail", settings=mail.MailSettings, open=mail.open_sink),
    SinkType(kind="slack", settings=slack.SlackSettings, open=slack.open_sink),
    SinkType(kind="mattermost", settings=mattermost.MattermostSettings, open=mattermost.open_sink),
    SinkType(kind="telegram", settings=telegram.TelegramSettings, open=telegram.open_sink),
    SinkType(kind="ntfy", settings=ntfy.NtfySettings, open=ntfy.open_sink),
    SinkType(kind="apprise", settings=apprise.AppriseSettings, open=apprise.open_sink),
    SinkType(kind="feed", settings=feed.FeedSettings, open=feed.open_sink),
)
BY_KIND: Mapping[str, SinkType] = {sink.kind: sink for sink in SINKS}
_KINDS = {sink.settings: sink.kind for sink in SINKS}


def kind_of(settings: object) -> str:
    """Return what `subscribers.toml` calls the sink with such settings."""
    return _KINDS[type(settings)]  # type: ignore[index]  # only settings of a sink are asked for


def open_sinks(tools: SinkTools) -> Mapping[str, Send]:
    """Return for each kind of sink what sends to it."""
    return {sink.kind: _with_links(sink.open(tools), tools) for sink in SINKS}


def _with_links(send: Send, tools: SinkTools) -> Send:
    async def linked(settings: object, told: Notification) -> DeliveryOutcome:
        return await send(settings, replace(told, links=tools.links(told)))

    return linked
