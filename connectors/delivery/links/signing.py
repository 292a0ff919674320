"""What a signed link says, and the key that it is signed with.

Whoever has a link may do the one thing that it names, and nothing else: it stands for the login.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256

import msgspec
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from connectors.delivery.sinks.content import one_line
from connectors.delivery.sinks.interface import Links, Notification

VALID_SECONDS = 90 * 86_400
LONGEST = 2_000
"""Characters of a signed text: mail programs and chats cut longer addresses."""


MOST_HEADLINE = 60
"""Characters of the headline in a link: enough to know the story by."""


class LinkAction(StrEnum):
    """What a link does."""

    RIGHT = "right"
    WRONG = "wrong"
    MUTE = "mute"
    UNSUBSCRIBE = "unsubscribe"


class SignedAction(msgspec.Struct, frozen=True, array_like=True):
    """What one link may do, for whom. A link to unsubscribe is about no alert."""

    action: LinkAction
    subscriber: str
    alert: str = ""
    watch: str = ""
    story: str = ""
    headline: str = ""
    sample: bool = False
    """Does nothing: a person tries out the way."""


class ForeignLinkError(Exception):
    """The link was not signed by this key, or was changed."""


class ExpiredLinkError(Exception):
    """The link was signed here, but too long ago."""


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Signs what links say, and reads it back."""

    key: str

    def sign(self, action: SignedAction) -> str:
        """Return the last part of the link's address."""
        return str(self._serializer().dumps(msgspec.to_builtins(action)))

    def read(self, text: str, max_age: float = VALID_SECONDS) -> SignedAction:
        """Return what a link says. Raises `ForeignLinkError` and `ExpiredLinkError`."""
        if len(text) > LONGEST:
            raise ForeignLinkError
        try:
            found = self._serializer().loads(text, max_age=int(max_age))
            return msgspec.convert(found, SignedAction)
        except SignatureExpired as error:
            raise ExpiredLinkError from error
        except (BadData, msgspec.ValidationError) as error:
            raise ForeignLinkError from error

    def __repr__(self) -> str:
        """Show that there is one: the key is a secret."""
        return "LinkSigner(...)"

    def _serializer(self) -> URLSafeTimedSerializer:
        how = {"key_derivation": "hmac", "digest_method": sha256}
        return URLSafeTimedSerializer(
            self.key,
            salt="wirewatch links",
            signer_kwargs=how,
            serializer_kwargs={"ensure_ascii": False},
        )


@dataclass(frozen=True, slots=True)
class LinkWriter:
    """Writes the links of a message, under the public address where they are served."""

    base: str
    signer: LinkSigner

    def links(self, told: Notification) -> Links:
        """Return the links. Only a message about one alert can be judged; a sample's do nothing."""
        leave = SignedAction(LinkAction.UNSUBSCRIBE, told.subscriber, sample=told.sample)
        event = told.event
        if event is None:
            return Links(unsubscribe=self._link(leave))
        alert = SignedAction(
            LinkAction.MUTE,
            told.subscriber,
            event.alert,
            event.watch,
            event.story.id,
            one_line(event.story.headline, MOST_HEADLINE),
            told.sample,
        )
        of_alert = partial(msgspec.structs.replace, alert)
        return Links(
            unsubscribe=self._link(leave),
            mute=self._link(alert),
            right=self._link(of_alert(action=LinkAction.RIGHT)),
            wrong=self._link(of_alert(action=LinkAction.WRONG)),
        )

    def _link(self, action: SignedAction) -> str:
        return f"{self.base.rstrip('/')}/{self.signer.sign(action)}"
