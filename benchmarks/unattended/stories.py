"""What happens in the harness's world: events to alert on, and other news. Pure, from a seed.

Each event is a defense matter between two countries with a code name of its own, and has a watch
of its own that asks for the pair, the topic and that name. So it is known beforehand which alerts
must come: one `opened` for each event, however many outlets carry it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

CODES = {
    "US": "US",
    "Cambodia": "KH",
    "Vietnam": "VN",
    "Japan": "JP",
    "Kenya": "KE",
    "Brazil": "BR",
    "Poland": "PL",
    "India": "IN",
    "Norway": "NO",
    "Egypt": "EG",
    "Thailand": "TH",
}
MAIN = ("US", "Cambodia")
"""Every other event is of these two."""
PAIRS = tuple(pair for pair in combinations(CODES, 2) if pair != MAIN)

ACTS = (
    (
        "{a} and {b} begin joint military exercise {code} with {n} soldiers",
        "Troops of {a} and {b} began the joint military exercise {code} near {place} on {day}."
        " Some {n} soldiers take part, and {m} armoured vehicles came by ship.",
    ),
    (
        "{a} and {b} sign defense pact {code} worth {n} million dollars",
        "{a} and {b} signed a defense pact called {code} in {place} on {day}. It is worth {n}"
        " million dollars and lets the two armies buy weapons together for {m} months.",
    ),
    (
        "{a} navy and {b} navy start patrol {code} with {m} warships",
        "Warships of the {a} navy and the {b} navy left {place} on {day} for a patrol called"
        " {code}. The {m} ships carry {n} sailors and will fire at targets on the way.",
    ),
    (
        "{a} sends {n} army trainers to {b} under plan {code}",
        "{a} sent {n} army trainers to {b} under a military plan called {code}, the defense"
        " ministries of the two said on {day}. They teach soldiers near {place} for {m} weeks.",
    ),
    (
        "{a} and {b} defense ministers agree on radar {code} for {n} million",
        "The defense ministers of {a} and {b} agreed on {day} to build a military radar called"
        " {code} near {place}. It costs {n} million dollars, and {m} officers will run it.",
    ),
)
DETAILS = (
    "A brigade from {place} guards the {thing} while the work goes on.",
    "The last such step came {n} weeks ago, and cost {m} million.",
    "Engineers from {place} laid {n} metres of cable for the {thing}.",
    "Colonel {name} said the {thing} had been ready since spring.",
    "{name}, who speaks for the general staff, gave {n} as the number of crates.",
    "Rain held up the {thing} for {m} hours at {place}.",
    "A second group of {n} arrives at {place} within {m} days.",
    "Neither side would say who pays for the {thing}.",
)
THINGS = ("depot", "runway", "pier", "camp", "range", "convoy", "field hospital", "signal mast")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEWS = (
    "Council of {place} votes {n} to {m} for a new {thing}",
    "{place} beats {other} {n} to {m} in the cup",
    "Price of rice rises {m} percent in {place}",
    "Bakers of {place} open a school for {n} children",
    "Night train from {place} to {other} returns after {n} days",
    "Museum in {place} shows {n} clocks from {other}",
)
LINES = (
    "The mayor of {place} thanked {n} helpers, and said the {thing} would be next.",
    "People in {other} had waited for {m} years, and some of them brought cake.",
    "A teacher called {name} counted {n} of them before lunch.",
    "Tickets cost {m} in the town and {n} elsewhere.",
    "It rained in {other}, and the {thing} was closed until the evening.",
    "{name} and {m} neighbours wrote a letter about it to the paper of {place}.",
)
PLAIN_THINGS = ("bridge", "library", "market hall", "playground", "tram line", "water tower")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A headline and its body."""

    headline: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something to alert on. `at` is in seconds from the start, `feeds` are their numbers.

    `edit` is what its first feed makes of it later. One to be `killed` is taken back there, once
    its alert has come.
    """

    watch: str
    at: float
    countries: tuple[str, str]
    code: str
    text: Text
    feeds: tuple[int, ...]
    outlets: int = 1
    """Copies in each feed, under the names of as many outlets."""
    edit: Text | None = None
    killed: bool = False

    @property
    def pair(self) -> str:
        """The pair as a watch names it."""
        return "-".join(sorted(CODES[country] for country in self.countries))


def events(dice: random.Random, seconds: float, feeds: Sequence[int]) -> Iterator[Event]:
    """Yield the events of so many seconds, one about every five, in order of time."""
    codes: set[str] = set()
    at, number = dice.uniform(1, 4), 0
    while at < seconds:
        code = _name(dice, 4)
        while code in codes:
            code = _name(dice, 4)
        codes.add(code)
        yield _event(dice, number, at, code, feeds)
        at += dice.uniform(3, 7)
        number += 1


def _event(dice: random.Random, number: int, at: float, code: str, feeds: Sequence[int]) -> Event:
    countries = MAIN if number % 2 == 0 else PAIRS[number // 2 % len(PAIRS)]
    act, lead = dice.choice(ACTS)
    facts = _facts(dice) | {"a": countries[0], "b": countries[1], "code": code}
    details = " ".join(
        line.format(**_facts(dice), thing=dice.choice(THINGS)) for line in dice.sample(DETAILS, 5)
    )
    text = Text(headline=act.format(**facts), body=f"{lead.format(**facts)} {details}")
    # One in 8 is copied by some, one in 60 by a hundred outlets; one in 6 edited, one in 12 killed.
    copied, everywhere = number % 8 == 3, number % 60 == 30
    carriers = feeds if everywhere else dice.sample(feeds, 4 if copied else 1)
    edit = None
    if number % 6 == 1:
        more = _facts(dice)
        edit = Text(
            headline=act.format(**facts | {"n": more["n"]}),
            body=f"{lead.format(**facts | {'n': more['n']})} {details}"
            f" The first figure came from {more['name']}, who had miscounted.",
        )
    return Event(
        watch=f"event-{number:04}",
        at=at,
        countries=countries,
        code=code,
        text=text,
        feeds=tuple(carriers),
        outlets=4 if everywhere else 1,
        edit=edit,
        killed=number % 12 == 8,
    )


def news(dice: random.Random) -> Text:
    """Make a story that no watch asks for."""
    facts = {**_facts(dice), "thing": dice.choice(PLAIN_THINGS)}
    body = (
        line.format(**{**_facts(dice), "thing": dice.choice(PLAIN_THINGS)})
        for line in dice.sample(LINES, 4)
    )
    return Text(headline=dice.choice(NEWS).format(**facts), body=" ".join(body))


def kill(text: Text) -> Text:
    """Make what a wire sends to take a story back."""
    return Text(headline=f"KILL: {text.headline}", body="Editors: do not use this story.")


def _facts(dice: random.Random) -> dict[str, str]:
    return {
        "place": _name(dice, 3),
        "other": _name(dice, 3),
        "name": _name(dice, 3),
        "day": dice.choice(DAYS),
        "n": str(dice.randrange(120, 980)),
        "m": str(dice.randrange(3, 60)),
    }


def _name(dice: random.Random, syllables: int) -> str:
    """Invent a word: of sounds that make no word of any language that is likely to be read."""
    return "".join(
        dice.choice("bdfgklmnprtvz") + dice.choice("aeou") for _ in range(syllables)
    ).capitalize()
