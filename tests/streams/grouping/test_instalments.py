"""Tables filled in anew are events of their own; a story brought up to date is not."""

import pytest

from streams.model.alert import Kind
from tests.support.gathered import OPENED, gathered, kinds, told

RESULTS = {
    "de": (
        "Eishockey, {a}. Spieltag: {x} schlägt {y} {b}:{c}",
        "Ergebnisse vom {a}. Spieltag: {x} - {y} {b}:{c}, {z} - {v} {d}:{e}. Tabelle: {x} {f}"
        " Punkte, {z} {g}, {y} {h}, {v} {i}.",
    ),
    "en": (
        "Freight auction: {x} takes {f} lots",
        "Sold at auction {a}: {x} {f} lots at {g}.{b}, {y} {h} lots at {i}.{c}, {z} {d} at {e},"
        " {v} {g} at {h}.{a}. Unsold {i}.",
    ),
    "es": (
        "Tipos de cambio: {x} a {f},{g}",
        "Cierre {a}: {x} {f},{g}, {y} {h},{i}, {z} {b},{f}, {v} {c},{h}. Ayer {x} {d},{g},"
        " {y} {e},{i}.",
    ),
}
SLOTS = "abcdefghixyzv"
FILLED = (
    (11, 3, 2, 5, 4, 61, 58, 44, 39, "Elster", "Gams", "Luchs", "Marder"),
    (12, 7, 6, 8, 9, 72, 67, 55, 48, "Elster", "Dachs", "Wisent", "Marder"),
)
STORY = (
    "Firefighters on the Arrowsmith ridge fell back to the reservoir on Tuesday as wind turned "
    "the blaze towards the sawmill town below, and the sheriff told everyone east of the creek "
    "to go while the road was open. The flames had begun beside a railway cutting, where a crew "
    "found the remains of a campfire and a stove that somebody had left burning. Rangers had "
    "closed the paths a week before, since no rain had come and the bracken was as dry as "
    "paper. In the school hall families slept on mats, and a baker brought bread that he had "
    "made at night. The mill's owner said that the stacks had been wetted down and that he "
    "would stay as long as the pumps ran. Pilots flew low over the lake to fill their tanks, "
    "and one said that the smoke stood so high that he could see it from the coast. The "
    "governor asked for soldiers and engines from the neighbouring states, and thanked those "
    "who had come from farther away without being asked."
)


@pytest.mark.parametrize("language", RESULTS)
@pytest.mark.parametrize("hours", [0.5, 24])
def test_tables_with_names_and_figures_of_their_own_are_two_events(
    language: str, hours: float
) -> None:
    headline, body = RESULTS[language]
    first, second = (
        told(
            str(turn),
            headline=headline.format_map(one),
            body=body.format_map(one),
            hours=turn * hours,
        )
        for turn, one in enumerate(dict(zip(SLOTS, row, strict=True)) for row in FILLED)
    )
    assert kinds(gathered(first, second)) == [OPENED, OPENED]


@pytest.mark.parametrize("hours", [1, 20])
def test_a_long_story_whose_figures_are_all_new_is_the_same_event(hours: float) -> None:
    first = told(
        "1", headline="Fire nears sawmill town", body=f"{STORY} It burnt 4,100 acres, 12 homes."
    )
    second = told(
        "2",
        headline="Fire nears sawmill town",
        body=f"{STORY.replace('Tuesday', 'Wednesday')} It burnt 6,700 acres, 31 homes.",
        hours=hours,
    )
    assert Kind.OPENED not in [event.kind for event in gathered(first, second)][1:]


def test_another_date_in_a_caption_or_a_credit_makes_no_instalment() -> None:
    text = STORY[:560]
    first = told("1", headline="Fire nears town", body=f"{text} Photo: October 5, Tuesday. Desk 9.")
    copy = told(
        "2",
        source="Gulf Wire",
        headline="Fire nears town",
        body=f"{text.replace('Tuesday', 'Friday')} Photo: November 8, Friday. Desk 14.",
        hours=3,
    )
    assert kinds(gathered(first, copy)) == [OPENED]
