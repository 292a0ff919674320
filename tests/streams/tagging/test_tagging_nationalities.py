# ruff: noqa: RUF001 - Russian letters are meant
"""Nationality adjectives in their forms, at a sentence's beginning too; words that look alike."""

import pytest

from streams.model.tags import Relation
from streams.tagging import tag
from tests.support.samples import sample_story

ADJECTIVES = [
    ("KH-TH", "Thailändische Truppen beschießen ein kambodschanisches Dorf"),
    ("JP-PH", "Japanische Marine hilft philippinischer Küstenwache"),
    ("CO-VE", "Venezolanische und kolumbianische Soldaten treffen sich am Grenzfluss"),
    ("KH-TH", "Tropas camboyanas y tailandesas se enfrentan en la frontera"),
    ("ET-KE", "Etíopes y kenianos, los dos ejércitos vigilan juntos la frontera"),
    ("LK-PK", "Esrilanquesa y paquistaní, las dos armadas navegan juntas"),
    ("KH-US", "Soldados cambojanos e americanos treinam juntos na costa"),
    ("AO-CD", "Tropas angolanas e congolesas patrulham juntas o rio"),
    ("KH-US", "Камбоджийские войска провели учения вместе с американскими солдатами"),
    ("DE-UA", "Немецкие танки прибыли на украинскую границу"),
    ("JP-PH", "Японский флот помогает филиппинской береговой охране"),
    ("KH-US", "قوات كمبودية وأمريكية تجري تدريبات مشتركة"),
    ("KH-TH", "الجيش التايلاندي يقصف قرية كمبودية"),
    ("JP-PH", "Filipińska i japońska marynarka ćwiczą razem"),
    ("AR-CL", "Argentyńscy i chilijscy żołnierze ćwiczą razem w górach"),
    ("JP-PH", "Filipijnse en Japanse marine oefenen samen in de zee"),
    ("AO-CD", "Angolese en Congolese troepen bewaken samen de rivier"),
    ("GR-MT", "Marinai greci e maltesi pattugliano insieme il mare"),
    ("JP-PH", "Filipinli ve Japon denizciler birlikte tatbikat yaptı"),
    ("JP-PH", "फिलीपीनी और जापानी नौसेना ने साथ अभ्यास किया"),
    ("JP-PH", "Nagsanay ang mga sundalong Hapones at Pilipino sa Luzon"),
]


@pytest.mark.parametrize(("name", "headline"), ADJECTIVES)
def test_adjectives_of_a_nationality_tie_as_names_do(name: str, headline: str) -> None:
    pairs = {
        pair.name: pair.relation for pair in tag(sample_story(headline=headline, body="")).pairs
    }
    assert pairs == {name: Relation.BETWEEN}


def test_an_adjective_that_is_spelt_like_the_name_counts_once() -> None:
    story = sample_story(headline="Armenia firma la paz con su vecino del este, dice el ministro")
    (country,) = (c for c in tag(story).countries if c.code == "AM")
    assert [span.surface for span in country.spans] == ["Armenia"]


EVERYDAY = {
    "id": "Lima orang tewas dalam banjir di Jawa, Anda harus tahu",
    "fr": "Réunion de crise au ministère après la panne d'électricité",
    "es": "Antigua fábrica de textiles se convierte en museo de la colonia",
    "pl": "Dane o bezrobociu są lepsze od oczekiwań, podał urząd",
    "tr": "Mali müşavirler odası seçime gidiyor, karar bugün çıkacak",
    "tl": "Mali ang desisyon ng korte, sabi ng abogado ng mga magsasaka",
    "vi": "Thai phụ được cứu sống sau vụ tai nạn giao thông",
    "it": "Modi di dire e proverbi della nonna che nessuno conosce",
    "pt": "Praia lotada no primeiro domingo de sol do mês",
    "nl": "Welkom in de nieuwe bibliotheek, zegt de burgemeester",
    "ar": "وزير التعليم يدعو إلى التركيز على الجودة",
    "ko": "부활절에 그리스도의 삶을 노래하다",
}
PLACES = [
    ("PE", "Perú: un terremoto en Lima deja tres muertos y veinte heridos"),
    ("ML", "Mali'de darbe: ordu yönetime el koydu, sınırlar kapandı"),
    ("PE", "Gempa di Lima: pemerintah Peru mengirim bantuan ke ibu kota negara itu"),
]
SEAS_AND_MONEY = [
    ("CN", "Посол рассказал о судоходстве: Южно-Китайское море спокойно"),
    ("US", "Konzern verliert hundert Millionen US-Dollar in einem Jahr"),
    ("US", "Ministros latino-americanos discutem a seca na região"),
    ("IN", "Statek zaginął: Ocean Indyjski przeszukują trzy samoloty"),
    ("CN", "Storm boven de Zuid-Chinese Zee houdt schepen in de haven"),
]


@pytest.mark.parametrize("language", EVERYDAY)
def test_an_everyday_word_that_is_a_place_elsewhere_names_no_country(language: str) -> None:
    tags = tag(sample_story(headline=EVERYDAY[language], body=""))
    assert tags.language == language
    assert {country.code for country in tags.countries} <= {"ID"}  # Java


@pytest.mark.parametrize(("code", "headline"), PLACES)
def test_beside_the_country_or_with_a_name_s_ending_it_does(code: str, headline: str) -> None:
    assert code in {c.code for c in tag(sample_story(headline=headline, body="")).countries}


@pytest.mark.parametrize(("code", "headline"), SEAS_AND_MONEY)
def test_seas_continents_and_money_hide_adjectives(code: str, headline: str) -> None:
    assert code not in {c.code for c in tag(sample_story(headline=headline, body="")).countries}
