"""The latency ledger: when a story passed each stage."""

from datetime import datetime
from typing import Annotated

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time that knows its zone; wirewatch writes UTC."""


class Timestamps(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Aware UTC times. Each stage adds its own; `None`: not reached yet, or no date given."""

    published: Time | None = None
    first_seen: Time | None = None
    produced: Time | None = None
    tagged: Time | None = None
    matched: Time | None = None
    raised: Time | None = None
