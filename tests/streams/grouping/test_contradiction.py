"""An edit that says otherwise than what its readers were told is told, and a restyling isn't."""

import msgspec
import pytest

from streams.grouping.contradiction import contradicts, turns_round
from streams.model.alert import Change, Kind
from streams.model.alert_reasons import OUTGROWN
from streams.model.story import Status
from streams.model.watch import Match
from streams.tagging import tag
from tests.support.gathered import OPENED, gathered, kinds, notice, told

REWRITTEN = (Kind.UPDATED, "rewritten by the outlet")
TEXT = "The two ministries spoke of it for weeks. Officials will say more on Thursday in Kampot."
HOST = "Vellmark agrees to host Quillon drills"
REFUSE = "Vellmark refuses to host Quillon drills"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HOST, REFUSE),
        ("Quillon to send two patrol boats", "Quillon to send no patrol boats"),
        ("Vellmark and Quillon to resume drills", "Vellmark and Quillon won't resume drills"),
        ("Vellmark confirms a base visit", "Vellmark denies a base visit"),
        ("Quillon lifts arms ban on Vellmark", "Quillon extends arms embargo on Vellmark"),
        ("Quillon resumes drills with Vellmark", "Quillon cancels drills with Vellmark"),
        ("Quillon minister due in Kampot for talks", "Quillon minister cancels talks in Kampot"),
        ("Vellmark approves sniper course", "Vellmark rejects sniper course"),
        ("Quillon backs tank transfer", "Quillon blocks tank transfer"),
        ("Quillon praises Vellmark's army", "Quillon condemns Vellmark's army"),
        ("Vellmark joins mine exercise", "Vellmark quits mine exercise"),
        ("Quillon sailor detained in Kampot", "Quillon sailor freed in Kampot"),
        ("Vellmark buys drones", "Vellmark scraps order of drones"),
        ("Quillon pledges tanks", "Quillon withholds tanks"),
        ("Quillon and Vellmark begin patrols", "Quillon and Vellmark end patrols"),
        ("Quillon frigate goes to Kampot", "Quillon helicopter goes to Kampot"),
        ("Quillon admiral meets a minister", "Quillon general meets a minister"),
        ("Quillon admiral sees the base at Kampot", "Quillon general sees the base at Kampot"),
    ],
)
def test_the_contrary_and_another_kind_of_thing_say_otherwise(before: str, after: str) -> None:
    assert contradicts(before, after, TEXT, "en")
    assert contradicts(after, before, TEXT, "en")


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("柬埔寨同意举办演习", "柬埔寨拒绝举办演习", "zh"),
        ("柬埔寨接收军舰", "柬埔寨拒收军舰", "zh"),
        ("Le Cambodge accepte l'exercice", "Le Cambodge refuse l'exercice", "fr"),
        ("Les deux pays reprennent l'exercice", "Les deux pays ne reprennent pas l'exercice", "fr"),
        ("កម្ពុជាយល់ព្រមធ្វើសមយុទ្ធ", "កម្ពុជាបដិសេធធ្វើសមយុទ្ធ", "km"),
    ],
)
def test_so_it_is_in_other_languages(before: str, after: str, language: str) -> None:
    assert contradicts(before, after, "", language)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Quillon defence secretary visits Vellmark", "Pentagon chief Orde arrives in Kampot"),
        ("Quillon frigate docks at Kampot", "First Quillon warship in eight years docks in Kampot"),
        ("Vellmark denies a base as admiral visits", "Admiral visits as Vellmark denies a base"),
        ("Quillon admiral in Kampot, no word on drills", "Quillon admiral visits Kampot"),
        ("Quillon halts aid to Vellmark's army", "Quillon freezes aid to Vellmark's army"),
        ("Vellmark cancels order", "Vellmark calls off order"),
        ("Quillon will not arm police", "Quillon won't arm police"),
        ("Vellmark to host drills", "Vellmark will host Angkor drills with Quillon in May"),
        ("", REFUSE),
    ],
)
def test_a_headline_put_otherwise_says_the_same(before: str, after: str) -> None:
    assert not contradicts(before, after, TEXT, "en")


def test_a_kind_that_the_text_still_names_was_put_otherwise() -> None:
    before, after = "Quillon admiral in Kampot", "Quillon defence minister in Kampot"
    assert contradicts(before, after, TEXT, "en")
    assert not contradicts(before, after, f"{TEXT} The admiral was there.", "en")


AGREED = "Vellmark agreed on Monday to host Quillon drills next year, its defence ministry said."


@pytest.mark.parametrize(
    ("after", "language"),
    [
        (AGREED.replace("agreed", "refused"), "en"),
        (AGREED.replace("agreed on Monday to", "said on Monday that it would not"), "en"),
        (AGREED.replace("next year", "no more"), "en"),
    ],
)
def test_an_opening_that_says_the_contrary_turns_round(after: str, language: str) -> None:
    assert turns_round(AGREED, after, language)
    assert turns_round(after, AGREED, language)


@pytest.mark.parametrize(
    ("before", "after", "language"),
    [
        ("柬埔寨国防部周一同意明年举办演习。", "柬埔寨国防部周一拒绝明年举办演习。", "zh"),
        (
            "Le Cambodge a accepté lundi d'accueillir l'exercice, selon son ministère.",
            "Le Cambodge refuse lundi d'accueillir l'exercice, selon son ministère.",
            "fr",
        ),
        (
            "Quillon accused Vellmark on Monday of hiding boats in Kampot.",
            "Vellmark accused Quillon on Monday of hiding boats in Kampot.",
            "en",
        ),
    ],
)
def test_so_it_does_in_other_languages_and_where_accusers_change_places(
    before: str, after: str, language: str
) -> None:
    assert turns_round(before, after, language)


@pytest.mark.parametrize(
    "after",
    [
        AGREED.replace("on Monday ", ""),
        AGREED.replace("agreed", "has agreed") + " It gave no date.",
        AGREED.replace("its defence ministry said", "the ministry told reporters in Kampot"),
        "The opposition rejects the talks, but troops of Quillon will come to Kampot for drills.",
        "",
    ],
)
def test_an_opening_put_otherwise_says_the_same(after: str) -> None:
    assert not turns_round(AGREED, after, "en")
    assert not turns_round(after, AGREED, "en")


def test_a_text_turned_round_under_its_headline_is_told_at_once_and_so_is_its_return() -> None:
    refused = AGREED.replace("agreed", "refused")
    first = told("1", body=f"{AGREED} {TEXT}")
    turned = told("1", body=f"{refused} {TEXT}", hours=0.2)
    back = told("1", body=f"{AGREED} {TEXT}", hours=0.4)
    events = gathered(first, turned, turned, back, back)
    assert kinds(events) == [OPENED, REWRITTEN, REWRITTEN]
    assert events[1].changes == (Change(what="text", before=AGREED, after=refused),)
    assert events[2].changes == (Change(what="text", before=refused, after=AGREED),)


def test_a_byline_or_a_dateline_is_no_opening() -> None:
    refused = AGREED.replace("agreed", "refused")
    first = told("1", body=f"By Ana Orde\nKAMPOT (Gulf Wire) - {AGREED} {TEXT}")
    turned = told("1", body=f"By Ana Orde\nKAMPOT (Gulf Wire) - {refused} {TEXT}", hours=0.2)
    assert kinds(gathered(first, turned)) == [OPENED, REWRITTEN]


def test_an_edit_that_says_otherwise_is_told_at_once_and_so_is_its_return() -> None:
    first = told("1", headline=HOST, body=TEXT)
    turned = told("1", headline=REFUSE, body=TEXT, hours=0.2)
    back = told("1", headline=HOST, body=TEXT, hours=0.4)
    events = gathered(first, turned, turned, back, back)
    assert kinds(events) == [OPENED, REWRITTEN, REWRITTEN]
    assert events[1].changes == (Change(what="headline", before=HOST, after=REFUSE),)
    assert events[2].changes == (Change(what="headline", before=REFUSE, after=HOST),)
    assert len({event.event for event in events}) == len(events)


def test_so_is_one_of_a_story_that_joined_in_silence() -> None:
    copied = told("2", headline=HOST, body=TEXT, source="Gulf Wire", hours=0.1)
    turned = told("2", headline=REFUSE, body=f"{TEXT} No more.", source="Gulf Wire", hours=0.3)
    events = gathered(told("1", headline=HOST, body=TEXT), copied, turned)
    assert kinds(events) == [OPENED, REWRITTEN]
    assert events[1].changes[0] == Change(what="headline", before=HOST, after=REFUSE)
    assert events[1].story.source == "Gulf Wire"


def test_who_does_it_to_whom_turned_round_says_otherwise() -> None:
    first = tagged("US accuses Cambodia of hiding boats in Kampot", hours=0)
    turned = tagged("Cambodia accuses US of hiding boats in Kampot", hours=0.2)
    events = gathered(first, turned)
    assert kinds(events) == [OPENED, REWRITTEN]


def test_what_an_outlet_said_itself_is_named_though_its_copy_says_the_same_by_now() -> None:
    copied = told("2", headline=HOST, body=TEXT, source="Gulf Wire", hours=0.1)
    first = told("2", headline=REFUSE, body=TEXT, source="Gulf Wire", hours=0.3)
    second = told("1", headline=REFUSE, body=TEXT, hours=0.5)
    events = gathered(told("1", headline=HOST, body=TEXT), copied, first, second)
    assert kinds(events) == [OPENED, REWRITTEN, REWRITTEN]
    assert events[2].changes == (Change(what="headline", before=HOST, after=REFUSE),)


def test_a_story_that_fits_again_after_an_edit_is_told_again() -> None:
    other = "Vellmark hosts a fair"
    beside = told("2", headline="Drills agreed by Vellmark", body=TEXT, source="Gulf Wire")
    away = notice(told("1", headline=other, body=TEXT, status=Status.USABLE, hours=0.5))
    away = msgspec.structs.replace(away, story=msgspec.structs.replace(away.story, edited=True))
    back = told("1", headline=HOST, body=TEXT, hours=1)
    events = gathered(told("1", headline=HOST, body=TEXT), beside, away, back)
    assert kinds(events)[-2:] == [
        (Kind.CORRECTED, OUTGROWN),
        (Kind.UPDATED, "reported again"),
    ]
    assert events[-1].changes == (Change(what="headline", before=other, after=HOST),)


def tagged(headline: str, *, hours: float) -> Match:
    match = told("1", headline=headline, body=TEXT, hours=hours)
    return msgspec.structs.replace(match, tags=tag(match.story))
