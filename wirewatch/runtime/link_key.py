"""The key that links are signed with, a file in the data folder."""

import secrets
from pathlib import Path

import structlog

from connectors.delivery.links.signing import LinkSigner, LinkWriter
from wirewatch import private_files
from wirewatch.config.settings import Settings

log = structlog.get_logger()

KEY_FILE = "links.key"
"""Without it no link that was sent holds any more."""
SHORTEST = 32


def link_key(folder: Path) -> str:
    """Return the key, made at first use. Raises `OSError` and `ValueError`."""
    path = folder / KEY_FILE
    if not path.exists():
        private_files.make_folder(folder)
        # The page and deliver begin together: both are to have the same key.
        private_files.write_new(path, secrets.token_urlsafe(SHORTEST))
    try:
        key = path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        key = ""
    if len(key) < SHORTEST:
        raise ValueError(
            f"{path} holds no key: put it back as it was, or delete it: the next start makes a new"
            " one, and no link sent before holds any more"
        )
    return key


def link_writer(settings: Settings) -> LinkWriter | None:
    """Return what writes signed links, if there is an address where they are served.

    Without a key there are none, and the log says so: alerts go out all the same.
    """
    if not settings.links_base:
        return None
    try:
        return LinkWriter(settings.links_base, LinkSigner(link_key(settings.data)))
    except (OSError, ValueError) as error:
        log.warning("no_links", because=f"they can't be signed: {error}")
        return None
