"""One event, one alert: how often, and at what cost."""
