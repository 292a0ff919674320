"""The same news in the languages of the region, and country names in those beyond."""

import pytest
from msgspec.structs import replace

from streams.tagging import tag
from streams.tagging.language import detect
from streams.tags import Relation
from tests.samples import sample_story

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


LATIN = {name: {**DRILL, **NAMES}[name] for name in ("en", "fr", "vi", "es", "pt", "de", "id")}


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
