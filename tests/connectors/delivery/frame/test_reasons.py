"""Why an event came, and what it changes, in the language of who gets it."""

import msgspec
import pytest

from connectors.delivery.frame.catalogue import say
from connectors.delivery.frame.reasons import REASONS, reason_line
from connectors.delivery.repeats import REMINDER
from connectors.delivery.sinks.content import card
from streams.grouping import notify_rules, transitions
from streams.grouping.weights import TOLD_OUTLETS
from streams.model.alert import AlertEvent, Bond, Change, Grouping, Kind
from streams.model.alert_reasons import JOINED, OUTGROWN, PARTED
from streams.model.story import Status
from tests.support.samples import sample_alert

RULED = Grouping(bond=Bond.RULING, by="anna")
OTHERS = ("fr", "km")


def event(kind: Kind, reason: str, **facts: object) -> AlertEvent:
    return msgspec.structs.replace(sample_alert(), kind=kind, reason=reason, **facts)


def killed(status: Status) -> AlertEvent:
    first = sample_alert()
    source = first.story.source
    outlets = (source, "Bayon Wire", "Delta News", "Gulf Post", "Hill Radio")
    return event(
        Kind.UPDATED,
        f"{notify_rules.WITHDRAWN[status]} by {source}, still reported by Bayon Wire",
        story=msgspec.structs.replace(first.story, status=status),
        outlets=outlets,
    )


def test_the_reasons_that_are_known_are_those_that_gather_has() -> None:
    rules = notify_rules
    assert {
        transitions.NEW_STORY,
        transitions.OLD_ENTRY,
        rules.NEW_FACT,
        rules.OFFICIAL,
        rules.GRAVER,
        rules.AGAIN,
        rules.CORRECTED,
        OUTGROWN,
        rules.REWRITTEN,
        rules.NO_PAGE,
        *rules.BACK.values(),
        *TOLD_OUTLETS.values(),
        *(f"{what} by the outlet" for what in rules.WITHDRAWN.values()),
    } == REASONS


@pytest.mark.parametrize("language", OTHERS)
def test_no_reason_stays_english_in_another_language(language: str) -> None:
    every = [
        *(event(Kind.UPDATED, reason) for reason in REASONS),
        event(Kind.OPENED, f"{PARTED} anna", grouping=RULED),
        event(Kind.UPDATED, f"{JOINED} anna", grouping=RULED),
        event(Kind.CLOSED, f"{JOINED} anna to 0123456789", grouping=RULED),
        event(Kind.UPDATED, f"{PARTED} anna", grouping=RULED),
        event(Kind.CLOSED, "quiet for 48 hours", window_hours=48),
        event(Kind.CLOSED, "quiet for 48 hours"),
        event(Kind.OPENED, f"{REMINDER} 2"),
        killed(Status.CANCELED),
        killed(Status.WITHHELD),
    ]
    told = [reason_line(one, language) for one in every]
    assert len(set(told)) == len(every)
    for one, said in zip(every, told, strict=True):
        assert said
        assert said != one.reason
        assert not {"by", "the", "still", "outlet", "hours"} & set(said.split())
        assert reason_line(one, "en") == one.reason


def test_who_took_a_story_back_and_who_tells_it_still_is_named_in_french() -> None:
    assert card(killed(Status.CANCELED), "fr").reason == (
        "annulée par Mekong Courier, toujours rapportée par Bayon Wire, Delta News, Gulf Post"
        " et 1 autre"
    )


@pytest.mark.parametrize("language", OTHERS)
def test_who_joined_and_who_parted_alerts_is_named_in_every_language(language: str) -> None:
    for kind, reason in (
        (Kind.OPENED, f"{PARTED} anna"),
        (Kind.UPDATED, f"{PARTED} anna"),
        (Kind.WITHDRAWN, f"{PARTED} anna"),
        (Kind.CLOSED, f"{PARTED} anna"),
        (Kind.UPDATED, f"{JOINED} anna"),
        (Kind.CLOSED, f"{JOINED} anna to 0123456789"),
    ):
        told = reason_line(event(kind, reason, grouping=RULED), language)
        assert "anna" in told
        assert told != reason
        # Records of the first release name the person in their English sentence alone.
        before = reason_line(event(kind, reason, grouping=Grouping(bond=Bond.RULING)), language)
        assert before == told.replace("anna", say(language)("somebody"))


def test_for_how_long_an_alert_was_quiet_is_said_in_every_language() -> None:
    quiet = [event(Kind.CLOSED, "...", window_hours=hours) for hours in (1, 48)]
    assert [reason_line(one, "fr") for one in quiet] == [
        "rien de nouveau depuis 1 heure",
        "rien de nouveau depuis 48 heures",
    ]
    assert "48" in reason_line(quiet[1], "km")


def test_a_reason_or_change_of_a_later_release_is_shown_as_it_came() -> None:
    mood = Change(what="mood", before="", after="calm")
    later = event(Kind.UPDATED, "seen by a satellite", changes=(mood,))
    assert card(later, "fr").reason == "seen by a satellite"
    assert card(later, "fr").changes == ("mood : calm",)


def test_what_changed_is_named_in_french_around_the_words_of_the_stories() -> None:
    changed = event(
        Kind.UPDATED,
        notify_rules.NEW_FACT,
        changes=(
            Change(what="figures", before="3", after="9"),
            Change(what="act", before="announced", after="strike"),
            Change(what="names", before="Hartley", after=""),
        ),
    )
    assert card(changed, "fr").changes == (
        "chiffres : 3 → 9",
        "acte : annoncé → strike",
        "noms : Hartley (n'y est plus)",
    )
