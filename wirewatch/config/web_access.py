"""Who may see the page: rules of the `[web]` table, and which of its keys need each other."""

import re
from collections.abc import Mapping

from wirewatch.config import rules
from wirewatch.config.faults import LineFault
from wirewatch.config.settings import Settings
from wirewatch.config.wording import shown

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


def header_name(value: str) -> str:
    """Take the name of a header."""
    if not _HEADER.fullmatch(value):
        raise ValueError(f"{shown(value)} is not the name of a header, such as X-Forwarded-User")
    return value


def open_to_others(listen: str, settings: Settings) -> str | None:
    """Say why the page must not be served there: others could read it without being asked."""
    if rules.is_loopback(f"http://{listen}"):
        return None
    if settings.web_token or settings.web_proxy_header:
        return None
    return (
        f"{shown(listen)} can be reached by others, and nothing asks them who they are: set"
        " token_file (or token_env), or proxy_header if your proxy logs people in"
    )


def web_together(made: Settings, lines: Mapping[str, int]) -> list[LineFault]:
    """Find keys of the page that need each other, or can't be together."""
    found = []
    if made.web_token_env and made.web_token_file:
        twice = "web.token_file: token_env is there too: keep one of them"
        found.append(LineFault(lines["web.token_file"], twice))
    refused = open_to_others(made.web_listen, made) if made.web_enabled else None
    if refused is not None:
        found.append(LineFault(lines.get("web.listen", 0), f"web.listen: {refused}"))
    return found
