"""One connection to the mail server that takes our mail."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import aiosmtplib

from connectors.background import in_thread
from connectors.delivery.sinks.mail_server import PORTS, MailServer, Security
from connectors.http.guarded_socket import guarded_socket

SECONDS = 60.0
"""For each command: a server may look a message over for a while before it takes it."""
CONNECT_SECONDS = 20.0
_HOST_NAME = re.compile(r"[A-Za-z0-9.-]{1,200}")


@asynccontextmanager
async def connected(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """Connect and log in; raises `OSError` and `aiosmtplib.SMTPException`."""
    port = server.port or PORTS[server.security]
    async with asyncio.timeout(CONNECT_SECONDS):
        dialled = await guarded_socket(server.host, port, allow_private=server.allow_private)
    plain = server.security is Security.NONE
    context = None if plain else await in_thread(_context, server.ca_file)
    client = aiosmtplib.SMTP(
        hostname=server.host,
        sock=dialled,
        timeout=SECONDS,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=context,
        local_hostname=_own_name(),
    )
    try:
        await client.connect()
        await _log_in(client, server)
        yield client
        await _say_goodbye(client)
    finally:
        client.close()
        dialled.close()


async def _log_in(client: aiosmtplib.SMTP, server: MailServer) -> None:
    if server.token_file is not None:
        try:
            token = (await in_thread(server.token_file.read_text, "utf-8")).strip()
        except UnicodeDecodeError as error:
            raise OSError(f"{server.token_file} is not text: its token can't be read") from error
        await client.ehlo()
        await client.auth_xoauth2(server.user, token)
    elif server.user and server.password is not None:
        await client.login(server.user, server.password.value)


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """End politely: whatever goes wrong now, the message was taken."""
    try:
        await client.quit(timeout=5.0)
    except (aiosmtplib.SMTPException, OSError):
        return


@cache
def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))


def _own_name() -> str:
    """Return how to greet: the machine's name, without asking anybody for its domain."""
    name = socket.gethostname()
    return name if _HOST_NAME.fullmatch(name) else "localhost"
