"""From matches to alerts: copies and reports of one event are one alert, through its life."""

from streams.grouping.assignment import StepResult
from streams.grouping.silent_joins import joined_in_silence
from streams.grouping.stage import Gathering, in_order

__all__ = ["Gathering", "StepResult", "in_order", "joined_in_silence"]
