"""What wire formats say in codes: how it is with a story, of what kind an item is. Pure.

IPTC's formats write one code in many ways: `stat:canceled`, as an address that ends with it, or
as the bare word, in both spellings.
"""

import re

from streams.model.story import Status

STATUSES = {
    "usable": Status.USABLE,
    "withheld": Status.WITHHELD,
    "withhold": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
}
CORRECTIONS = frozenset({"correction", "corrected", "corr"})
MEDIA = frozenset({"picture", "photo", "graphic", "animation", "video", "audio"})
"""Kinds of items that are no stories, unless they bring a text of their own."""

_END = re.compile(r"[^:/#]*$")


def code(written: str | None) -> str:
    """Return a code without its scheme or address: `stat:usable` is `usable`."""
    found = _END.search((written or "").strip().rstrip("/"))
    return found[0].lower() if found else ""


def status(written: str | None, *, corrected: bool = False) -> Status | None:
    """Return what a code says of a story; `corrected` counts where it doesn't say worse."""
    said = STATUSES.get(code(written))
    return Status.CORRECTED if corrected and said in {None, Status.USABLE} else said
