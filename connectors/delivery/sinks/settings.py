"""What `subscribers.toml` says of each kind of receiver.

What sends to it is in the file of its name: whoever only reads the configuration loads nothing of
that.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from connectors.delivery.sinks.secret import Secret


class SinkSettings(Protocol):
    """What the settings struct of every kind of sink has."""

    @property
    def address(self) -> str:
        """What differs where the receiver does; it isn't shown, since it may hold a secret."""


class TerminalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """There is one terminal, and nothing to say of it."""

    @property
    def address(self) -> str:
        """The same for all."""
        return "None"


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where to post, and the secret (`whsec_...`) that signs, if there is one.

    With `old_secret` there are two signatures, so that the receiver can change from one to the
    other when it likes. `authorization` is what the header of that name says, for a receiver that
    asks for a login.
    """

    url: str
    secret: Secret | None = None
    old_secret: Secret | None = None
    authorization: Secret | None = None

    @property
    def address(self) -> str:
        """Another address is another receiver; another secret isn't."""
        return self.url

    def __repr__(self) -> str:
        """Show the host alone: the rest of an address may hold a secret."""
        return f"WebhookSettings({origin(self.url)})"


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets it."""

    to: str

    @property
    def address(self) -> str:
        """Another address is another receiver."""
        return self.to

    def __repr__(self) -> str:
        """Show that there is one: addresses are people's own business."""
        return "MailSettings(...)"


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The webhook's address, which is its secret too."""

    url: Secret

    @property
    def address(self) -> str:
        """Another address is another channel."""
        return self.url.value


class MattermostSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The webhook's address, which is its secret too, and whether it may be in the own network."""

    url: Secret
    allow_private_address: bool = False

    @property
    def address(self) -> str:
        """Another address is another channel."""
        return self.url.value


class TelegramSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A bot's token, and the chat it writes to: a number, or @name of a channel.

    `api` is another server that speaks Telegram's bot interface.
    """

    token: Secret
    chat: str
    api: str = "https://api.telegram.org"
    allow_private_address: bool = False

    @property
    def address(self) -> str:
        """Another chat is another receiver; another token isn't."""
        return f"{self.api} {self.chat}"


class NtfySettings(msgspec.Struct, frozen=True, kw_only=True):
    """A topic, which whoever knows it can read, so it is a secret; a token, if the server asks."""

    topic: Secret
    server: str = "https://ntfy.sh"
    token: Secret | None = None
    allow_private_address: bool = False

    @property
    def address(self) -> str:
        """Another topic is another receiver."""
        return f"{self.server} {self.topic.value}"


class AppriseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An address as Apprise writes it, which holds the service's secrets."""

    url: Secret
    allow_private_address: bool = False

    @property
    def address(self) -> str:
        """Another address is another receiver."""
        return self.url.value


class DesktopSettings(msgspec.Struct, frozen=True, kw_only=True):
    """There is one desktop, and nothing to say of it."""

    @property
    def address(self) -> str:
        """The same for all."""
        return "desktop"


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """With a `token` the feeds are served under it, else under the subscriber's id."""

    token: Secret | None = None

    @property
    def address(self) -> str:
        """The same for all: what is written is where it was."""
        return "files"


SETTINGS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "terminal": TerminalSettings,
        "webhook": WebhookSettings,
        "mail": MailSettings,
        "slack": SlackSettings,
        "mattermost": MattermostSettings,
        "telegram": TelegramSettings,
        "ntfy": NtfySettings,
        "apprise": AppriseSettings,
        "desktop": DesktopSettings,
        "feed": FeedSettings,
    }
)
"""The settings of each kind."""
_KINDS = {settings: kind for kind, settings in SETTINGS.items()}


def kind_of(settings: object) -> str:
    """Return what `subscribers.toml` calls the kind with such settings."""
    return _KINDS[type(settings)]  # type: ignore[index]  # only settings of a kind are asked for


def origin(url: str) -> str:
    """Return scheme and host: the rest of an address may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}"
