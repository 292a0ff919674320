"""Cues of each language count in texts in it, and those of one say nothing in another."""

import pytest
from msgspec.structs import replace

from streams.tagging import Tagger, tag
from streams.tagging.topic_file import CueTable, TopicFile
from tests.support.folders import DATA
from tests.support.samples import sample_story

TOPICS = {"d": {"defense"}, "h": {"human-rights"}, "-": set()}
ROWS = [
    line.split(" | ")
    for line in (DATA / "cues_in_languages.txt").read_text("utf-8").splitlines()
    if " | " in line
]


@pytest.mark.parametrize(("language", "mark", "headline"), ROWS)
def test_cues_of_a_language(language: str, mark: str, headline: str) -> None:
    tags = tag(replace(sample_story(headline=headline, body=""), language=language))
    main = {topic.slug for topic in tags.topics if not topic.background}
    assert tags.language in {language, "ms" if language == "id" else language}
    assert (main >= TOPICS[mark]) if TOPICS[mark] else not main


@pytest.mark.parametrize(
    "headline",
    [
        "Detienen a tres hombres por robo a mano armada en un banco de Madrid",
        "Assalto à mão armada assusta clientes de padaria no centro da cidade",
        "Armada bus baru tiba di terminal, sopir dilatih sebulan penuh",
        "Cholera, znowu spóźniony tramwaj, skarżą się pasażerowie w Łodzi",
        "Fyra bomber i fiskehamnen lagas innan sommaren, säger hamnchefen på ön",
    ],
)
def test_an_english_word_is_another_one_elsewhere(headline: str) -> None:
    """An armed hand, a fleet of buses, a curse, the booms of cranes."""
    assert not tag(sample_story(headline=headline, body="")).topics


@pytest.mark.parametrize(
    "headline",
    [
        "Le Kenya commande des F-16 pour son aviation, dit le ministre",
        "Filipinas y Australia ensayan Balikatan en la isla de Luzón",
        "Polska kupi HIMARS od Stanów Zjednoczonych, mówi premier",
        "Việt Nam và Campuchia xem Angkor Sentinel từ xa",
    ],
)
def test_names_count_in_every_language(headline: str) -> None:
    assert "defense" in {t.slug for t in tag(sample_story(headline=headline, body="")).topics}


def test_a_word_of_an_operator_without_a_language_counts_in_every_language() -> None:
    fish = TopicFile(slug="fish", title="Fish", cue=(CueTable(points=2.0, words=("tilapia",)),))
    story = sample_story(headline="Le prix du tilapia double au marché de la capitale", body="")
    assert "fish" in {topic.slug for topic in Tagger((fish,)).tag(story).topics}
