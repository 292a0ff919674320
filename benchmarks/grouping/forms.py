"""Forms that desks fill in anew each day or week: same frame, other figures and names."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

ROUNDS = 6


def forms() -> list[tuple[int, str, str]]:
    """Read the forms: days between two instalments, headline, text."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    rows = (line.split(" | ") for line in lines if not line.startswith("#"))
    return [(int(days), headline, text) for days, headline, text in rows]


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SYLLABLES = ("ba", "den", "ko", "lim", "mar", "nor", "pel", "ros", "sa", "tor", "vin", "wen")
_THINGS = (
    "the fishing dispute", "visa rules", "the border crossing", "steel duties", "grain transit",
    "the hostage talks", "summit plans", "the satellite launch", "aid deliveries", "port fees",
    "the canal project", "student exchanges", "the dam", "rail freight", "vaccine supply",
)  # fmt: skip
_RANGES = {
    "n": (101, 9_999),
    "b": (100, 900),
    "c": (11, 99),
    "g": (0, 9),
    "t": (18, 39),
    "mm": (10, 59),
}
_WEATHER = ("showers", "sunny spells", "thunderstorms", "haze", "drizzle", "clear skies", "fog")
_CHOICES = {
    "ud": ("up", "down", "rises", "falls"),
    "w": _WEATHER,
    "dir": ("north", "south", "east", "west"),
    "thing": _THINGS,
}


def instalments(
    number: int, form: tuple[int, str, str], start: datetime
) -> Iterator[tuple[datetime, str, str]]:
    """Return the instalments of a form: when, the headline, the text."""
    apart, headline, text = form
    for turn in range(ROUNDS):
        at = start + timedelta(days=apart * turn)
        dice = random.Random(1_000 * number + turn)
        yield at, _fill(headline, at, apart, dice), _fill(text, at, apart, dice)


def _fill(text: str, at: datetime, apart: int, dice: random.Random) -> str:
    """Fill every slot by itself."""
    following = at + timedelta(days=apart)
    while "{" in text:
        before, _, rest = text.partition("{")
        slot, _, after = rest.partition("}")
        text = before + _value(slot, at, following, dice) + after
    return text


def _value(slot: str, at: datetime, following: datetime, dice: random.Random) -> str:
    match slot:
        case "day":
            return f"{_DAYS[at.weekday()]}, {at:%B} {at.day}"
        case "next":
            return f"{following:%B} {following.day}"
        case "month":
            return f"{at:%B}"
        case "n" | "b" | "c" | "g" | "t" | "mm":
            return str(dice.randint(*_RANGES[slot]))
        case "p":
            return f"{dice.uniform(0.1, 9.9):.2f}"
        case "name":
            return f"{_word(dice)} {_word(dice)}"
        case "team" | "co":
            return f"{_word(dice)} {'United' if slot == 'team' else 'Holdings'}"
        case "prov":
            return _word(dice)
        case _:
            return dice.choice(_CHOICES[slot])


def _word(dice: random.Random) -> str:
    return "".join(dice.sample(_SYLLABLES, 3)).capitalize()
