"""The table of sinks: what sends to each kind of receiver.

A new kind is a file beside this one and a row here; its settings have theirs in `settings.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from connectors.delivery.sinks import (
    apprise,
    desktop,
    feed,
    mail,
    mattermost,
    ntfy,
    slack,
    telegram,
    terminal,
    webhook,
)
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.outcome import DeliveryOutcome

SINKS: Mapping[str, Callable[[SinkTools], Send]] = MappingProxyType(
    {
        "terminal": terminal.open_sink,
        "webhook": webhook.open_sink,
        "mail": mail.open_sink,
        "slack": slack.open_sink,
        "mattermost": mattermost.open_sink,
        "telegram": telegram.open_sink,
        "ntfy": ntfy.open_sink,
        "apprise": apprise.open_sink,
        "desktop": desktop.open_sink,
        "feed": feed.open_sink,
    }
)
"""What opens the sink of each kind: once, for all its subscribers."""


def open_sinks(tools: SinkTools) -> Mapping[str, Send]:
    """Return for each kind of sink what sends to it."""
    return {kind: _with_links(open_sink(tools), tools) for kind, open_sink in SINKS.items()}


def _with_links(send: Send, tools: SinkTools) -> Send:
    async def linked(settings: object, told: Notification) -> DeliveryOutcome:
        return await send(settings, replace(told, links=tools.links(told)))

    return linked
