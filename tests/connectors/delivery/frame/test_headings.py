"""The words around several events, in each language that there is."""

import re

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from connectors.delivery.frame.catalogue import LANGUAGES
from connectors.delivery.frame.headings import DIGESTS, heading
from connectors.delivery.frame.reasons import ANNOUNCED, CHANGES, REASONS
from connectors.delivery.routing.preferences import HOUR, Period, Preferences
from connectors.delivery.routing.records import Held
from streams.model.alert import AlertEvent
from tests.support.folders import ROOT
from tests.support.samples import sample_alert, sample_story

PLACES = re.compile(r"\{\w+\}")
OTHERS = [language for language in LANGUAGES if language != "en"]


def events(count: int) -> list[AlertEvent]:
    return [sample_alert(sample_story(str(number))) for number in range(count)]


@pytest.mark.parametrize(
    ("language", "title", "note"),
    [
        ("en", "Daily digest", "2 alerts"),
        ("fr", "Résumé du jour", "2 alertes"),
        ("km", "សេចក្តីសង្ខេបប្រចាំថ្ងៃ", "ការជូនដំណឹង 2"),
        ("xx", "Daily digest", "2 alerts"),
    ],
)
def test_a_digest_is_headed_in_the_language_of_who_gets_it(
    language: str, title: str, note: str
) -> None:
    asked = Preferences(digest=Period.DAILY, language=language)
    assert heading(Held.DIGEST, events(2), asked) == (title, note)


@pytest.mark.parametrize("why", [Held.DIGEST, Held.HOURLY_CAP, Held.COOLDOWN])
def test_what_waited_for_something_asked_for_no_more_is_headed_by_what_it_tells(why: Held) -> None:
    asked = Preferences(group_wait=30.0)
    assert heading(why, events(2), asked) == heading(Held.GROUP_WAIT, events(2), asked)


def test_how_many_more_came_names_the_time() -> None:
    assert (
        heading(Held.COOLDOWN, events(1), Preferences(cooldown=HOUR))[1]
        == "1 more in the last hour"
    )
    french = Preferences(cooldown=2 * HOUR, language="fr")
    assert heading(Held.COOLDOWN, events(3), french)[1] == "3 de plus en 2\N{NO-BREAK SPACE}heures"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_a_translation_with_the_same_places(language: str) -> None:
    found = set()
    for path in sorted((ROOT / "connectors" / "delivery").rglob("*.py")):
        found |= {_first(texts) for _, texts, _, _ in extract_from_file("python", str(path))}
    for path in sorted((ROOT / "connectors" / "delivery").rglob("*.jinja")):
        found |= {_first(texts) for _, texts, _, _ in extract_from_file("jinja2", str(path))}
    folder = ROOT / "connectors" / "delivery" / "frame"
    with folder.joinpath("locale", f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = {_first(message.id): message.string for message in catalogue if message.id}
    assert known.keys() == found | set(DIGESTS.values()) | REASONS | CHANGES | {ANNOUNCED}
    for text, said in known.items():
        for form in [said] if isinstance(said, str) else said or [""]:
            assert form
            assert set(PLACES.findall(form)) == set(PLACES.findall(text))


def _first(texts: str | tuple[str, ...] | list[str]) -> str:
    return texts if isinstance(texts, str) else texts[0]
