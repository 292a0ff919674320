"""Which topics a text is on."""

import pytest

from streams.contract.codec import decode
from streams.model.tags import TopicRole, TopicTag
from streams.tagging import tag
from tests.support.samples import sample_story


def topics(headline: str, body: str = "") -> set[str]:
    found = tag(sample_story(headline=headline, body=body)).topics
    return {topic.slug for topic in found if topic.role is TopicRole.MAIN}


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Navy ships arrive for a joint exercise", "defense"),
        ("Cambodia, US navies to train together off Sihanoukville", "defense"),
        ("Hun Manet hosts US Indo-Pacific commander", "defense"),
        ("Defence minister signs arms deal", "defense"),
        ("The Pentagon lifts an arms embargo", "defense"),
        ("Cambodia leans on Chinese loans for its ports", "china-ties"),
        ("Laos in a debt trap, says report on the Belt and Road", "china-ties"),
        ("China's base in Cambodia worries neighbours", "china-ties"),
        ("Court jails opposition leader for treason", "human-rights"),
        ("Rights groups decry crackdown on journalists", "human-rights"),
    ],
)
def test_is_found(headline: str, slug: str) -> None:
    assert slug in topics(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Defense attorney rests her case",
        "Defence lawyers for the banker appeal",
        "Salvation Army opens a kitchen",
        "A title defense in straight sets",
        "Bragging rights for the derby winners",
        "Studio buys the film rights",
        "Airline wins landing rights",
        "China opens its longest bridge",
        "Chinese restaurant wins a star",
        "Bakers up in arms over flour",
    ],
)
def test_is_no_topic(headline: str) -> None:
    assert topics(headline) == set()


def test_ties_to_china_need_china_and_another_country_in_the_sentence() -> None:
    assert topics("Loans and ports, ties and influence") == set()
    assert topics("China grows its influence by ports, loans and ties") == set()
    assert topics("China grows its influence in Laos by ports, loans and ties") == {"china-ties"}


def test_what_china_does_with_hong_kong_is_at_home() -> None:
    assert "china-ties" not in topics("China and Hong Kong sign extradition treaty")
    assert "china-ties" in topics("China and Laos sign extradition treaty")


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("Journalist shot dead outside her home", {"human-rights"}),
        ("Journalist wins a cooking prize", set()),
        ("Missile brings down a drone: the jet was shot down", {"defense"}),
        ("Bill shot down in committee", set()),
        ("Police free 40 from scam compound", {"human-rights"}),
        ("Scam compound's owner buys a yacht", set()),
    ],
)
def test_a_cue_may_need_a_word_near_it(headline: str, found: set[str]) -> None:
    assert topics(headline) == found


def test_background_makes_no_topic_of_a_long_story() -> None:
    said = "Rights groups spoke of human rights and of political prisoners."
    rest = "The chef stirred the soup and spoke of onions for an hour. " * 60
    assert topics("A soup", rest + said) == set()
    assert topics("A soup", said + rest) == {"human-rights"}


@pytest.mark.parametrize("times", [6, 12, 30, 100])
def test_what_only_the_background_says_is_a_background_topic(times: int) -> None:
    """However short the text, and however much of it."""
    soup = "The chef stirred the soup and spoke of onions for an hour. "
    rest = (
        "Rights groups spoke of human rights, of torture and of political prisoners, and asked "
        "for press freedom. The army held military exercises with warships near an air base, and "
        "the defense minister spoke of artillery. Tariffs hit exports, and trade talks stalled."
    )
    found = tag(sample_story(headline="A soup", body=soup * times + rest)).topics
    assert {topic.slug for topic in found} == {"human-rights", "defense", "trade"}
    assert {topic.role for topic in found} == {TopicRole.BACKGROUND}
    assert max(topic.score for topic in found) < 0.5


def test_a_main_topic_is_one_of_half_a_score_or_more() -> None:
    body = "The army held a drill. " + "Much was said. " * 30 + "There were tanks and artillery."
    for headline in ("Army", "A drill", "Prison", "Rights groups decry a law", "China and Laos"):
        for topic in tag(sample_story(headline=headline, body=body)).topics:
            assert (topic.role is TopicRole.MAIN) == (topic.score >= 0.5)


def test_a_topic_of_an_earlier_release_is_main() -> None:
    assert decode(b'{"slug":"trade","score":0.7,"spans":[]}', TopicTag).role is TopicRole.MAIN


def test_slight_cues_alone_make_no_topic() -> None:
    assert topics("Protest, arrest, prison: justice, equality and election", "Rights.") == set()


def test_the_same_cue_again_adds_less() -> None:
    def score(body: str) -> float:
        return tag(sample_story(headline="Notes", body=body)).topics[0].score

    once, twice, two_cues = (
        score("An army."),
        score("An army. The army."),
        score("An army. A navy."),
    )
    assert once < twice < two_cues


def test_a_cue_shows_the_whole_word() -> None:
    (topic,) = tag(sample_story(headline="Two airbases close", body="")).topics
    assert topic.spans[0].surface == "airbases"
    assert topic.spans[0].entry == "airbase"


@pytest.mark.parametrize(
    "headline",
    [
        "American radar for Peru",
        "Peru gets two C-130s from Canada",
        "Black Hawks delivered to Manila",
        "Humvees and M113s arrive in Nairobi",
        "Lawmakers clear sale of Javelins to Estonia",
        "Coastal radar for the Philippine navy",
        "Two surveillance planes for Hanoi",
        "Howitzers and drones for Taiwan",
        "USS Spruance calls at Da Nang",
        "JS Izumo docks in Colombo",
        "KRI Bima Suci sails into Darwin",
        "HMAS Anzac visits Suva",
        "Oregon National Guard visits its partners in Hanoi",
        "Ohio renews State Partnership with Serbia",
        "Laos to be cleared of mines by 2035",
        "Mine-clearing funds dry up",
        "Deminers return to the hills",
        "Defence dialogue opens in Delhi",
        "Defense consultations resume after five years",
        "Defense partnership with Japan deepens",
        "Defence roadmap signed",
        "Defense collaboration widens",
        "Le dialogue de défense reprend entre Paris et Hanoï",
        "Việt Nam và Ấn Độ đối thoại quốc phòng",
        "中越举行防务对话",
        "ไทยส่งมอบรถหุ้มเกราะให้ลาว",
        "កម្ពុជាបោសសម្អាតមីននៅតាមព្រំដែន",
    ],
)
def test_materiel_port_calls_mines_and_defence_diplomacy_are_defense(headline: str) -> None:
    assert "defense" in topics(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Mayor vows to combat litter",
        "Ministers agree to combat dengue together",
        "Washington and Brussels reach a trade truce",
        "Insanity defense fails in murder trial",
        "Javelin gold for Kenya",
        "New radar to catch speeding drivers",
        "Gold mines reopen in Ghana",
        "Drone show lights up the harbour",
        "US Navy veteran opens a doughnut shop",
        "Soldier's daughter joins the army band",
        "Le radar routier le plus bavard du pays",
        "Trêve hivernale pour les locataires",
    ],
)
def test_verbs_sport_courts_and_roads_are_not_defense(headline: str) -> None:
    assert "defense" not in topics(headline)


def test_defense_trade_is_no_trade() -> None:
    assert topics("Defence trade with Poland doubles") == {"defense"}


@pytest.mark.parametrize(
    "headline",
    [
        "Estados Unidos levanta el embargo de armas a Camboya",
        "Estados Unidos e Camboja retomam os exercícios militares",
        "USA heben das Waffenembargo gegen Kambodscha auf",
        "Gli Stati Uniti tolgono l'embargo sulle armi alla Cambogia",
        "Kapal perang Amerika Serikat berlabuh di pelabuhan Kamboja",
        "США и Камбоджа возобновят военные учения",
        "米国防長官がカンボジアを訪問、合同演習の再開を協議",
        "미 국방장관 캄보디아 방문, 연합훈련 재개 논의",
        "وزير الدفاع الأمريكي يزور كمبوديا لبحث المناورات العسكرية",
        "ABD ve Laos ortak tatbikat düzenliyor",
        "De Verenigde Staten en Cambodja hervatten militaire oefeningen",
        "Stany Zjednoczone i Kambodża wznowią wspólne ćwiczenia",
        "अमेरिका और कंबोडिया फिर सैन्य अभ्यास करेंगे",
        "ກອງທັບເຮືອກຳປູເຈຍຕ້ອນຮັບກຳປັ່ນຮົບອາເມລິກາ",
    ],
)
def test_defense_is_found_in_every_language_with_country_names(headline: str) -> None:
    assert "defense" in topics(headline)


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Crece la presión por los presos políticos en Nicaragua", "human-rights"),
        ("Regimekritiker nach Folter freigelassen", "human-rights"),
        ("米国、カンボジアの人権状況を批判", "human-rights"),
        ("캄보디아 인권 단체, 고문 의혹 조사 촉구", "human-rights"),
        ("Un terremoto sacude el sur del Perú", "disaster"),
        ("Alluvione in Romagna, migliaia di sfollati", "disaster"),
        ("Banjir merendam ribuan rumah di Sulawesi", "disaster"),
        ("زلزال يضرب المغرب", "disaster"),
        ("Bruselas y Brasil firman el acuerdo comercial", "trade"),
        ("Zölle auf Stahl: Brüssel droht Washington", "trade"),
        ("米国、カンボジアに新たな関税", "trade"),
        ("Россия ввела пошлины на импорт вина", "trade"),
    ],
)
def test_the_other_topics_speak_more_languages_too(headline: str, slug: str) -> None:
    assert slug in topics(headline)
