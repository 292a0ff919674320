"""`wirewatch deliver` with a mine at one of its steps: it kills itself when it comes there.

For `benchmarks.delivery.kills` alone.
"""

import os
import signal
import sys
import time
from argparse import REMAINDER
from collections.abc import Callable
from typing import Any

from benchmarks.support.options import Options, positive
from connectors.delivery import sender
from connectors.delivery.outbox.outbox import Outbox
from connectors.delivery.outbox.records import Parcel
from connectors.delivery.outbox.settled_deliveries import SettledDeliveries
from connectors.delivery.reader import AlertReader
from connectors.delivery.sinks import feed
from connectors.kafka import Consumer, Producer
from wirewatch.cli.main import main as wirewatch

ONCE = ("open", "read", "add", "added", "tell", "told", "forgotten", "commit", "committed")
OFTEN = ("take", "taken", "send", "sent", "done", "settled", "feed", "fed")
"""Steps that come for each subscriber or event: the kill is at one of the first of them."""


def arm(step: str, count: int) -> None:
    """Kill this very process at the `count`th time that the step is reached."""
    left = [count]

    def reach(reached: str) -> None:
        if reached == step:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def call(owner: object, name: str, before: str, after: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def mined(*args: object, **named: object) -> object:
            reach(before)
            result = real(*args, **named)
            reach(after)
            return result

        put(owner, name, mined)

    def wait(owner: object, name: str, before: str, after: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        async def mined(*args: object, **named: object) -> object:
            reach(before)
            result = await real(*args, **named)
            reach(after)
            return result

        put(owner, name, mined)

    call(Outbox, "_open", "open", "opened")
    wait(AlertReader, "_take", "read", "kept")
    call(Outbox, "add", "add", "added")
    call(Outbox, "take", "take", "taken")
    wait(sender.SubscriberSender, "_try", "send", "sent")
    call(Outbox, "done", "done", "settled")
    call(feed, "_replace", "feed", "fed")
    wait(Producer, "send", "tell", "told")
    call(SettledDeliveries, "forget", "forget", "forgotten")
    call(Consumer, "commit_at", "commit", "committed")


def put(owner: object, name: str, value: object) -> None:
    """Put something else in the place of a function."""
    setattr(owner, name, value)


def swap() -> None:
    """Make the mistake: write down that it was delivered, then send it."""
    real = Outbox.take

    def take(outbox: Outbox, *args: Any, **named: Any) -> list[Parcel]:  # noqa: ANN401 - passed on
        parcels = real(outbox, *args, **named)
        for parcel in parcels:
            outbox.done(parcel, time.time())
        return parcels

    put(Outbox, "take", take)


def child(step: str, count: int, order: str, *words: str) -> None:
    """Be `wirewatch deliver`, with a mine at a step."""
    if order == "swapped":
        swap()
    arm(step, count)
    sys.argv = ["wirewatch", *words]
    wirewatch()


if __name__ == "__main__":
    options = Options(__doc__, takes="as long as deliver is let run")
    options.add_argument("step", choices=(*ONCE, *OFTEN, "never"), help="where it is killed")
    options.add_argument("count", type=positive, help="at which time")
    options.add_argument("order", choices=("as it is", "swapped"), help="of steps")
    options.add_argument("words", nargs=REMAINDER, metavar="deliver ...", help="the command")
    given = options.given()
    child(given.step, given.count, given.order, *given.words)
