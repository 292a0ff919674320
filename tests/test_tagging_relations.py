"""How countries of a sentence meet: as parties, as speakers, as places, or not at all.

Each case is a text and the pairs that matter in it: `A-B` with the relation it must have, `no`
where it may have any but `between`, or none at all.
"""

import pytest

from streams.tagging import tag
from tests.samples import sample_story

Case = tuple[str, dict[str, str]]

ATTITUDES: list[Case] = [
    (
        "Norway voices alarm over Russian exercise with Belarus",
        {"BY-RU": "between", "BY-NO": "third_party", "NO-RU": "third_party"},
    ),
    (
        "India suspects Chinese port in Sri Lanka is for submarines",
        {"CN-LK": "between", "IN-LK": "third_party", "CN-IN": "third_party"},
    ),
    (
        "Turkey and Greece sign gas deal, drawing Egyptian anger",
        {"GR-TR": "between", "EG-GR": "third_party", "EG-TR": "third_party"},
    ),
    ("A London think tank says Iran ships drones to Sudan", {"IR-SD": "between", "GB-IR": "no"}),
    (
        "Amid concerns among Japan and others, China opens a pier in the Solomon Islands",
        {"CN-SB": "between", "JP-SB": "third_party"},
    ),
    (
        "L'accord entre le Mali et la Russie inquiète l'Algérie",
        {"ML-RU": "between", "DZ-ML": "third_party", "DZ-RU": "third_party"},
    ),
    (
        "Brasil teme que la base china en Argentina sirva para espiar, dijo un ministro",
        {"AR-CN": "between", "AR-BR": "third_party"},
    ),
    ("日本对中国与俄罗斯联合巡航表示关切", {"CN-RU": "between", "JP-RU": "third_party"}),
    (
        "Úc lo ngại thỏa thuận an ninh giữa Trung Quốc và Quần đảo Solomon",
        {"CN-SB": "between", "AU-SB": "third_party"},
    ),
    (
        "Kenyan newspaper says Uganda and Rwanda have reopened their border",
        {"RW-UG": "between", "KE-UG": "no", "KE-RW": "no"},
    ),
    (
        "Uganda and Rwanda reopen their border, raising hopes in Burundi",
        {"RW-UG": "between", "BI-UG": "third_party"},
    ),
]
ADDRESSED: list[Case] = [
    ("Norway asks Russia to explain exercise near Finland", {"NO-RU": "between"}),
    (
        "Australia warns Solomon Islands over Chinese security pact",
        {"AU-SB": "between", "AU-CN": "third_party"},
    ),
    ("Egypt presses Ethiopia on dam as Sudan looks on", {"EG-ET": "between", "EG-SD": "no"}),
    ("Israel denied entry to Colombian senators, they said", {"CO-IL": "between"}),
    (
        "La France exhorte le Niger à libérer l'ambassadeur, selon un communiqué",
        {"FR-NE": "between"},
    ),
    ("ญี่ปุ่นเรียกร้องให้เมียนมายุติความรุนแรง", {"JP-MM": "between"}),
    (
        "Poland voices concern to Hungary over its gas deal with Russia",
        {"HU-PL": "between", "HU-RU": "third_party"},
    ),
]
PLACES: list[Case] = [
    (
        "Indian and Pakistani foreign ministers meet in Uzbekistan",
        {"IN-PK": "between", "IN-UZ": "setting", "PK-UZ": "setting"},
    ),
    (
        "Russia and Ukraine hold prisoner talks in Abu Dhabi, United Arab Emirates",
        {"RU-UA": "between", "AE-RU": "setting", "AE-UA": "setting"},
    ),
    (
        "Los cancilleres de Venezuela y Guyana se reúnen en Brasil",
        {"GY-VE": "between", "BR-VE": "setting"},
    ),
    ("한국과 일본 외교장관, 라오스에서 회담", {"JP-KR": "between", "JP-LA": "setting"}),
    (
        "Die Verteidigungsminister von China und Indien treffen sich in Südafrika",
        {"CN-IN": "between", "CN-ZA": "setting"},
    ),
    (
        "Japan's prime minister, in Peru for a summit, meets the South Korean president",
        {"JP-KR": "between", "JP-PE": "setting"},
    ),
    (
        "Menteri pertahanan Australia dan Jepang bertemu di Singapura untuk membahas latihan",
        {"AU-JP": "between", "AU-SG": "setting"},
    ),
    ("Qatar receives Rwandan president ahead of talks with Congo", {"QA-RW": "between"}),
    (
        "The Armenian and Azerbaijani leaders joined talks in Georgia, which hosts the summit",
        {"AM-AZ": "between", "AM-GE": "setting"},
    ),
    ("Spain's king flies to Morocco to meet King Mohammed", {"ES-MA": "between"}),
]
CROWDS: list[Case] = [
    (
        "Peru beats Chile while Spain tops Poland in handball",
        {"CL-PE": "between", "ES-PL": "between", "ES-PE": "no", "CL-PL": "no"},
    ),
    (
        "Flights from Peru to Chile cancelled; Bolivia and Ecuador report floods",
        {"BO-CL": "no", "EC-PE": "no"},
    ),
    (
        "Japan signs pacts with Kenya and Ghana",
        {"JP-KE": "between", "GH-JP": "between"},
    ),
]
PEOPLE: list[Case] = [
    ("Somali refugee elected mayor in Maine town", {"SO-US": "no"}),
    ("Vietnamese-born chef wins award in Australia", {"AU-VN": "no"}),
    ("British artist of Ghanaian descent shows in Berlin gallery", {"GB-GH": "no", "DE-GH": "no"}),
    ("French army sergeant, born in Senegal, retires", {"FR-SN": "no"}),
    ("HMS Jamaica sails from Portsmouth with British crew", {"GB-JM": "no"}),
    ("Peruvian immigrants in Spain open a radio station", {"ES-PE": "no"}),
]
CAPITALS: list[Case] = [
    ("JOIN US AT THE NAVY PARADE IN MANILA", {"PH-US": "no"}),
    ("KENYA AND US SIGN TRADE PACT", {"KE-US": "between"}),
    ("GHANA'S CHIEF: GOD HELP US ALL", {"GH-US": "no"}),
]
CASES = [*ATTITUDES, *ADDRESSED, *PLACES, *CROWDS, *PEOPLE, *CAPITALS]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_how_countries_of_a_sentence_meet(text: str, wanted: dict[str, str]) -> None:
    as_headline = sample_story(headline=text, body="")
    as_lead = sample_story(headline="", body=text)
    for story in (as_headline, as_lead):
        found = {pair.name: str(pair.relation) for pair in tag(story).pairs}
        for name, relation in wanted.items():
            if relation == "no":
                assert found.get(name) != "between"
            else:
                assert found.get(name) == relation
