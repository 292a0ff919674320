# ruff: noqa: RUF001 - Greek and Ukrainian letters are meant
"""The same news in the languages of the region, and country names in those beyond."""

import pytest
from msgspec.structs import replace

from streams.model.tags import Relation
from streams.tagging import tag
from streams.tagging.language import detect
from tests.support.samples import sample_story

DRILL = {
    "en": "US and Cambodia resume joint military exercises",
    "fr": "Les États-Unis et le Cambodge reprennent leurs exercices militaires après huit ans",
    "zh": "美国和柬埔寨恢复联合军演",
    "km": "អាមេរិក និងកម្ពុជា ចាប់ផ្តើមសមយុទ្ធយោធាឡើងវិញ",
    "vi": "Mỹ và Campuchia nối lại diễn tập quân sự chung sau tám năm",
    "th": "สหรัฐฯ และกัมพูชากลับมาซ้อมรบร่วมกันอีกครั้ง",
}
CHINA = {
    "fr": "Le Cambodge, trop proche de Pékin : la présence chinoise à la base navale inquiète",
    "zh": "柬埔寨依赖中国贷款，港口由中资企业修建",
    "km": "កម្ពុជា ទទួលវិនិយោគចិន និងកម្ចីពីចិន",
    "vi": "Campuchia trước ảnh hưởng của Trung Quốc và đầu tư của Trung Quốc vào cảng biển",
    "th": "กัมพูชากับอิทธิพลของจีนและเงินกู้จากจีน",
}
RIGHTS = {
    "fr": "Droits de l'homme : le Cambodge emprisonne des opposants et ferme un journal",
    "zh": "柬埔寨人权团体呼吁释放政治犯",
    "km": "អង្គការសិទ្ធិមនុស្ស អំពាវនាវឱ្យដោះលែងសកម្មជន",
    "vi": "Tổ chức nhân quyền kêu gọi Campuchia trả tự do cho tù nhân chính trị",
    "th": "องค์กรสิทธิมนุษยชนเรียกร้องให้ปล่อยนักโทษการเมือง",
}
NAMES = {
    "es": "Estados Unidos y Camboya firman un acuerdo en la capital del país asiático",
    "pt": "Os Estados Unidos e o Camboja assinam um acordo na capital do país asiático",
    "de": "Die Vereinigten Staaten und Kambodscha unterzeichnen ein Abkommen in der Hauptstadt",
    "ru": "США и Камбоджа подписали соглашение",
    "ar": "الولايات المتحدة وكمبوديا توقعان اتفاقا",
    "id": "Amerika Serikat dan Kamboja menandatangani perjanjian di ibu kota negara itu",
    "lo": "ສະຫະລັດ ແລະ ກຳປູເຈຍ ເຊັນສັນຍາ",
    "my": "အမေရိကန်နှင့် ကမ္ဘောဒီးယား သဘောတူညီ",
    "ja": "米国とカンボジアが合意",
    "ko": "미국과 캄보디아가 합의했다",
    "it": "Gli Stati Uniti e la Cambogia firmano un accordo nella capitale del paese asiatico",
    "nl": "De Verenigde Staten en Cambodja tekenen een akkoord in de hoofdstad van het land",
    "pl": "Stany Zjednoczone podpisały porozumienie z rządem Kambodży w stolicy kraju",
    "tr": "Amerika Birleşik Devletleri ile Kamboçya ülkenin başkentinde anlaşma imzaladı",
    "hi": "अमेरिका और कंबोडिया ने समझौते पर हस्ताक्षर किए",
    "tl": "Lumagda ang Estados Unidos at Kambodya sa isang kasunduan sa kabisera ng bansa",
}
SHORT = {
    "it": "Gli Usa consegnano armi al governo di Phnom Penh: accordo cambogiano con il Pentagono",
    "nl": "Amerikaanse soldaten zijn in Cambodja geland voor een oefening met het leger van de VS",
    "pl": "Amerykańscy żołnierze są w Kambodży na ćwiczeniach, powiedział rzecznik USA",
    "tr": "ABD askerleri ortak tatbikat için Kamboçya'ya gitti, bakanlık sözcüsü dedi",
    "hi": "अमेरिकी सैनिक अभ्यास के लिए कंबोडिया पहुंचे",
    "tl": "Dumating sa Cambodia ang mga sundalong Amerikano para sa pagsasanay ng dalawang hukbo",
}
CAPITALS = {
    "de": ("Laut Warschau hat die Regierung in Moskau die Gespräche mit Prag abgesagt", "CZ PL RU"),
    "es": ("Moscú y Varsovia retoman las conversaciones sobre la frontera", "PL RU"),
    "pt": ("Moscovo e Varsóvia retomam as conversas sobre a fronteira depois de anos", "PL RU"),
    "it": ("Mosca e Varsavia, con Atene, riprendono i colloqui sul confine", "GR PL RU"),
    "nl": ("Boekarest en Warschau hervatten de gesprekken over de grens na jaren stilte", "PL RO"),
    "pl": ("Rozmowy Teheranu z Budapesztem o granicy po latach milczenia", "HU IR"),
    "tr": ("Varşova ile Tahran, yıllar sonra sınır görüşmelerine yeniden başlıyor", "IR PL"),
    "id": ("Pemerintah di Moskwa dan Warsawa melanjutkan pembicaraan tentang perbatasan", "PL RU"),
    "ru": ("В Тегеране и Варшаве возобновляют переговоры о границе", "IR PL"),
    "ar": ("طهران ودمشق تستأنفان المحادثات بشأن الحدود", "IR SY"),
    "ja": ("モスクワとワルシャワ、国境をめぐる協議を再開", "PL RU"),
    "ko": ("모스크바와 바르샤바, 국경 협상 재개", "PL RU"),
}
UNSUPPORTED = {
    "sv": "USA och Kambodja har skrivit under ett avtal om gemensamma övningar i huvudstaden",
    "cs": "Spojené státy a Kambodža podepsaly dohodu o společném cvičení v hlavním městě",
    "fi": "Yhdysvallat ja Kambodža allekirjoittivat sopimuksen yhteisistä harjoituksista",
    "ro": "Statele Unite și Cambodgia au semnat un acord privind exercițiile comune în capitală",
    "el": "Οι Ηνωμένες Πολιτείες και η Καμπότζη υπέγραψαν συμφωνία",
    "he": "ארצות הברית וקמבודיה חתמו על הסכם",
    "bn": "যুক্তরাষ্ট্র ও কম্বোডিয়া চুক্তি স্বাক্ষর করেছে",
    "uk": "Сполучені Штати і Камбоджа підписали угоду про спільні навчання в столиці країни",
    "fa": "آمریکا و کامبوج در پایتخت این کشور توافق‌نامه‌ای درباره گفتگو و همکاری امضا کردند",
}


@pytest.mark.parametrize("language", DRILL)
def test_a_drill_is_told_in_every_language_of_the_region(language: str) -> None:
    tags = tag(sample_story(headline=DRILL[language], body=""))
    assert tags.language == language
    (pair,) = (pair for pair in tags.pairs if pair.name == "KH-US")
    assert pair.relation is Relation.BETWEEN
    assert pair.score >= 0.5
    assert "defense" in {topic.slug for topic in tags.topics if topic.score >= 0.5}


@pytest.mark.parametrize("language", CHINA)
def test_so_are_ties_with_china(language: str) -> None:
    tags = tag(sample_story(headline=CHINA[language], body=""))
    assert {"CN", "KH"} <= {country.code for country in tags.countries}
    assert "china-ties" in {topic.slug for topic in tags.topics if topic.score >= 0.5}


@pytest.mark.parametrize("language", RIGHTS)
def test_so_are_human_rights(language: str) -> None:
    tags = tag(sample_story(headline=RIGHTS[language], body=""))
    assert "human-rights" in {topic.slug for topic in tags.topics if topic.score >= 0.5}


@pytest.mark.parametrize("language", NAMES)
def test_names_are_known_beyond_the_region(language: str) -> None:
    story = sample_story(headline=NAMES[language], body="")
    assert {"KH", "US"} <= {country.code for country in tag(story).countries}
    assert detect(story) in {language, "ms"}  # Indonesian and Malay hardly differ


@pytest.mark.parametrize("language", SHORT)
def test_short_forms_and_adjectives_name_countries_too(language: str) -> None:
    tags = tag(sample_story(headline=SHORT[language], body=""))
    assert tags.language == language
    assert {"KH", "US"} <= {country.code for country in tags.countries}


@pytest.mark.parametrize("language", CAPITALS)
def test_a_capital_is_known_as_its_language_spells_it(language: str) -> None:
    text, codes = CAPITALS[language]
    tags = tag(sample_story(headline=text, body=""))
    assert tags.language == language
    assert {country.code for country in tags.countries} == set(codes.split())


@pytest.mark.parametrize("language", UNSUPPORTED)
def test_a_language_without_a_lexicon_is_called_by_its_name(language: str) -> None:
    tags = tag(sample_story(headline=UNSUPPORTED[language], body=""))
    assert (tags.language, tags.unsupported) == (language, True)


@pytest.mark.parametrize("language", [*DRILL, *NAMES])
def test_the_others_are_supported(language: str) -> None:
    assert not tag(sample_story(headline={**DRILL, **NAMES}[language], body="")).unsupported


def test_an_outlet_in_such_a_language_is_believed_where_the_text_does_not_tell() -> None:
    danish = replace(sample_story(headline=UNSUPPORTED["sv"], body=""), language="da")
    assert detect(danish) in {"da", "sv"}


@pytest.mark.parametrize("text", ["प्राचीन मंदिर खुला", "चीनी महंगी हुई"])
def test_a_hindi_name_inside_a_word_is_no_name(text: str) -> None:
    """Ancient, and sugar: in both stands the name of China."""
    assert not tag(sample_story(headline=text, body="")).countries


@pytest.mark.parametrize(
    "text",
    [
        "Phiên tòa xử vụ lừa đảo bằng đô la Mỹ tại TP Mỹ Tho",
        "ราคาเป็นดอลลาร์สหรัฐ",
        "自由亚洲电台报道",
        "Une panne à 40 dollars américains",
    ],
)
def test_money_and_outlets_are_no_evidence(text: str) -> None:
    codes = {country.code for country in tag(sample_story(headline=text, body="")).countries}
    assert "US" not in codes


def test_words_of_one_language_do_not_count_in_another() -> None:
    tags = tag(sample_story(headline="Anh Nga, 24, from Duc Pho said that the lao market is shut"))
    assert not {"GB", "RU", "DE"} & {country.code for country in tags.countries}


LATIN = {
    name: {**DRILL, **NAMES}[name]
    for name in ("en", "fr", "vi", "es", "pt", "de", "id", "it", "nl", "pl", "tr", "tl")
}


@pytest.mark.parametrize("said", ["en", "fr", "de", "es", "km", None])
@pytest.mark.parametrize("language", LATIN)
def test_a_text_is_in_its_own_language_whatever_its_feed_says(
    language: str, said: str | None
) -> None:
    story = replace(sample_story(headline=LATIN[language], body=""), language=said)
    assert detect(story) in ({"id", "ms"} if language == "id" else {language})


@pytest.mark.parametrize("language", ["en", "fr", "id", "ms", "pt", "es"])
@pytest.mark.parametrize("text", ["Ream", "Xi, Biden, Hun Manet", "Kampot, Kep, Koh Kong"])
def test_of_what_does_not_tell_the_feed_is_believed(text: str, language: str) -> None:
    assert detect(replace(sample_story(headline=text, body=""), language=language)) == language


@pytest.mark.parametrize("said", ["id", "ms"])
def test_between_languages_that_hardly_differ_the_feed_decides(said: str) -> None:
    story = replace(sample_story(headline=NAMES["id"], body=""), language=said)
    assert detect(story) == said


def test_french_in_a_feed_that_says_english_is_tagged_as_french() -> None:
    french = replace(sample_story(headline=DRILL["fr"], body=""), language="en")
    tags = tag(french)
    assert {"KH", "US"} <= {country.code for country in tags.countries}
    assert "KH-US" in {pair.name for pair in tags.pairs}
    assert "defense" in {topic.slug for topic in tags.topics if topic.score >= 0.5}


@pytest.mark.parametrize(
    "text",
    ["Two surveillance planes for Hanoi", "US, Cambodia resume Angkor Sentinel"],
)
def test_a_short_headline_that_could_be_any_language_is_english(text: str) -> None:
    assert detect(sample_story(headline=text, body="")) == "en"
