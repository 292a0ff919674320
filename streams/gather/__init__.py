"""From matches to alerts: copies and reports of one event are one alert, through its life."""

from streams.gather.gathering import Gathering, in_order
from streams.gather.placing import Outcome
from streams.gather.silent import joined_in_silence

__all__ = ["Gathering", "Outcome", "in_order", "joined_in_silence"]
