"""Short reports are told apart by the kinds of things and persons that they tell of."""

import pytest

from benchmarks.grouping.quiet_weeks import DAYS, counted, on_their_dates, read
from streams.grouping.kinds import Kinds, compare_kinds, kinds_in
from streams.grouping.word_lists import WordLists

HIDDEN = 5
"""Of thirty events of one day, so many may have no alert of their own ..."""
ALERTS = 52
"""... and so many alerts may tell of them, in 90 reports of two lines."""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("US Navy ship sinks off Cambodia", "Un navire américain coule au large du Cambodge"),
        ("US warship in Sihanoukville", "美国军舰抵达西哈努克港"),
        ("US helicopter down near Kampot", "เฮลิคอปเตอร์สหรัฐตกในกัมพูชา"),
        ("Cambodian ambassador in Washington", "Botschafter Kambodschas in Washington"),
    ],
)
def test_a_kind_is_the_same_in_other_words_and_languages(first: str, second: str) -> None:
    found = compare_kinds(kinds_in(first, ""), [kinds_in(second, "")])
    assert found.alike >= 1
    assert not found.apart


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("US Army helicopter down in Cambodia", "US Army truck overturns in Cambodia"),
        ("US admiral in Phnom Penh", "US senator in Phnom Penh"),
        ("Ministers of both countries speak by telephone", "Minister arrives in Phnom Penh"),
        ("Fire on US ship off Cambodia", "US ship sinks off Cambodia"),
        ("US gives Cambodia ambulances", "US gives Cambodia rice"),
        ("US gives Cambodia helmets", "US gives Cambodia army trucks"),
        ("US hands Cambodia 200 rifles", "Les États-Unis donnent des casques au Cambodge"),
        ("US ship runs aground off Cambodia", "Fire on US ship off Cambodia"),
    ],
)
def test_other_kinds_of_one_group_are_apart(first: str, second: str) -> None:
    assert compare_kinds(kinds_in(first, ""), [kinds_in(second, "")]).apart


EXERCISE = "Exercise of both armies opens in Kampot"
ROADS = "Some 700 soldiers will train on roads and bridges until Friday."


@pytest.mark.parametrize(
    ("mishap", "text"),
    [
        ("Two soldiers killed as truck overturns in Kampot exercise", "The exercise was paused."),
        ("Explosion at Kampot exercise", "Nobody was hurt."),
        ("Un camion se renverse, collision mortelle à Kampot", "L'exercice est suspendu."),
    ],
)
def test_a_mishap_is_no_part_of_a_report_that_names_no_harm(mishap: str, text: str) -> None:
    without, told = kinds_in(EXERCISE, ROADS), kinds_in(mishap, text)
    assert compare_kinds(told, [without]).apart
    assert compare_kinds(without, [told]).apart


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Exercise in Kampot paused for a day", "A truck overturned on Friday."),
        ("Helicopter missing off Kampot", "It carried five."),
        ("Three Marines dead in Kampot", "The army looks into it."),
        ("เฮลิคอปเตอร์ทหารตกในกัมปอต", ""),
    ],
)
def test_whoever_names_harm_may_tell_of_the_mishap(headline: str, text: str) -> None:
    mishap = kinds_in("Military helicopter crash kills three", "It came down near Kampot.")
    harm = {"harm told", "harm named"}
    told = kinds_in(headline, text) & harm
    assert told
    assert not compare_kinds(mishap & harm, [told]).apart


@pytest.mark.parametrize(
    "headline",
    [
        "US helps to clear unexploded bombs in Kratie",
        "ประชาชนกัมพูชาต้อนรับทหารสหรัฐ",
        "ไทยและกัมพูชาตกลงเรื่องการฝึก",
        "สหรัฐช่วยกู้ทุ่นระเบิดในกัมพูชา",
    ],
)
def test_what_only_looks_like_a_mishap_is_none(headline: str) -> None:
    assert "harm told" not in kinds_in(headline, "")


def test_ground_troops_are_not_aground() -> None:
    told = "Ground forces drill on the grounds of the base; flights are grounded."
    assert not any(kind.startswith("mishap") for kind in kinds_in(told, ""))


def test_what_the_headline_is_about_comes_before_what_the_text_adds() -> None:
    helicopter = kinds_in("Helicopter down off Cambodia", "Boats look for the crew.")
    boat = kinds_in("Patrol boat missing off Cambodia", "A helicopter looks for the crew.")
    assert compare_kinds(helicopter, [boat]).apart


def test_of_several_reports_one_with_the_kind_is_enough_and_none_says_nothing() -> None:
    ship, truck = frozenset({"craft ship"}), frozenset({"craft vehicle"})
    assert compare_kinds(ship, [truck, ship]) == Kinds(alike=1, apart=False)
    assert compare_kinds(ship, []) == compare_kinds(frozenset(), [ship]) == Kinds(0, apart=False)


def test_two_words_count_one_after_the_other_alone() -> None:
    lists = WordLists(["craft helicopter: black-hawk"])
    assert lists.in_text("A Black Hawk lands") == {"craft helicopter"}
    assert not lists.in_text("A hawk, black as night")


@pytest.mark.parametrize("day", DAYS)
def test_of_a_day_full_of_short_reports_hardly_an_event_is_hidden(day: str) -> None:
    found = counted(on_their_dates(read(day), DAYS[day]))
    assert found.events == 30
    assert found.hidden <= HIDDEN
    assert found.alerts <= ALERTS


def test_of_a_text_that_is_not_looked_at_nobody_knows_what_it_says_of_harm() -> None:
    mishap = kinds_in("Military helicopter crash kills three", "It came down near Kampot.")
    assert not compare_kinds(mishap & {"harm told", "harm named"}, [frozenset()]).apart
