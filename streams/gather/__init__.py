"""From matches to alerts: copies and reports of one event are one alert, through its life."""

from streams.gather.gathering import Gathering
from streams.gather.placing import Outcome
from streams.gather.silent import joined_in_silence

__all__ = ["Gathering", "Outcome", "joined_in_silence"]
