"""A text that is known comes again under a headline that says more: that is told."""

import msgspec
import pytest

from streams.model.alert import Change, Kind
from streams.model.story import Status
from streams.tagging import tag
from tests.support.gathered import OPENED, gathered, kinds, told

FIRE = (
    "A ferry caught fire off Koh Rong on Friday evening with 140 people on board, the coast guard"
    " said, and 12 people were killed before tugs came."
)
LONGER = (
    f"{FIRE} The vessel had left Sihanoukville at six with workers going home for the water"
    " festival, and smoke was seen from its engine room ten minutes later. Fishing boats took most"
    " passengers off before the hull listed. The governor asked two hospitals to make beds free."
)
HEADLINE = "Ferry fire off Koh Rong kills 12"
TOLL = Change(what="figures", before="12", after="30")
SINGER = Change(what="names", before="", after="Meas Soksophea")


@pytest.mark.parametrize("guid", ["1", "2"], ids=["edit", "copy"])
@pytest.mark.parametrize("body", [FIRE, LONGER], ids=["short", "long"])
@pytest.mark.parametrize("hours", [0.3, 5])
@pytest.mark.parametrize(
    ("headline", "change"),
    [
        ("Ferry fire off Koh Rong kills 30", TOLL),
        ("30 dead in ferry fire off Koh Rong", TOLL),
        ("Thirty dead in ferry fire off Koh Rong", TOLL),
        ("Singer Meas Soksophea among dead in Koh Rong ferry fire", SINGER),
        ("Koh Rong Ferry Fire Kills Singer Meas Soksophea", SINGER),
    ],
)
def test_what_a_headline_adds_to_a_known_text_is_told(
    guid: str, body: str, hours: float, headline: str, change: Change
) -> None:
    first = told("1", headline=HEADLINE, body=body)
    again = told(guid, headline=headline, body=body, hours=hours)
    events = gathered(first, again)
    assert kinds(events) == [OPENED, (Kind.UPDATED, "new fact")]
    assert events[1].changes == (change,)


def test_a_correction_of_a_copy_names_the_figure_that_only_the_copy_had() -> None:
    toll = "Ferry fire off Koh Rong kills {}"
    first = told("1", headline="Ferry fire off Koh Rong", body=FIRE)
    copied = told("2", headline=toll.format(15), body=FIRE, source="Gulf Wire", hours=0.2)
    corrected = told(
        "2",
        headline=toll.format(18),
        body=FIRE,
        source="Gulf Wire",
        hours=0.5,
        status=Status.CORRECTED,
    )
    *_, last = gathered(first, copied, corrected)
    assert last.kind is Kind.CORRECTED
    assert Change(what="figures", before="15", after="18") in last.changes


@pytest.mark.parametrize(
    "headline",
    [
        "Ferry fire off Koh Rong kills twelve",
        "KOH RONG FERRY FIRE KILLS 12",
        "Famed island of Koh Rong sees ferry fire",
        "5 things to know of the Koh Rong ferry fire",
        "One of worst ferry fires off Koh Rong kills 12",
        "Ferry fire kills 12, says coast guard VP",
        "Ferry fire off Koh Rong kills 12 - Paper 2",
        "Ferry fire off Koh Rong kills 12 | Kampong Thom Xpress",
        "Ferry Fire Off Koh Rong Kills 12 - Gulf Wire",
        "Ferry fire off Koh Rong kills 12 | Kratie Xpress | Gulf Wire",
    ],
)
def test_other_words_for_it_tell_nothing(headline: str) -> None:
    first = told("1", headline=HEADLINE, body=LONGER)
    copy = told("2", headline=headline, body=LONGER, source="Gulf Wire", hours=5)
    assert kinds(gathered(first, copy)) == [OPENED]


def test_a_toll_that_was_told_is_not_told_again_in_words() -> None:
    first = told("1", headline=HEADLINE, body=FIRE)
    rows = ("Koh Rong ferry fire kills thirty-one", "31 dead off Koh Rong", "Thirty-one dead")
    copies = [
        told(str(number), headline=row, body=FIRE, source=f"Paper {number}", hours=2 * number)
        for number, row in enumerate(rows, start=2)
    ]
    assert kinds(gathered(first, *copies)) == [OPENED, (Kind.UPDATED, "new fact")]


@pytest.mark.parametrize(
    ("headline", "change"),
    [
        ("Ferry fire off Koh Rong - 30 dead", TOLL),
        ("Ferry Fire Off Koh Rong - Singer Meas Soksophea Among Dead", SINGER),
    ],
)
def test_news_behind_a_dash_is_no_outlet(headline: str, change: Change) -> None:
    first = told("1", headline=HEADLINE, body=LONGER)
    copy = told("2", headline=headline, body=LONGER, source="Gulf Wire", hours=5)
    assert gathered(first, copy)[1].changes == (change,)


@pytest.mark.parametrize(
    ("first", "second", "body"),
    [
        (
            "US Navy donates sonar sets to Cambodia's school",
            "U.S. Navy donates sonar sets to Cambodian school",
            "The sets were given to the naval school for lessons in search, the embassy said.",
        ),
        (
            "US and Cambodia start an army medical course",
            "US and Cambodia start an army medical course for 30 medics",
            "Thirty medics of the army are taught by doctors in Svay Rieng.",
        ),
    ],
    ids=["a country's adjective", "a number that begins a sentence"],
)
def test_what_the_known_text_or_headline_says_in_another_form_is_no_news(
    first: str, second: str, body: str
) -> None:
    matches = [told("1", headline=headline, body=body, hours=5) for headline in (first, second)]
    tagged = [msgspec.structs.replace(one, tags=tag(one.story)) for one in matches]
    assert kinds(gathered(*tagged)) == [OPENED]
