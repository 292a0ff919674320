"""How long something took, in a person's language. Pure."""

from connectors.delivery.frame.catalogue import ENGLISH, say

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def length(seconds: float, language: str = ENGLISH) -> str:
    """Return a time in its two largest units: `4.72 s`, `6 min 29 s`, `2 h`, `3 d 4 h`."""
    _ = say(language)
    if round(seconds, 2) < MINUTE:
        count = f"{seconds:.2f}" if language == ENGLISH else _number(seconds, language)
        return _("{count} s").format(count=count)
    if (whole := round(seconds)) < HOUR:
        texts, (large, small) = (_("{count} min"), _("{count} s")), divmod(whole, MINUTE)
    elif whole < DAY:
        minutes = round(seconds / MINUTE)
        texts, (large, small) = (_("{count} h"), _("{count} min")), divmod(minutes, HOUR // MINUTE)
    else:
        texts, (large, small) = (_("{count} d"), _("{count} h")), divmod(round(seconds / HOUR), 24)
    counts = zip(texts, (large, small), strict=True)
    return " ".join(text.format(count=count) for text, count in counts if count)


def _number(value: float, language: str) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415 - English takes none of it

    return format_decimal(value, format="0.00", locale=language)
