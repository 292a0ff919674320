"""WebSub (https://www.w3.org/TR/websub/) as a subscriber: what to ask of a hub, whom to believe.

Pure. A subscription is asked for, comes into force when the hub asks back, and lasts for its
lease. What a hub pushes counts only with a signature by the secret that it alone was told.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec.structs import replace

from streams.backoff import Backoff

DAY: Final = 24 * 3600.0
WANTED_LEASE: Final = 10 * DAY
LONGEST_LEASE: Final = 30 * DAY
RENEWED_AT: Final = 0.8
"""The share of its lease after which a subscription is asked for again."""
ASKED_AGAIN: Final = DAY
"""Seconds after which a hub that said no is asked once more."""
BACKOFF: Final = Backoff((600.0, 3600.0, 6 * 3600.0, ASKED_AGAIN))
"""Seconds after which a hub that didn't answer, or couldn't, is asked again: once, twice, ..."""
PASSING: Final = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses by which a hub says that it can't now, rather than that it won't."""
FOLLOWED: Final = frozenset((307, 308))
MOST_REDIRECTS: Final = 5
ALGORITHMS: Final = ("sha1", "sha256", "sha384", "sha512")
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class WebSubSettings:
    """Where hubs reach us from outside (`callback`, a URL), and where we listen for them."""

    callback: str
    host: str = "127.0.0.1"
    port: int = 8465


class Subscription(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed's subscription at a hub. Times are seconds since the epoch.

    `token` ends the address that only this hub is told, `secret` signs what it pushes.
    `lease_until` is none before the hub has asked back; `refused` says why it wants not.
    `tries` counts how often it was asked since it last asked back.
    """

    feed: str
    hub: str
    topic: str
    token: str
    secret: str
    asked: float = 0.0
    since: float | None = None
    lease_until: float | None = None
    refused: str = ""
    tries: int = 0

    def __repr__(self) -> str:
        """Show which feed it is for, never its secrets."""
        return f"Subscription(feed={self.feed!r})"

    def active(self, now: float) -> bool:
        """Say whether the hub is to push now."""
        return self.lease_until is not None and now < self.lease_until


@dataclass(frozen=True)
class Offer:
    """Where a feed can be subscribed to, and the address it goes by there."""

    hub: str
    topic: str


def offer(links: Sequence[str], hubs: Sequence[str], topic: str | None, url: str) -> Offer | None:
    """Find a feed's hub: by its Link headers, or by what the feed says of itself.

    `url` is the feed's own address, which relative ones start from.
    """
    told = dict(reversed(list(_links(links))))
    hub = told.get("hub") or next(iter(hubs), None)
    named = told.get("self") or topic or url
    if hub is None:
        return None
    try:
        found = Offer(urljoin(url, hub), urljoin(url, named))
        addresses = [urlsplit(found.hub), urlsplit(found.topic)]
    except ValueError:
        return None
    usable = all(parts.scheme in {"http", "https"} and parts.hostname for parts in addresses)
    return found if usable else None


def due(subscription: Subscription, now: float) -> bool:
    """Say whether a hub is to be asked, for the first time or again."""
    asked, since, until = subscription.asked, subscription.since, subscription.lease_until
    if not asked:
        return True
    if subscription.refused:
        return now >= asked + ASKED_AGAIN
    if until is None or now >= until:
        # A lease that ran out with nobody there to renew it is asked for again at once.
        answered = until is not None and since is not None and asked <= since
        return answered or now >= asked + BACKOFF.after(subscription.tries)
    last_part = (until - (since or asked)) * (1 - RENEWED_AT)
    # A hub that doesn't answer is asked a few times before the lease runs out.
    return now >= until - last_part and now >= asked + last_part / 4


def sent_on(hub: str, status: int, location: str, schemes: Collection[str]) -> str | None:
    """Return where a hub sends a request on to; `None` where it may not go there.

    Only 307 and 308 keep a request as it is. What is told there is a secret, so it goes no other
    way than a hub may be told it.
    """
    if status not in FOLLOWED or not location:
        return None
    try:
        where = urljoin(hub, location)
        parts = urlsplit(where)
    except ValueError:
        return None
    secure = parts.scheme == "https" or urlsplit(hub).scheme == parts.scheme
    return where if parts.scheme in schemes and parts.hostname and secure else None


def request(subscription: Subscription, callback: str) -> dict[str, str]:
    """Return the form that asks a hub for a subscription."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": address(subscription, callback),
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(int(WANTED_LEASE)),
    }


def farewell(subscription: Subscription, callback: str) -> dict[str, str]:
    """Return the form that asks a hub to end a subscription."""
    return {
        "hub.mode": "unsubscribe",
        "hub.topic": subscription.topic,
        "hub.callback": address(subscription, callback),
    }


def address(subscription: Subscription, callback: str) -> str:
    """Return the address that a hub pushes to."""
    return f"{callback.rstrip('/')}/{subscription.token}"


def answer(
    subscription: Subscription, query: Mapping[str, str], now: float
) -> tuple[Subscription, str | None]:
    """Answer a hub that asks whether it was us: the subscription after it, and what to say.

    Nothing to say means: it wasn't us.
    """
    if query.get("hub.topic") != subscription.topic:
        return subscription, None
    mode = query.get("hub.mode")
    if mode == "denied":
        # Known only to the hub, the address makes this the hub's word.
        reason = query.get("hub.reason", "")[:200] or "no reason given"
        return replace(subscription, refused=reason, lease_until=None), ""
    challenge = query.get("hub.challenge")
    asked = now - subscription.asked < ASKED_AGAIN
    if mode != "subscribe" or not challenge or not asked:
        return subscription, None
    lease = _lease(query.get("hub.lease_seconds"))
    granted = replace(subscription, since=now, lease_until=now + lease, refused="", tries=0)
    return granted, challenge


def answer_farewell(subscription: Subscription, query: Mapping[str, str]) -> str | None:
    """Answer a hub that asks whether we want no more of it: what to say, if it was us."""
    if (query.get("hub.mode"), query.get("hub.topic")) != ("unsubscribe", subscription.topic):
        return None
    return query.get("hub.challenge")


def signed(secret: str, header: str | None, body: bytes) -> bool:
    """Say whether a body carries the signature of one who knows the secret."""
    algorithm, _, given = (header or "").partition("=")
    algorithm = algorithm.strip().lower()
    if algorithm not in ALGORITHMS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))


def _lease(told: str | None) -> float:
    if told is None or not told.isdecimal():
        return WANTED_LEASE
    return min(max(float(told[:12]), 60.0), LONGEST_LEASE)


def _links(headers: Sequence[str]) -> Iterator[tuple[str, str]]:
    for header in headers:
        for target, parameters in _LINK.findall(header):
            rel = _REL.search(parameters)
            for name in ((rel[1] or rel[2]) if rel else "").lower().split():
                yield name, target
