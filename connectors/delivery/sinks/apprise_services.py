"""The services that are reached through Apprise, by how their addresses begin. Pure."""

from types import MappingProxyType

SCHEMES = MappingProxyType(
    {
        "discord": "Discord",
        "gotify": "Gotify",
        "gotifys": "Gotify",
        "matrix": "Matrix",
        "matrixs": "Matrix",
        "pover": "Pushover",
        "rocket": "Rocket.Chat",
        "rockets": "Rocket.Chat",
        "signal": "Signal",
        "signals": "Signal",
        "workflows": "Microsoft Teams",
        "zulip": "Zulip",
    }
)
"""What an address may begin with, and whose it is. Slack, Mattermost, Telegram and ntfy have kinds
of their own, which obey what those services answer."""


def service(url: str) -> str:
    """Return whose an address is. Raises `ValueError` for one that isn't allowed."""
    scheme = url.partition("://")[0].lower()
    try:
        return SCHEMES[scheme]
    except KeyError:
        raise ValueError(
            f"what it names must begin with one of {', '.join(f'{one}://' for one in SCHEMES)}"
        ) from None
