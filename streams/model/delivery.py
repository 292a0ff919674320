"""What became of an alert event on its way to a subscriber, for whoever counts."""

import msgspec

from streams.model.open_enum import OpenEnum
from streams.model.timestamps import Time


class DeliveryResult(OpenEnum):
    """How it ended."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """It was given up; `reason` says why."""
    NOT_NEEDED = "not_needed"
    """It wasn't sent, since it was no news any more: `reason` says why."""


class DeliveryReport(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One alert event, one subscriber, and what came of it after so many `attempts`.

    Subscribers are named by their ids in `subscribers.toml`: no address and no secret is in here.
    """

    event: str
    alert: str
    kind: str
    subscriber: str
    result: DeliveryResult
    at: Time
    attempts: int = 0
    reason: str = ""
