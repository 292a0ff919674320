"""Mail by SMTP: one message for each notification, a thread for each alert.

A repeat has the same Message-ID: mail servers and programs drop what they have. To try mail out
without a server, mails are written into a folder.
"""

import asyncio
import os
import re
import ssl
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiosmtplib

from connectors.background import in_thread
from connectors.delivery.sinks.content import one_line
from connectors.delivery.sinks.interface import Notification, Send, SinkTools
from connectors.delivery.sinks.mail_connection import connected
from connectors.delivery.sinks.mail_message import MailWriter
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.outcome import DELIVERED, DeliveryOutcome, Result, give_up, retry
from connectors.delivery.sinks.settings import MailSettings
from connectors.http.ssrf_guard import refusal

CONNECTIONS = 4
"""To the mail server at once."""
NO_SUCH_ADDRESS = (550, 551, 553)
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
_ENHANCED = re.compile(r"\A([245])\.(\d{1,3})\.(\d{1,3})\b")


def open_sink(tools: SinkTools) -> Send:
    """Return what mails."""
    server = tools.mail
    writer = MailWriter(None if server is None else server.templates)
    room = asyncio.Semaphore(CONNECTIONS)

    async def send(settings: MailSettings, told: Notification) -> DeliveryOutcome:
        if server is None:
            return retry("there is no [mail] table in wirewatch.toml", away=True)
        message = writer.write(told, server, settings.to, datetime.now(UTC))
        if server.folder is not None:
            name = f"{str(message['Message-ID']).strip('<>').rpartition('@')[0]}.eml"
            return await write_mail(server.folder / name, bytes(message))
        async with room:
            return await send_mail(server, settings.to, bytes(message))

    return send


async def write_mail(path: Path, message: bytes) -> DeliveryOutcome:
    """Keep a message as a file; a repeat takes its place."""
    try:
        await in_thread(partial(_write, path, message))
    except OSError as error:
        return retry(f"the mail can't be written: {error.strerror}", away=True)
    return DELIVERED


def _write(path: Path, message: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")  # for its owner alone
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(message)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


async def send_mail(server: MailServer, to: str, message: bytes) -> DeliveryOutcome:
    """Hand a message to the mail server, once."""
    step = "connect"
    try:
        async with connected(server) as client:
            step = "sender"
            await client.mail(server.sender)
            step = "recipient"
            await client.rcpt(to)
            step = "data"
            await client.data(message)
    except aiosmtplib.SMTPResponseException as error:
        return answered(step, error.code, error.message)
    except ssl.SSLCertVerificationError as error:
        return retry(f"{server.where}: its certificate: {error.verify_message}", away=True)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        if isinstance(error, OSError) and (refused := refusal(error)) is not None:
            cure = "set allow_private_address = true in [mail] to use one of your own network"
            return give_up(f"{server.where}: {refused.partition(';')[0]}; {cure}")
        reason = f"{server.where}: {type(error).__name__} ({_said(str(error))})"
        return retry(reason, away=True, maybe_taken=step == "data")
    return DELIVERED


def answered(step: str, code: int, text: str) -> DeliveryOutcome:
    """Read a refusal of the mail server: is it for now, for this address, this message, or us.

    What is about us, such as a login or a sender that it doesn't know, can be mended, so it is
    tried again. An address that there isn't stops the subscriber.
    """
    reason = f"the mail server says {code} {_said(text)} (to the {step})".replace("  ", " ")
    enhanced = _ENHANCED.match(text)
    about_address = enhanced is None or enhanced[2] == "1"
    if code < 500:
        return retry(reason, away=step != "data")
    if step == "recipient" and code in NO_SUCH_ADDRESS and about_address:
        return DeliveryOutcome(Result.STOP, f"there is no such mail address: {reason}")
    if step == "data":
        return give_up(reason)
    return retry(reason, away=True)


def _said(text: str) -> str:
    """Return what a server said, without anybody's address."""
    return one_line(_ADDRESS.sub("(address)", text), 160)
