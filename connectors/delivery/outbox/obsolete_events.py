"""Which events of an alert a receiver need not hear of any more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.delivery.routing.preferences import UpdateReason, update_reason
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

    `heard` says that the receiver at the address of today has it, or may have it though it didn't
    say so.
    """

    id: int
    kind: str
    state: str
    heard: bool
    reason: str = ""

    @property
    def pending(self) -> bool:
        """Whether it is still to be sent."""
        return self.state == "pending"

    @property
    def is_about_what_was_told(self) -> bool:
        """Whether it ends, corrects or takes back, and says nothing to who knows nothing."""
        if self.kind == Kind.UPDATED:
            return update_reason(self.reason) is UpdateReason.TAKEN_BACK
        return self.kind in (*ENDS, Kind.CORRECTED)


def moot(steps: Sequence[DeliveryStep], *, all_known: bool) -> dict[int, str]:
    """Return the ids of the steps that aren't to be sent, each with the reason.

    `steps` are all of one alert for one subscriber, in their order; `all_known` says that there
    can't have been others before. A withdrawal makes what is pending before it moot. What is only
    about what was told is moot itself if the receiver never heard of that alert, and a withdrawal
    if that is what it heard last. What was closed is still news, so an opening isn't moot for that
    alone; that the alert is still open is none.
    """
    found: dict[int, str] = {}
    for place, step in enumerate(steps):
        if not (step.pending and step.is_about_what_was_told):
            continue
        before = steps[:place]
        # What an alert that went on did in between is told with the rest.
        last = step.kind in ENDS and all(later.kind in ENDS for later in steps[place + 1 :])
        if last and step.kind == Kind.WITHDRAWN:
            found |= {one.id: WITHDRAWN_BEFORE for one in before if one.pending}
        elif last:
            found |= {one.id: OVER for one in before if one.pending and one.kind == REPEAT}
        told = [one for one in before if one.heard or (one.pending and one.id not in found)]
        whole = all_known or any(one.kind == Kind.OPENED for one in before)
        if not told and whole and not step.heard:
            found[step.id] = NEVER_TOLD
        elif (
            last
            and told
            and step.kind == told[-1].kind == Kind.WITHDRAWN
            and told[-1].state == "done"
        ):
            found[step.id] = TOLD_ALREADY
    return found
