"""A subscriber's turn costs as much as what is due, however many events wait for its hour."""

from pathlib import Path

from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import OutboxEntry
from connectors.delivery.routing.preferences import Preferences

CAPPED = Preferences(hourly_cap=20)
NEW = 100
NOW = 1_700_000_000.0
COUNTED = 100
"""Steps of SQLite's machine that are counted as one."""


def entry(number: int) -> OutboxEntry:
    return OutboxEntry(
        event=f"event-{number}",
        subscriber="desk",
        alert=f"alert-{number}",
        kind="opened",
        payload=b"{}",
        watch="w",
    )


def turn(outbox: Outbox) -> None:
    """Send what may go now; the rest waits for the next hour."""
    while (outbox.next_due("desk") or NOW + 1) <= NOW:
        for parcel in outbox.take("desk", NOW, preferences=CAPPED):
            outbox.done(parcel, NOW)


def steps_of_a_turn(folder: Path, waiting: int) -> int:
    """Let so many events wait already; return the steps for a turn with a few new ones."""
    folder.mkdir()
    outbox = Outbox(folder / "outbox.sqlite", NOW)
    try:
        outbox.meet({"desk": "https://desk.example"}, 0.0)
        outbox.add([entry(number) for number in range(waiting)], NOW)
        turn(outbox)
        outbox.add([entry(number) for number in range(waiting, waiting + NEW)], NOW)
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        outbox._db.set_progress_handler(step, COUNTED)
        outbox.drop_moot("desk", NOW)
        turn(outbox)
        outbox.next_due("desk")
        return steps
    finally:
        outbox.close()


def test_a_turn_does_not_cost_more_the_more_wait(tmp_path: Path) -> None:
    few, many = (steps_of_a_turn(tmp_path / str(count), count) for count in (200, 2_000))
    assert many < 2 * few
