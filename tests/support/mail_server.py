"""A mail server for tests: it keeps what it takes, and refuses what it is told to refuse."""

import asyncio
import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailBox:
    """What the server took. `refusals` are answers to a step, the first ones first."""

    refusals: dict[str, list[str]] = field(default_factory=dict)
    password: bytes | None = None
    token: str | None = None
    taken: list[Envelope] = field(default_factory=list)
    port: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        found = []
        for envelope in self.taken:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    def refusal(self, step: str) -> str | None:
        waiting = self.refusals.get(step)
        return waiting.pop(0) if waiting else None


@dataclass
class _Handler:
    """What the server asks. It has no properties: the server reads all of them for each mail."""

    box: MailBox

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks it up by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.mail_from = address
        return self.box.refusal("sender") or "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks it up by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if refused := self.box.refusal("recipient"):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks it up by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if refused := self.box.refusal("data"):
            return refused
        self.box.taken.append(envelope)
        return "250 OK"

    async def auth_XOAUTH2(  # noqa: N802 - aiosmtpd looks it up by this name
        self, _server: SMTP, args: list[str]
    ) -> AuthResult:
        given = base64.b64decode(args[1])
        right = self.box.token is not None and f"auth=Bearer {self.box.token}".encode() in given
        return AuthResult(success=right, handled=False, auth_data=given)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == self.box.password
        return AuthResult(success=right, handled=False)


@dataclass
class Certificates:
    """A server's certificate, and who signed it."""

    folder: Path

    def __post_init__(self) -> None:
        authority = trustme.CA()
        self.ca_file = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self.context)


class _Controller(Controller):
    """On a port that is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types for it


@contextmanager
def mail_server(
    box: MailBox, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[MailBox]:
    """Serve on this machine until the end."""
    handler = _Handler(box)
    controller = _Controller(
        handler,
        hostname="127.0.0.1",
        port=0,
        server_hostname="localhost",  # else it looks its own name up for each mail
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=handler.authenticate,
        auth_required=box.password is not None or box.token is not None,
        auth_require_tls=tls is None,
        decode_data=False,
    )
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()
