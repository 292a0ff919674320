"""The one error root of the private broker. Messages name the thing, the cause and what to do."""

from wirewatch.errors import ProgramError


class BrokerError(ProgramError):
    """The private Kafka could not be fetched, set up, started or kept."""
