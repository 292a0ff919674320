"""From matches to alerts: copies and reports of one event are one alert, through its life."""

from streams.gather.gathering import Gathering, Outcome

__all__ = ["Gathering", "Outcome"]
