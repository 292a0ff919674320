"""When the last canary came, in words. Pure."""

from datetime import datetime

from connectors.delivery.canary import CanaryState
from wirewatch.feedlist.feed_tables import duration


def canary_line(known: CanaryState | None, now: datetime) -> str:
    """Say when the last canary came, so that a quiet list can be trusted; nothing if none did."""
    if known is None or known.sent is None:
        return ""
    ago = duration(max((now - known.sent).total_seconds(), 0.0))
    late = "; none comes any more: see `wirewatch status`" if known.late is not None else ""
    return f"canary: the last that came through was sent {ago} ago{late}"
