"""The key that links are signed with, a file in the data folder."""

import secrets
from pathlib import Path

from connectors.delivery.links.signing import LinkSigner, LinkWriter
from connectors.errors import ConnectorError
from wirewatch import private_files
from wirewatch.config.settings import Settings

KEY_FILE = "links.key"
"""Without it no link that was sent holds any more."""
SHORTEST = 32


def link_key(folder: Path) -> str:
    """Return the key, made at first use. Raises `OSError` and `ValueError`."""
    path = folder / KEY_FILE
    if not path.exists():
        private_files.make_folder(folder)
        private_files.write(path, secrets.token_urlsafe(SHORTEST))
    key = path.read_text("utf-8").strip()
    if len(key) < SHORTEST:
        raise ValueError(f"{path} holds no key: delete it, and a new one is made")
    return key


def link_writer(settings: Settings) -> LinkWriter | None:
    """Return what writes signed links, if there is an address where they are served."""
    if not settings.links_base:
        return None
    try:
        return LinkWriter(settings.links_base, LinkSigner(link_key(settings.data)))
    except (OSError, ValueError) as error:
        raise ConnectorError(f"links can't be signed: {error}") from error
