"""A connection of another protocol than HTTP, dialled by the same guard."""

import asyncio
import socket
from contextlib import suppress

from connectors.http.name_lookup import NameLookup
from connectors.http.ssrf_guard import check_address


async def guarded_socket(host: str, port: int, *, allow_private: bool) -> socket.socket:
    """Connect to a host, at the first of its addresses that answers. Raises `OSError`.

    `RefusedError`, if one of its addresses isn't public and private ones aren't allowed.
    """
    found = await NameLookup().resolve(host, port, socket.AF_UNSPEC)
    for one in found:
        check_address(one["host"], allow_private=allow_private)
    error: OSError = OSError(f"{host} has no address")
    for one in found:
        made = socket.socket(one["family"], socket.SOCK_STREAM, one["proto"])
        made.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(made, (one["host"], one["port"]))
        except OSError as failed:
            made.close()
            error = failed
        except BaseException:
            made.close()
            raise
        else:
            with suppress(OSError):
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
    raise error
