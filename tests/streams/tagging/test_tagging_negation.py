"""What a negation makes of a deed, and of the end of one."""

import pytest

from tests.streams.tagging.test_tagging_stance import pair

NEGATED = [
    ("CL-PE", "Chile not to hold drills with Peru this year", "denied"),
    ("CL-PE", "No progress in Peru-Chile tariff talks", "actual"),
    ("KE-US", "No. 2 US diplomat visits Kenya", "actual"),
    ("GB-KE", "No 10 hails Kenya visit, signs UK grain deal", "actual"),
    ("CN-JP", "China not ruling out sanctions on Japan", "hypothetical"),
    ("NE-US", "No more US troops in Niger", "denied"),
    ("KE-UG", "Kenya never stopped training Ugandan troops", "actual"),
    ("CN-LK", "No Chinese warship will dock in Sri Lanka, minister says", "denied"),
    ("CN-LK", "No Chinese warships to visit Sri Lanka this year", "denied"),
    ("DE-UA", "None of Germany's tanks will go to Ukraine", "denied"),
    ("IN-NP", "India has never sold arms to Nepal", "denied"),
    ("RS-UA", "Serbia never sold shells to Ukraine, its president says", "denied"),
    ("KE-SO", "Neither Kenya nor Somalia signed the border pact", "denied"),
    ("JP-PH", "Japan did not sell the Philippines the frigates", "denied"),
    ("JP-PH", "Japan didn't train Philippine troops", "denied"),
    ("GR-TR", "Drills between Greece and Turkey won't be cancelled", "planned"),
    ("GR-TR", "Greece and Turkey won't call off their drills", "planned"),
    ("KH-US", "US will not cancel exercise with Cambodia", "planned"),
    ("CN-PK", "Pakistan's port visit by China will not be postponed", "planned"),
    ("JP-KR", "Seventy years on, veterans of Japan's war in Korea remember", "historical"),
    ("FR-VN", "Seventy years on, France remembers its defeat in Vietnam", "historical"),
    ("GB-ZA", "A century on, Britain's war in South Africa is taught anew", "historical"),
    ("DE-PL", "Poland no longer buys German tanks", "denied"),
    ("FR-ML", "France and Mali end talks without a deal", "actual"),
    ("ES-MA", "Spain cannot confirm sale of frigates to Morocco", "denied"),
    ("US-VN", "Vietnam, not the US, hosts Philippine sailors", "actual"),
    ("JP-US", "US and Japan sign pact", "actual"),
    ("KH-TH", "Thailand and Cambodia agree ceasefire", "actual"),
    ("AU-FJ", "Australia says no troops will be sent to Fiji", "denied"),
    ("CA-UA", "Canada won't send troops to Ukraine", "denied"),
    ("CA-UA", "No Canadian troops in Ukraine, says minister", "denied"),
    ("CN-SB", "Solomon Islands: there will be no Chinese base", "denied"),
    ("IN-MV", "India never had a base in the Maldives, says minister", "denied"),
    ("CN-LK", "Ningún buque chino atracará en Sri Lanka, dice el ministro", "denied"),
    ("CO-VE", "Colombia nunca vendió armas a Venezuela", "denied"),
    ("GR-TR", "Las maniobras de Grecia y Turquía no serán canceladas", "planned"),
    ("FR-ML", "La France n'a jamais vendu de chars au Mali", "denied"),
    ("CN-LK", "Aucun navire chinois n'accostera au Sri Lanka, dit le ministre", "denied"),
    ("DE-UA", "Kein deutscher Panzer wird in die Ukraine rollen", "denied"),
    ("IN-NP", "Indien hat Nepal nie Waffen verkauft", "denied"),
    ("IT-LY", "L'Italia non ha mai venduto navi alla Libia", "denied"),
    ("BR-VE", "O Brasil nunca vendeu armas à Venezuela", "denied"),
    ("ID-NL", "Nederland heeft nooit schepen aan Indonesië verkocht", "denied"),
    ("PL-UA", "Polska nigdy nie sprzedała tych czołgów Ukrainie", "denied"),
    ("RU-SY", "Россия никогда не продавала Сирии эти ракеты", "denied"),
    ("CN-ID", "Indonesia tidak pernah membeli kapal dari Tiongkok", "denied"),
    ("LA-VN", "Việt Nam chưa từng bán vũ khí cho Lào", "denied"),
    ("CN-JP", "中国从来没有向日本出售军舰", "denied"),
    ("JP-PH", "Hindi nagbenta ang Hapon ng barko sa Pilipinas", "denied"),
]


@pytest.mark.parametrize(("name", "headline", "stance"), NEGATED)
def test_what_a_negation_makes_of_a_deed_and_of_an_end(
    name: str, headline: str, stance: str
) -> None:
    """No ship docks, none was sold: denied. Drills that won't be cancelled are planned."""
    assert str(pair(name, headline).stance) == stance
