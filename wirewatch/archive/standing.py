"""How an alert stands: by what was told of it; a spike by the day on which it was told."""

from datetime import UTC, datetime, time

from wirewatch.archive.packed import first_id

OPEN, WITHDRAWN, CLOSED = "open", "withdrawn", "closed"


def standing(now: datetime) -> str:
    """Return the SQL for how a row of `alerts` stands.

    A spike is written as closed, since nothing more is told of it; but until the day (UTC) on which
    it was told is over it is what goes on, so it is open. It is the one alert without stories.
    """
    began = first_id(midnight(now))
    return (
        f"CASE WHEN alerts.state = '{CLOSED}' AND alerts.id >= {began} AND NOT EXISTS"
        f" (SELECT 1 FROM members WHERE members.alert = alerts.alert) THEN '{OPEN}'"
        " ELSE alerts.state END"
    )


def midnight(now: datetime) -> datetime:
    """Return when the day began."""
    return datetime.combine(now.date(), time(), UTC)
