"""What a fetch that ended with an error says of the server. Pure."""

import errno
import socket

import aiohttp

from connectors.http.decompress import UnpackError
from connectors.http.head import HeadError
from connectors.http.ssrf_guard import refusal
from connectors.plain_text import visible
from streams.model.feed_health import FeedState

FAULTS = (aiohttp.ClientError, OSError, ValueError, UnpackError)
"""What a fetch may end with, but for a time limit. `ValueError`: an address or a header."""
_SHOWN = 160
_OURS = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.EADDRNOTAVAIL,
        socket.EAI_AGAIN,
    }
)
"""Errors of a machine that is off the network, or out of files or memory."""


def fault(error: Exception) -> tuple[FeedState, str]:
    """Return the state and the reason: no answer, an answer that can't be read, or our refusal.

    The reason holds no address and no header, since these may hold a secret.
    """
    match error:
        case aiohttp.ClientConnectorError():
            if (refused := refusal(error.os_error)) is not None:
                return FeedState.REFUSED, refused
            why = error.os_error.strerror or str(error.os_error)
            return FeedState.UNREACHABLE, f"no connection: {why}"
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return FeedState.HTTP_ERROR, "leads to an address that is no URL"
        case aiohttp.ClientResponseError():
            return FeedState.BROKEN, _broken(_words(error.message))
        case aiohttp.ClientPayloadError(__cause__=HeadError() as cause):
            return FeedState.BROKEN, _broken(str(cause))
        case aiohttp.ClientPayloadError():
            return FeedState.BROKEN, _broken("it breaks off, or isn't as long as its headers say")
        case aiohttp.ServerDisconnectedError():
            reason = "the server closed the connection without an answer"
            return FeedState.UNREACHABLE, reason
        case aiohttp.ClientOSError():
            why = error.strerror or type(error).__name__
            return FeedState.UNREACHABLE, f"the connection broke: {why}"
        case UnpackError():
            return FeedState.BROKEN, _broken(str(error))
    return FeedState.BROKEN, _broken(type(error).__name__)


def is_ours(error: Exception) -> bool:
    """Say whether the fault is this machine's: nothing of the request has left it."""
    return isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno in _OURS


def _words(message: str) -> str:
    """Return what a parser says is wrong, without the bytes that it quotes."""
    told = message.partition("\n\n")[0].partition(" b'")[0].partition(' b"')[0]
    return " ".join(visible(told).split())[:_SHOWN].rstrip(":")


def _broken(why: str) -> str:
    return f"a broken answer: {why}"
