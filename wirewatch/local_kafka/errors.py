"""The one error root of the private broker. Messages name the thing, the cause and what to do."""

import signal

from wirewatch.errors import ProgramError


class BrokerError(ProgramError):
    """The private Kafka could not be fetched, set up, started or kept."""


def ended_how(code: int) -> str:
    """Put into words how a process of Kafka ended, and what to do if it was not of itself."""
    if code >= 0:
        return f"ended with code {code}"
    remedy = "start again; where nobody did that, look whether the machine ran out of memory"
    return f"was ended by {signal.Signals(-code).name}: {remedy}"
