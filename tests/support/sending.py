"""A sink opened as deliver opens it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from connectors.delivery.sinks.interface import Send, SinkTools
from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.registry import SINKS
from connectors.http.ssrf_guard import guarded_session


@asynccontextmanager
async def sink(
    kind: str,
    *,
    folder: Path = Path("unused"),
    mail: MailServer | None = None,
    allow_private: bool = True,
) -> AsyncIterator[Send]:
    """Open a sink of a kind."""
    async with (
        guarded_session(user_agent="wirewatch/test", allow_private=allow_private) as session,
        guarded_session(user_agent="wirewatch/test", allow_private=True) as own_network,
    ):
        yield SINKS[kind](
            SinkTools(
                session=session,
                own_network=own_network,
                user_agent="wirewatch/test",
                folder=folder,
                mail=mail,
            )
        )
