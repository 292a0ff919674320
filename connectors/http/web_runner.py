"""What serves HTTP here, and what it logs: our own faults, not those of whoever asks."""

import logging
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

LOG = logging.getLogger("wirewatch.http_server")


def _is_ours(record: logging.LogRecord) -> bool:
    """Say whether a record is worth a line: anyone can send what isn't HTTP, or far too much."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


LOG.addFilter(_is_ours)


def web_runner(app: web.Application, **settings: Any) -> web.AppRunner:  # noqa: ANN401 - aiohttp's own settings
    """Return what runs an application. A request that can't be read gets a 400, and no log line."""
    return web.AppRunner(app, access_log=None, logger=LOG, **settings)
