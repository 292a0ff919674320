"""A day's spike in a sentence, in a person's language. Pure."""

from babel.dates import format_date

from connectors.delivery.frame.catalogue import ENGLISH, say
from streams.model.spike import DaySpike


def spike_line(spike: DaySpike, language: str = ENGLISH) -> str:
    """Return how many stories there were on which day, and how many are usual."""
    _ = say(language)
    text = _("{name}: {count} stories on {day}, where {usual} are usual for a {weekday}")
    low, high = spike.usual_low, spike.usual_high
    return text.format(
        name=f"{spike.pair}, {spike.topic}" if spike.topic else spike.pair,
        count=spike.stories,
        day=format_date(spike.day, "EEEE d MMMM", locale=language),
        usual=f"{low}–{high}" if low < high else low,
        weekday=format_date(spike.day, "EEEE", locale=language),
    )
