"""What every sink is given, and what it is: a function that tries once.

A sink neither retries nor remembers: that is the outbox's business. It says what came of its one
try (`outcome.py`): delivered, to be tried again (after how long), refused for good, or that the
receiver wants nothing any more.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.delivery.sinks.mail_server import MailServer
from connectors.delivery.sinks.outcome import DeliveryOutcome
from streams.model.alert import AlertEvent

if TYPE_CHECKING:  # whoever only reads what is told needs no network
    import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Signed addresses that a person may follow from a message; empty ones are left out."""

    unsubscribe: str = ""
    """Takes a POST of one click, as RFC 8058 has it."""
    mute: str = ""
    right: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a subscriber is to be told, once.

    With one event it is that event, with several a digest of them, without any a notice: then
    `note` is all that it says. `id` is the same at every try: receivers drop repeats by it.
    """

    id: str
    subscriber: str
    events: tuple[AlertEvent, ...] = ()
    payload: bytes = b""
    """The one event as it stands on Kafka."""
    title: str = ""
    """What heads a digest or a notice."""
    note: str = ""
    """What is said beside the events, such as how many more there were."""
    language: str = "en"
    """Of what stands around the stories, which stay as they are."""
    links: Links = Links()
    sample: bool = False
    """A person tries out the way: nothing happened."""

    @property
    def event(self) -> AlertEvent | None:
        """The event, if it is about one alone."""
        return self.events[0] if len(self.events) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkTools:
    """What sinks work with. `session` dials by the guard against private addresses.

    `own_network` dials those too: only for a subscriber whose settings allow it.
    """

    session: "aiohttp.ClientSession"
    own_network: "aiohttp.ClientSession"
    user_agent: str
    folder: Path
    """The data folder: what is written for people to take goes there."""
    mail: MailServer | None = None
    links: Callable[["Notification"], Links] = lambda told: told.links
    """Writes the signed links of a message; none without an address where they are served."""
    json: bool = False
    """The terminal gets JSON lines."""

    def session_for(self, *, allow_private: bool) -> "aiohttp.ClientSession":
        """Return the session to dial with."""
        return self.own_network if allow_private else self.session


Send = Callable[[Any, Notification], Awaitable[DeliveryOutcome]]
"""Tries once, by the settings of one subscriber."""
