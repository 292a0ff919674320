"""Stories of the archive by words of many scripts, and by what they are about."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams.model.story import Story, story_version
from streams.model.tags import Relation, TaggedStory
from tests.support.archived import archive
from tests.support.samples import NOON, sample_alert, sample_story, sample_tagged, sample_tags
from wirewatch.archive import queries, story_search
from wirewatch.archive.queries import ArchiveError
from wirewatch.archive.rows import StoryQuery

TEXTS = {
    "km": "ក្រសួងការពារជាតិ\u200bបានជួប\u200bជាមួយ\u200bគណៈប្រតិភូ\u200bអាមេរិក",
    "th": "รัฐมนตรีกลาโหมพบคณะผู้แทนสหรัฐที่กรุงพนมเปญ",
    "lo": "ກະຊວງປ້ອງກັນປະເທດພົບຄະນະຜູ້ແທນຈີນ",
    "my": "ကာကွယ်ရေးဝန်ကြီးဌာနက ထုတ်ပြန်သည်",
    "zh": "柬埔寨国防部长会见中国代表团",
    "ja": "カンボジア国防相が東京を訪問",
    "hi": "रक्षा मंत्री ने सेना से भेंट की",
    "ar": "وزير الدفاع يلتقي وفدًا أمريكيًا",
    "fr": "Le ministre de la Défense reçoit une délégation à Phnom Penh",
    "en": "The U.S. ambassador said \u201cno comment\u201d on the F-16 sale",
}


def told(name: str, headline: str, *, minutes: int = 0, **more: object) -> Story:
    one = sample_story(name, headline=headline, body=str(more.pop("body", "")))
    seen = NOON + timedelta(minutes=minutes)
    return msgspec.structs.replace(one, first_seen=seen, **more)


def untagged(story: Story) -> TaggedStory:
    tags = msgspec.structs.replace(
        sample_tags(sample_story()), language=None, countries=(), pairs=(), topics=()
    )
    return msgspec.structs.replace(sample_tagged(), story=story, tags=tags)


def found(data: Path, **query: object) -> list[str]:
    with queries.reading(data) as db:
        return [row.headline for row in story_search.stories(db, StoryQuery(**query))]  # type: ignore[arg-type] # the tests' own keywords


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("archive")
    archive(data, [untagged(told(name, text, language=name)) for name, text in TEXTS.items()])
    return data


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("ការពារជាតិ", "km"),
        ("បានជួបជាមួយ", "km"),  # the text has marks for breaking lines between these
        ("អា", "km"),
        ("กลาโหม", "th"),
        ("พนมเปญ", "th"),
        ("ປ້ອງກັນ", "lo"),
        ("ဝန်ကြီးဌာန", "my"),
        ("国防部", "zh"),
        ("中国", "zh"),
        ("国防部 代表团", "zh"),
        ("国防部*", "zh"),
        ("東京", "ja"),
        ("訪", "ja"),
        ("ｶﾝﾎﾞｼﾞｱ", "ja"),  # half as wide
        ("सेना", "hi"),
        ("وفدا", "ar"),  # written without vowels
        ("defense delegation", "fr"),
        ("DÉFENSE", "fr"),
        ('"phnom penh"', "fr"),
        ("deleg*", "fr"),
        ("f-16", "en"),
        ("U.S.", "en"),
    ],
)
def test_a_word_of_any_script_is_found_whatever_its_length(
    many: Path, words: str, language: str
) -> None:
    assert found(many, words=words) == [TEXTS[language]]


@pytest.mark.parametrize(
    "words", ["国中", "部国", "กรุงโซล", '"penh phnom"', "elegation", "defense 中国"]
)
def test_words_that_are_not_there_as_asked_are_not_found(many: Path, words: str) -> None:
    assert found(many, words=words) == []


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        ("-defense", {"fr"}),
        ('-"phnom penh" -sale', {"fr", "en"}),
        ("-国防*", {"zh", "ja"}),
        ("-การ -- - -", set()),
        ("-f-16", {"en"}),
    ],
)
def test_words_behind_a_dash_are_left_out_in_any_script(
    many: Path, words: str, left_out: set[str]
) -> None:
    kept = {text for language, text in TEXTS.items() if language not in left_out}
    assert set(found(many, words=words)) == kept
    assert found(many, words=f"délégation {words}") == [TEXTS["fr"]] * ("fr" not in left_out)


@pytest.mark.parametrize("words", ['" OR *', "NEAR(a b", "a AND", "x) OR (y", "^zz", "words:"])
def test_signs_of_the_query_language_are_only_signs(many: Path, words: str) -> None:
    assert found(many, words=words) == []


@pytest.mark.parametrize("words", ["'", '"', "*", "\0", "-- ;"])
def test_without_a_letter_or_digit_there_is_nothing_to_search_for(many: Path, words: str) -> None:
    with pytest.raises(ArchiveError, match="nothing to search for"):
        found(many, words=words)


def test_what_a_story_is_about_chooses(tmp_path: Path) -> None:
    between, apart = sample_story("1"), sample_story("2")
    other = untagged(told("3", "Rice prices", source="Delta Post", language="en-GB"))
    loose = msgspec.structs.replace(
        sample_tagged(apart), tags=sample_tags(apart, relation=Relation.CO_MENTION)
    )
    archive(tmp_path, [sample_tagged(between), loose, other, sample_alert(between)])
    with queries.reading(tmp_path) as db:

        def ids(**query: object) -> set[str]:
            rows = story_search.stories(db, StoryQuery(**query))  # type: ignore[arg-type] # as above
            return {row.id for row in rows}

        both = {between.id, apart.id}
        assert ids(pair="KH-US") == ids(country="us") == ids(topic="defense") == both
        assert ids(pair="KH-US", relation="between") == {between.id}
        assert ids(topic="defense", role="main", words="drills") == both
        assert ids(topic="defense", role="background") == set()
        assert (
            ids(outlet="delta post") == ids(language="en", outlet="Delta Post") == {other.story.id}
        )
        assert ids(outlet="courier") == both | {other.story.id}  # the feed's id
        assert ids(watch="us-cambodia-defense") == {between.id}
        assert ids(watch="us-cambodia-defense", words="drills") == {between.id}
        assert ids(words="kh") == set()  # what it is about is none of its words


def test_pages_follow_each_other_without_gap_or_double(tmp_path: Path) -> None:
    archive(
        tmp_path,
        [
            untagged(told(str(number), f"Drill {number}", minutes=number // 3))
            for number in range(20)
        ],
    )
    for words in ("", "drill"):
        with queries.reading(tmp_path) as db:
            pages, cursor = list[str](), ""
            while rows := story_search.stories(db, StoryQuery(words=words, limit=3, cursor=cursor)):
                pages += [row.headline for row in rows]
                cursor = rows[-1].cursor
        assert sorted(pages) == sorted(f"Drill {number}" for number in range(20))
        minutes = [int(one.split()[1]) // 3 for one in pages]
        assert minutes == sorted(minutes, reverse=True)


def test_times_bound_what_is_found(tmp_path: Path) -> None:
    archive(tmp_path, [untagged(told(str(at), f"Drill {at}", minutes=at)) for at in range(4)])
    hour = NOON + timedelta(minutes=1)
    until = NOON + timedelta(minutes=3)
    assert found(tmp_path, words="drill", since=hour, until=until) == ["Drill 2", "Drill 1"]
    assert found(tmp_path, since=hour, until=until) == ["Drill 2", "Drill 1"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
def test_the_newest_version_is_found_in_whatever_order_they_come(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    first = told("1", "Ferry hits pier")
    second = msgspec.structs.replace(
        first,
        headline="Ferry sinks",
        version=story_version(headline="Ferry sinks"),
        first_seen=NOON + timedelta(hours=1),
    )
    versions = (untagged(first), untagged(second))
    archive(tmp_path, [versions[number] for number in order])
    assert found(tmp_path) == found(tmp_path, words="ferry") == ["Ferry sinks"]
    assert found(tmp_path, words="pier") == []


def test_tags_of_a_newer_tagger_take_the_place_of_older_ones(tmp_path: Path) -> None:
    story = sample_story()
    newer = msgspec.structs.replace(
        sample_tagged(story), tags=sample_tags(story, relation=Relation.SETTING)
    )
    archive(tmp_path, [sample_tagged(story), newer, newer])
    assert found(tmp_path, pair="KH-US", relation="between") == []
    assert found(tmp_path, pair="KH-US", relation="setting") == [story.headline]


@pytest.mark.parametrize("cursor", ["-1", "abc"])
def test_a_cursor_that_is_none_is_refused(many: Path, cursor: str) -> None:
    with pytest.raises(ArchiveError, match="no cursor"):
        found(many, cursor=cursor)
