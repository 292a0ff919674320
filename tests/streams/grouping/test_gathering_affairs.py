"""One event told again, and many events of one affair, are kept apart by more than their words."""

import msgspec
import pytest

from streams.grouping import Gathering
from streams.model.alert import Bond
from streams.model.tags import PairTag, Relation
from streams.model.watch import Match
from tests.support.gathered import told
from tests.support.samples import NOON

INQUIRY = [
    (
        "Welded gates",
        "An engineer, Lim Dara, told the dam inquiry under judge Sok Vanna that the spillway gates"
        " had been welded shut since March, and that his letters on rust and cracked bearings were"
        " never answered by the ministry.",
    ),
    (
        "No premium paid",
        "The insurer Mekong Mutual has paid nothing for the flood. Its cover had lapsed in April, a"
        " clerk said to the dam inquiry of Sok Vanna, as two reminders were returned unopened by a"
        " bank in Takeo.",
    ),
    (
        "Mud line on pagoda",
        "Farmers showed Sok Vanna the mud line on a pagoda wall, higher than a man, when the dam"
        " inquiry came by boat to a drowned village. Buffaloes, rice stores and a school library"
        " were swept off in a night.",
    ),
]
NEXT_WITNESS = (
    "The minister Chan Thol saw none of the engineer's letters, he said under oath to the dam"
    " inquiry of Sok Vanna. Such gates are a matter for the province, whose governor left for Lyon"
    " with a sick daughter."
)
RUNG = (
    "The president rang the head of government on Monday. They spoke of grain, of visas for nurses"
    " and of a new rail tunnel, and agreed that ministers meet in spring."
)
SPOKE = (
    "The president and the head of government talked by telephone on Tuesday about nurses and their"
    " visas, prices of grain and piracy; a summit is to follow, the palace said in a short note."
)
AGROUND = "Kampot ferry with pilgrims aground on Koh Tonsay reef"
FERRY = (
    "Fishermen took 60 pilgrims off a ferry that had run onto rocks near the island of Koh Tonsay"
    " at dawn. The captain said his lamp had failed. Two people were hurt."
)
TUGS = (
    "Divers are to look at the hull before tugs pull at high water, the harbour office said on"
    " Tuesday, a day after the ferry ran onto the reef. Its owner, a temple charity, has hired a"
    " salvage company from Vietnam; fuel is being pumped out."
)


@pytest.mark.parametrize(("days", "bond"), [(1, Bond.REPORT), (3, Bond.FIRST)])
def test_it_takes_more_to_join_where_many_alerts_share_the_affair(days: int, bond: Bond) -> None:
    gathering = Gathering()
    for day, (headline, body) in enumerate(INQUIRY[:days]):
        gathering.step(told(str(day), headline=headline, body=body, hours=day), NOON)
    witness = told("next", headline="Minister denies letter", body=NEXT_WITNESS, hours=4)
    (grouping,) = gathering.step(witness, NOON).groupings.values()
    assert len(gathering) == days + (bond is Bond.FIRST)
    assert grouping.bond is bond
    assert (grouping.score >= grouping.threshold) is (bond is Bond.REPORT)


@pytest.mark.parametrize(
    ("headline", "bond"),
    [(AGROUND, Bond.REPORT), ("Tugs wait for high water at the reef", Bond.FIRST)],
)
def test_a_text_written_anew_under_its_headline_is_the_same_event(
    headline: str, bond: Bond
) -> None:
    gathering = Gathering()
    gathering.step(told("1", headline=AGROUND, body=FERRY), NOON)
    anew = told("2", headline=headline, body=TUGS, hours=64)
    (grouping,) = gathering.step(anew, NOON).groupings.values()
    assert grouping.bond is bond


@pytest.mark.parametrize(("day", "bond"), [("Tuesday", Bond.COPY), ("Thursday", Bond.FIRST)])
def test_a_form_that_names_another_day_of_the_week_is_another_round(day: str, bond: Bond) -> None:
    """Half of its figures are those of the form itself."""
    form = (
        "The lock at Prek Pnov let {count} barges with {count}0 tonnes through in the 24 hours to 6"
        " am on {day}, said the river office. Boats of less than 15 metres pass free of charge."
    )
    gathering = Gathering()
    for count, on in ((31, "Tuesday"), (34, day)):
        body = form.format(count=count, day=on)
        match = told(str(count), headline="Barges at Prek Pnov", body=body, hours=count - 31)
        outcome = gathering.step(match, NOON)
    assert [grouping.bond for grouping in outcome.groupings.values()] == [bond]


def between(match: Match, a: str, b: str) -> Match:
    pair = PairTag(a=a, b=b, relation=Relation.BETWEEN, score=0.9, spans=())
    return msgspec.structs.replace(match, tags=msgspec.structs.replace(match.tags, pairs=(pair,)))


@pytest.mark.parametrize(("other", "bond"), [("FR", Bond.REPORT), ("KE", Bond.FIRST)])
def test_calls_with_others_in_the_same_words_are_other_events(other: str, bond: Bond) -> None:
    gathering = Gathering()
    first = told("1", headline="President makes a call", body=RUNG)
    gathering.step(between(first, "FR", "KH"), NOON)
    second = told("2", headline="Talk on nurses", body=SPOKE, hours=20)
    outcome = gathering.step(between(second, *sorted((other, "KH"))), NOON)
    assert [grouping.bond for grouping in outcome.groupings.values()] == [bond]
    (grouping,) = outcome.groupings.values()
    assert grouping.score > 0.35  # their words are alike
