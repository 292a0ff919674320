"""What is kept of a wire file between two turns: what it was like, and when to read it again.

A mark is written as JSON: what a server calls its file may look like anything. Pure.
"""

import math
import re
from typing import NamedTuple

import msgspec

from connectors.http.fetch import Validators

# As the first release wrote it.
_OLD = re.compile(r"(.*) until (\d{1,15})", re.DOTALL)


class WireMark(NamedTuple):
    """What was known of a file, and, of one under embargo, when that ends."""

    known: str
    until: float | None = None

    def at(self, now: float) -> str | None:
        """Return what is known of the file; `None` when it is time to read it again."""
        return None if self.until is not None and self.until <= now else self.known


_decoder = msgspec.json.Decoder(WireMark)


def written(mark: WireMark) -> str:
    """Return a mark as it is kept."""
    return msgspec.json.encode(mark).decode()


def read(kept: str) -> WireMark:
    """Read a mark as it was kept, whatever there is."""
    try:
        mark = _decoder.decode(kept)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        old = _OLD.fullmatch(kept)
        return WireMark(old[1], float(old[2])) if old else WireMark(kept)
    return mark if mark.until is None or math.isfinite(mark.until) else WireMark(mark.known)


def of_validators(validators: Validators) -> str:
    """Write validators down; nothing for none: such a file is read once."""
    given = (validators.etag or "", validators.last_modified or "")
    return "\n".join((*given, validators.origin or "")).rstrip("\n") if any(given) else ""


def validators(known: str) -> Validators:
    """Read validators that were written down."""
    etag, modified, origin = (*known.split("\n"), "", "")[:3]
    return Validators(etag=etag or None, last_modified=modified or None, origin=origin or None)
