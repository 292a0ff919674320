"""A day with many more stories of a pair than is usual: what an alert of the kind `spike` tells."""

from datetime import date

import msgspec

from streams.model.story import Id


class TellingStory(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A story that shows what a day's many stories are about."""

    story: Id
    headline: str
    source: str
    url: str | None = None


class DaySpike(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """How many stories of a pair (with a topic, if one is named) there were on a day of UTC so far.

    From `usual_low` to `usual_high` there are on most days that are such a weekday, `expected` in
    the mean. `telling` are a few of the stories, those first that most outlets tell.
    """

    pair: str
    topic: str = ""
    day: date
    stories: int
    usual_low: int
    usual_high: int
    expected: float
    telling: tuple[TellingStory, ...] = ()
