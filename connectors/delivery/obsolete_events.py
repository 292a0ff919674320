"""Which events of an alert a receiver need not hear of any more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.delivery.routing.records import REPEAT
from streams.model.alert import Kind

ENDS = (Kind.WITHDRAWN, Kind.CLOSED)
WITHDRAWN_BEFORE = "the alert was withdrawn before this was delivered"
NEVER_TOLD = "nothing of the alert was delivered before"
TOLD_ALREADY = "that the alert is withdrawn was delivered before, and nothing since"
OVER = "the alert was closed before this was delivered"


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """One event of an alert for one subscriber, as the outbox has it.

    `maybe_taken` says that the receiver may have it though it didn't say so.
    """

    id: int
    kind: str
    state: str
    maybe_taken: bool

    @property
    def pending(self) -> bool:
        """Whether it is still to be sent."""
        return self.state == "pending"

    @property
    def heard(self) -> bool:
        """Whether the receiver has it, or may have it."""
        return self.state == "done" or self.maybe_taken


def moot(steps: Sequence[DeliveryStep]) -> dict[int, str]:
    """Return the ids of the steps that aren't to be sent, each with the reason.

    `steps` are all of one alert for one subscriber, in their order. A withdrawal makes what is
    pending before it moot. What ends an alert is moot itself if the receiver never heard of that
    alert, or heard last that it is withdrawn. What was closed is still news, so an opening isn't
    moot for that alone; that the alert is still open is none.
    """
    found: dict[int, str] = {}
    for place, step in enumerate(steps):
        if not step.pending or step.kind not in ENDS:
            continue
        if any(later.kind not in ENDS for later in steps[place + 1 :]):
            continue  # the alert went on after that
        before = steps[:place]
        if step.kind == Kind.WITHDRAWN:
            found |= {one.id: WITHDRAWN_BEFORE for one in before if one.pending}
        else:
            found |= {one.id: OVER for one in before if one.pending and one.kind == REPEAT}
        told = [one for one in before if one.heard or (one.pending and one.id not in found)]
        if before and not told:
            found[step.id] = NEVER_TOLD
        elif told and step.kind == told[-1].kind == Kind.WITHDRAWN and told[-1].state == "done":
            found[step.id] = TOLD_ALREADY
    return found
